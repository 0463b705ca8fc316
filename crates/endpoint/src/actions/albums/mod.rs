//! Albums of groups (api/actions §3.19, api/newer §2.2).

mod change;
mod list;
mod upload;

use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::Serialize;

use super::Table;
use crate::{
    bot::Context,
    error::{Failure, Result},
};

pub(super) fn actions(table: &mut Table) {
    table.subject("albums", "Albums", "群相册");
    table
        .add("get_qun_album_list", list::albums)
        .about("Returns the albums of a group.", "获取群相册列表。")
        .fails(&[Code::GroupNotFound]);
    table
        .add("get_group_album_list", list::bare_albums)
        .about(
            "Returns the albums of a group as a list, as LLOneBot does.",
            "获取群相册列表（LLOneBot 的格式）。",
        )
        .fails(&[Code::GroupNotFound]);
    table
        .add("get_group_album_media_list", list::media)
        .about(
            "Returns a page of the pictures and videos of an album, newest first.",
            "获取相册中的一页图片和视频，从新到旧。",
        )
        .fails(&[Code::GroupNotFound]);
    uploading(table);
    changing(table);
}

/// The actions that upload pictures.
fn uploading(table: &mut Table) {
    let fails = &[
        Code::GroupNotFound,
        Code::PermissionDenied,
        Code::FileNotFound,
        Code::LoadFile,
        Code::FileTooLarge,
    ];
    table
        .add("upload_image_to_qun_album", upload::one)
        .about("Uploads a picture to an album.", "上传一张图片到群相册。")
        .fails(fails);
    table
        .add("upload_images_to_qun_album", upload::several)
        .about(
            "Uploads several pictures to an album, as one upload.",
            "一次上传多张图片到群相册。",
        )
        .alias("upload_images_to_group_album", &[])
        .fails(fails);
}

/// The actions that change albums.
fn changing(table: &mut Table) {
    let on_albums = &[Code::GroupNotFound, Code::PermissionDenied];
    table
        .add("create_group_album", change::create)
        .about(
            "Creates an album of a group; returns its id.",
            "创建群相册，返回相册 id。",
        )
        .fails(on_albums);
    table
        .add("delete_group_album", change::delete)
        .about(
            "Deletes an album with everything in it; its creator, the owner and administrators can do this.",
            "删除群相册及其内容，仅创建者、群主和管理员可用。",
        )
        .fails(on_albums);
    let on_media = &[
        Code::GroupNotFound,
        Code::FileNotFound,
        Code::PermissionDenied,
    ];
    table
        .add("del_group_album_media", change::delete_medium)
        .about(
            "Removes a picture or a video from an album; its uploader, the owner and administrators can do this.",
            "删除相册中的图片或视频，仅上传者、群主和管理员可用。",
        )
        .parameter("media_id", "lloc")
        .fails(on_media);
    table
        .add("do_group_album_comment", change::comment)
        .about(
            "Comments on a picture or a video of an album.",
            "评论相册中的图片或视频。",
        )
        .parameter("media_id", "lloc")
        .fails(on_media);
    table
        .add("set_group_album_media_like", change::like)
        .about(
            "Likes an upload to an album, or one picture of it, or takes the like back.",
            "点赞相册中的一次上传或其中一张图片，也可取消点赞。",
        )
        .parameter("media_id", "lloc")
        .parameter("id", "batch_id")
        .fails(on_media);
    table
        .add("cancel_group_album_media_like", change::take_like_back)
        .about(
            "Takes the like of an upload to an album, or of one picture of it, back.",
            "取消对相册中一次上传或其中一张图片的点赞。",
        )
        .parameter("media_id", "lloc")
        .parameter("id", "batch_id")
        .fails(on_media);
}

/// The result of a change.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct AlbumResult {
    /// Always empty.
    result: EmptyResult,
}

/// A result without content.
#[derive(Debug, Default, Serialize, JsonSchema)]
struct EmptyResult {}

/// Checks that a parameter is not empty, and that the account is in the group.
async fn check(cx: &Context, group: nekonap_ids::GroupUin, given: &[(&str, &str)]) -> Result<()> {
    for (parameter, value) in given {
        if value.trim().is_empty() {
            return Err(Failure::missing(parameter));
        }
    }
    cx.group(group).await.map(drop)
}
