//! Albums of groups. protocol/03 §8.7, protocol/04 §10.7

mod album;
mod medium;
pub(crate) mod upload;

use nekonap_wire::commands::albums::{
    AddAlbum, DeleteAlbum, DeleteMedias, DoQunComment, DoQunLike, GetAlbumList, GetMediaList,
};

use crate::{http::Acts, router::Router};

pub(crate) use album::looked_at;
pub(crate) use medium::PATH;

pub(crate) fn commands(router: &mut Router) {
    router.on::<GetAlbumList>(album::list_command);
    router.on::<AddAlbum>(album::add_command);
    router.on::<DeleteAlbum>(album::delete_command);
    router.on::<GetMediaList>(medium::page_command);
    router.on::<DeleteMedias>(medium::delete_command);
    router.on::<DoQunLike>(medium::like_command);
    router.on::<DoQunComment>(medium::comment_command);
}

pub(crate) fn acts(acts: &mut Acts) {
    acts.add("create_album", album::act_create);
    acts.add("delete_album", album::act_delete);
    acts.add("upload_to_album", upload::act_upload);
    acts.add("delete_album_medium", medium::act_delete);
    acts.add("like_album_medium", medium::act_like);
    acts.add("comment_album_medium", medium::act_comment);
}
