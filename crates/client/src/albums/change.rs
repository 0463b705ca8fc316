//! Creating and deleting albums; deleting, liking and commenting pictures. protocol/03 §8.7, protocol/04 §10.7

use nekonap_ids::GroupUin;
use nekonap_wire::{
    commands::albums::{AddAlbum, DeleteAlbum, DeleteMedias, DoQunComment, DoQunLike},
    proto::albums::{
        AddAlbumResult, AlbumReply, AlbumRequest, CommentResult, DeleteAlbumResult,
        DeleteMediasResult, LikeResult,
    },
};

use super::{milliseconds, sequence, trace};
use crate::{client::Client, error::CallError};

impl Client {
    /// Creates an album of a group. Returns its id. protocol/03 §8.7
    ///
    /// # Errors
    /// The server refuses (not in that group, an invalid name), returns no album or does not reply.
    pub async fn create_album(
        &self,
        group: GroupUin,
        name: &str,
        description: &str,
    ) -> Result<String, CallError> {
        let me = self.inner.myself()?;
        let request = AlbumRequest::add(sequence(), group, (name, description), trace(me.uin));
        let session = self.inner.session()?;
        let reply = session.call::<AddAlbum>(&request).await?;
        let added: AddAlbumResult = reply.outcome()?;
        let id = added.album.and_then(|album| album.album_id);
        id.filter(|id| !id.is_empty())
            .ok_or_else(|| CallError::Malformed("the answer contains no album".to_owned()))
    }

    /// Deletes an album of a group. protocol/03 §8.7
    ///
    /// # Errors
    /// The server refuses (no such album, not allowed) or does not reply.
    pub async fn delete_album(&self, group: GroupUin, album: &str) -> Result<(), CallError> {
        let me = self.inner.myself()?;
        let request = AlbumRequest::delete(sequence(), group, album, trace(me.uin));
        let session = self.inner.session()?;
        let reply = session.call::<DeleteAlbum>(&request).await?;
        Ok(reply.outcome::<DeleteAlbumResult>().map(drop)?)
    }

    /// Removes a picture or a video from an album. `lloc`: [`AlbumMedium::id`](crate::AlbumMedium::id).
    /// protocol/04 §10.7
    ///
    /// # Errors
    /// The server refuses (no such picture, not allowed), answers another request or does not reply.
    pub async fn delete_album_medium(
        &self,
        group: GroupUin,
        album: &str,
        lloc: &str,
    ) -> Result<(), CallError> {
        let me = self.inner.myself()?;
        let number = sequence();
        let request = AlbumRequest::delete_media(number, group, (album, lloc), trace(me.uin));
        let session = self.inner.session()?;
        let reply: AlbumReply = session.call::<DeleteMedias>(&request).await?;
        let answered = reply.seq;
        reply.outcome::<DeleteMediasResult>()?;
        if answered == Some(number) {
            return Ok(());
        }
        // Success without the number: the server did nothing (protocol/04 §10.7).
        let text = "the server did not confirm the deletion";
        Err(CallError::Malformed(text.to_owned()))
    }

    /// Likes an upload (`batch`), or one picture (`lloc`) of it, or takes the like back. protocol/04 §10.7
    ///
    /// # Errors
    /// The server refuses (no such upload or picture) or does not reply.
    pub async fn like_album_medium(
        &self,
        group: GroupUin,
        (album, batch, lloc): (&str, &str, Option<&str>),
        set: bool,
    ) -> Result<(), CallError> {
        let me = self.inner.myself()?.uin;
        let request = AlbumRequest::like(
            (sequence(), trace(me)),
            (me, group),
            (album, batch, lloc),
            set,
            milliseconds(),
        );
        let session = self.inner.session()?;
        let reply = session.call::<DoQunLike>(&request).await?;
        Ok(reply.outcome::<LikeResult>().map(drop)?)
    }

    /// Comments on a picture. protocol/04 §10.7
    ///
    /// # Errors
    /// The server refuses (no such picture, an empty text) or does not reply.
    pub async fn comment_album_medium(
        &self,
        group: GroupUin,
        (album, lloc): (&str, &str),
        text: &str,
    ) -> Result<(), CallError> {
        let me = self.inner.myself()?.uin;
        let request = AlbumRequest::comment(
            (sequence(), trace(me)),
            (me, group),
            (album, lloc),
            text,
            milliseconds(),
        );
        let session = self.inner.session()?;
        let reply = session.call::<DoQunComment>(&request).await?;
        Ok(reply.outcome::<CommentResult>().map(drop)?)
    }
}
