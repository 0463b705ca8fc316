//! `create_group_album`, `delete_group_album`, `del_group_album_media`, `do_group_album_comment`, `set_group_album_media_like`,
//! `cancel_group_album_media_like` (api/actions §3.19).

use nekonap_client::CallError;
use nekonap_ids::GroupUin;
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AlbumResult, check};
use crate::{
    actions::Done,
    bot::Context,
    error::{Failure, Result, not_found_is},
};

/// How many pages of an album are searched for a picture.
const MAX_PAGES: usize = 50;

/// Parameters of `create_group_album`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct CreateGroupAlbum {
    /// Number of the group.
    group_id: GroupUin,
    /// Name of the album.
    #[schemars(example = &"Spring")]
    name: String,
    /// Description of the album.
    #[serde(default)]
    desc: String,
}

/// The album that was created.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CreatedAlbum {
    /// Id of the album.
    album_id: String,
}

/// Parameters of `delete_group_album`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DeleteGroupAlbum {
    /// Number of the group.
    group_id: GroupUin,
    /// Id of the album.
    #[schemars(example = &"V1a2b3c")]
    album_id: String,
}

/// Parameters of `del_group_album_media`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DelGroupAlbumMedia {
    /// Number of the group.
    group_id: GroupUin,
    /// Id of the album.
    #[schemars(example = &"V1a2b3c")]
    album_id: String,
    /// Id of the picture or the video: `media_id` of the list.
    #[schemars(example = &"N1a2b3c")]
    lloc: String,
}

/// Parameters of `do_group_album_comment`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DoGroupAlbumComment {
    /// Number of the group.
    group_id: GroupUin,
    /// Id of the album.
    #[schemars(example = &"V1a2b3c")]
    album_id: String,
    /// Id of the picture or the video: `media_id` of the list.
    #[schemars(example = &"N1a2b3c")]
    lloc: String,
    /// The comment; not empty.
    #[schemars(example = &"Lovely")]
    content: String,
}

/// Parameters of `set_group_album_media_like`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupAlbumMediaLike {
    /// Number of the group.
    group_id: GroupUin,
    /// Id of the album.
    #[schemars(example = &"V1a2b3c")]
    album_id: String,
    /// Id of the upload: `batch_id` of the list. Without it, the album is searched for `lloc`.
    #[schemars(example = &"1767225600")]
    batch_id: Option<String>,
    /// Id of one picture of the upload; without it, the whole upload is liked.
    lloc: Option<String>,
    /// False takes the like back.
    #[serde(default = "yes")]
    set: bool,
}

/// Parameters of `cancel_group_album_media_like`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct CancelGroupAlbumMediaLike {
    /// Number of the group.
    group_id: GroupUin,
    /// Id of the album.
    #[schemars(example = &"V1a2b3c")]
    album_id: String,
    /// Id of the upload: `batch_id` of the list. Without it, the album is searched for `lloc`.
    #[schemars(example = &"1767225600")]
    batch_id: Option<String>,
    /// Id of one picture of the upload; without it, the like of the whole upload is taken back.
    lloc: Option<String>,
}

const fn yes() -> bool {
    true
}

pub(crate) async fn create(cx: Context, params: CreateGroupAlbum) -> Result<CreatedAlbum> {
    let group = params.group_id;
    check(&cx, group, &[("name", &params.name)]).await?;
    let album_id = cx
        .client()
        .create_album(group, &params.name, &params.desc)
        .await?;
    Ok(CreatedAlbum { album_id })
}

pub(crate) async fn delete(cx: Context, params: DeleteGroupAlbum) -> Result<Done> {
    let group = params.group_id;
    check(&cx, group, &[("album_id", &params.album_id)]).await?;
    cx.client().delete_album(group, &params.album_id).await?;
    Ok(Done)
}

fn no_such_picture() -> impl Fn(CallError) -> Failure {
    not_found_is(Code::FileNotFound)
}

pub(crate) async fn delete_medium(cx: Context, params: DelGroupAlbumMedia) -> Result<AlbumResult> {
    let group = params.group_id;
    let (album, lloc) = (&params.album_id[..], &params.lloc[..]);
    check(&cx, group, &[("album_id", album), ("lloc", lloc)]).await?;
    cx.client()
        .delete_album_medium(group, album, lloc)
        .await
        .map_err(no_such_picture())?;
    Ok(AlbumResult::default())
}

pub(crate) async fn comment(cx: Context, params: DoGroupAlbumComment) -> Result<AlbumResult> {
    let group = params.group_id;
    let (album, lloc) = (&params.album_id[..], &params.lloc[..]);
    let given = [
        ("album_id", album),
        ("lloc", lloc),
        ("content", &params.content),
    ];
    check(&cx, group, &given).await?;
    cx.client()
        .comment_album_medium(group, (album, lloc), &params.content)
        .await
        .map_err(no_such_picture())?;
    Ok(AlbumResult::default())
}

pub(crate) async fn like(cx: Context, params: SetGroupAlbumMediaLike) -> Result<AlbumResult> {
    let named = (params.batch_id, params.lloc);
    set_like(&cx, params.group_id, &params.album_id, named, params.set).await
}

pub(crate) async fn take_like_back(
    cx: Context,
    params: CancelGroupAlbumMediaLike,
) -> Result<AlbumResult> {
    let named = (params.batch_id, params.lloc);
    set_like(&cx, params.group_id, &params.album_id, named, false).await
}

async fn set_like(
    cx: &Context,
    group: GroupUin,
    album: &str,
    (batch, lloc): (Option<String>, Option<String>),
    set: bool,
) -> Result<AlbumResult> {
    check(cx, group, &[("album_id", album)]).await?;
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let (batch, lloc) = (given(batch), given(lloc));
    let batch = match (batch, &lloc) {
        (Some(batch), _) => batch,
        (None, Some(lloc)) => batch_of(cx, group, album, lloc).await?,
        (None, None) => return Err(Failure::missing("batch_id")),
    };
    cx.client()
        .like_album_medium(group, (album, &batch, lloc.as_deref()), set)
        .await
        .map_err(no_such_picture())?;
    Ok(AlbumResult::default())
}

/// The upload that a picture belongs to: the album is searched for it.
async fn batch_of(cx: &Context, group: GroupUin, album: &str, lloc: &str) -> Result<String> {
    let mut cursor = String::new();
    for _ in 0..MAX_PAGES {
        let page = cx.client().album_media(group, album, &cursor).await?;
        if let Some(found) = page.media.iter().find(|medium| medium.id() == lloc) {
            return Ok(found.batch.clone());
        }
        if !page.has_more || page.next.is_empty() || page.next == cursor {
            break;
        }
        cursor = page.next;
    }
    let text = format!("the album {album} has no picture {lloc}");
    Err(Failure::new(Code::FileNotFound, text))
}
