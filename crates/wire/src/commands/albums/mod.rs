//! Albums of groups (protocol/03 §8.7, protocol/04 §10.7).

mod body;
#[cfg(test)]
mod tests;

use crate::{
    command::commands,
    proto::albums::{AlbumReply, AlbumRequest},
};

pub use body::{PICTURE, VIDEO, like_id};

commands! {
    /// Requests the albums of a group. protocol/03 §8.7
    GetAlbumList = "QunAlbum.trpc.qzone.webapp_qun_media.QunMedia.GetAlbumList", AlbumRequest => AlbumReply;
    /// Creates an album of a group. protocol/03 §8.7
    AddAlbum = "QunAlbum.trpc.qzone.webapp_qun_media.QunMedia.AddAlbum", AlbumRequest => AlbumReply;
    /// Deletes an album of a group. protocol/03 §8.7
    DeleteAlbum = "QunAlbum.trpc.qzone.webapp_qun_media.QunMedia.DeleteAlbum", AlbumRequest => AlbumReply;
    /// Requests the pictures and videos of an album. protocol/03 §8.7
    GetMediaList = "QunAlbum.trpc.qzone.webapp_qun_media.QunMedia.GetMediaList", AlbumRequest => AlbumReply;
    /// Removes a picture or a video from an album. protocol/04 §10.7
    DeleteMedias = "QunAlbum.trpc.qzone.webapp_qun_media.QunMedia.DeleteMedias", AlbumRequest => AlbumReply;
    /// Likes an upload or a picture, or takes the like back. protocol/04 §10.7
    DoQunLike = "QunAlbum.trpc.qzone.webapp_qun_operation.FeedsWriter.DoQunLike", AlbumRequest => AlbumReply;
    /// Comments on a picture. protocol/04 §10.7
    DoQunComment = "QunAlbum.trpc.qzone.webapp_qun_operation.FeedsWriter.DoQunComment", AlbumRequest => AlbumReply;
}
