//! The bodies of the commands, and the outer message around them (protocol/04 §10.7).

use bytes::Bytes;
use nekonap_ids::{GroupUin, Uin};
use prost::{Message, Name};

use crate::{
    bounded,
    command::{DecodeError, Refusal, ReplyError},
    proto::albums::{
        AddAlbumBody, AlbumHeader, AlbumListBody, AlbumReply, AlbumRequest, AlbumUser, Comment,
        CommentBody, CommentContent, DeleteAlbumBody, DeleteMediasBody, Feed, FeedCommon,
        FeedGroup, FeedMedia, FeedUser, Image, Like, LikeBody, Media, MediaListBody, NewAlbum,
    },
};

/// `kind` of a picture.
pub const PICTURE: u32 = 0;
/// `kind` of a video.
pub const VIDEO: u32 = 1;
/// `kind` of a like, and of one that is taken back.
const LIKED: u32 = 2;
const NOT_LIKED: u32 = 1;
/// `field_3` of a comment.
const COMMENT: u32 = 2;

/// Id of a like: of a whole upload, or of one picture in it.
pub fn like_id(group: GroupUin, album: &str, batch: &str, lloc: Option<&str>) -> String {
    let upload = format!("421_1_0_{group}|{album}|{batch}");
    match lloc {
        Some(lloc) => format!("{upload}^||^421_1_0_{group}|{album}|{lloc}^||^0"),
        None => upload,
    }
}

impl AlbumRequest {
    /// A request that reads. `trace` is a new text for each request.
    fn reading(body: &impl Message, trace: String) -> Self {
        Self::new(0, body, trace)
    }

    fn new(seq: i32, body: &impl Message, trace: String) -> Self {
        Self {
            seq: Some(seq),
            field_2: Some(Bytes::new()),
            field_3: Some(Bytes::new()),
            body: Some(body.encode_to_vec().into()),
            trace: Some(trace),
            headers: vec![AlbumHeader {
                name: Some("fc-appid".to_owned()),
                value: Some("100".to_owned()),
            }],
        }
    }

    /// For [`GetAlbumList`](super::GetAlbumList).
    pub fn albums(group: GroupUin, attach_info: &str, trace: String) -> Self {
        let body = AlbumListBody {
            group: Some(group.to_string()),
            attach_info: Some(attach_info.to_owned()),
        };
        Self::reading(&body, trace)
    }

    /// For [`GetMediaList`](super::GetMediaList). `attach_info`: the cursor of a page; empty for the first.
    pub fn media(group: GroupUin, album: &str, attach_info: &str, trace: String) -> Self {
        let body = MediaListBody {
            group: Some(group.to_string()),
            album_id: Some(album.to_owned()),
            field_3: Some(0),
            field_4: Some(String::new()),
            attach_info: Some(attach_info.to_owned()),
        };
        Self::reading(&body, trace)
    }

    /// For [`AddAlbum`](super::AddAlbum).
    pub fn add(
        seq: i32,
        group: GroupUin,
        (name, description): (&str, &str),
        trace: String,
    ) -> Self {
        let body = AddAlbumBody {
            album: Some(NewAlbum {
                group: Some(group.to_string()),
                name: Some(name.to_owned()),
                description: Some(description.to_owned()),
                field_5: Some(0),
            }),
        };
        Self::new(seq, &body, trace)
    }

    /// For [`DeleteAlbum`](super::DeleteAlbum).
    pub fn delete(seq: i32, group: GroupUin, album: &str, trace: String) -> Self {
        let body = DeleteAlbumBody {
            group: Some(group.to_string()),
            album_id: Some(album.to_owned()),
        };
        Self::new(seq, &body, trace)
    }

    /// For [`DeleteMedias`](super::DeleteMedias). `lloc`: the id of a picture or of a video.
    pub fn delete_media(
        seq: i32,
        group: GroupUin,
        (album, lloc): (&str, &str),
        trace: String,
    ) -> Self {
        let body = DeleteMediasBody {
            group: Some(group.to_string()),
            album_id: Some(album.to_owned()),
            lloc: Some(lloc.to_owned()),
        };
        Self::new(seq, &body, trace)
    }

    /// For [`DoQunLike`](super::DoQunLike), by `me`: an upload (`batch`), or one picture (`lloc`) of it. `now` is in
    /// milliseconds since 1970.
    pub fn like(
        (seq, trace): (i32, String),
        (me, group): (Uin, GroupUin),
        (album, batch, lloc): (&str, &str, Option<&str>),
        set: bool,
        now: u64,
    ) -> Self {
        let body = LikeBody {
            kind: Some(if set { LIKED } else { NOT_LIKED }),
            like: Some(Like {
                id: Some(like_id(group, album, batch, lloc)),
                status: Some(u32::from(!set)),
            }),
            feed: Some(Feed {
                common: Some(FeedCommon {
                    time: Some(now),
                    feed_id: Some(format!("422_0_{batch}")),
                }),
                user: Some(feed_user(me)),
                media: Some(FeedMedia {
                    media: None,
                    album_id: Some(album.to_owned()),
                    batch_id: Some(batch.to_owned()),
                }),
                group: Some(FeedGroup {
                    group: Some(group.to_string()),
                }),
            }),
            client_key: Some(format!("{me}_{now}")),
        };
        Self::new(seq, &body, trace)
    }

    /// For [`DoQunComment`](super::DoQunComment), by `me`, on one picture. `now` is in milliseconds since 1970.
    pub fn comment(
        (seq, trace): (i32, String),
        (me, group): (Uin, GroupUin),
        (album, lloc): (&str, &str),
        text: &str,
        now: u64,
    ) -> Self {
        let media = Media {
            image: Some(Image {
                lloc: Some(lloc.to_owned()),
                ..Image::default()
            }),
            ..Media::default()
        };
        let body = CommentBody {
            group: Some(group.to_string()),
            field_3: Some(COMMENT),
            feed: Some(Feed {
                common: Some(FeedCommon::default()),
                user: Some(feed_user(me)),
                media: Some(FeedMedia {
                    media: Some(media),
                    album_id: Some(album.to_owned()),
                    batch_id: None,
                }),
                group: None,
            }),
            comment: Some(Comment {
                id: None,
                user: Some(user(me)),
                content: vec![CommentContent {
                    kind: None,
                    text: Some(text.to_owned()),
                }],
                time: None,
                client_key: Some(format!("{me}_{now}")),
            }),
        };
        Self::new(seq, &body, trace)
    }

    /// The body, for a server.
    ///
    /// # Errors
    /// [`DecodeError`] if it cannot be decoded.
    pub fn read<B: Message + Name + Default>(&self) -> Result<B, DecodeError> {
        bounded::decode(self.body.as_deref().unwrap_or_default())
    }
}

fn user(uin: Uin) -> AlbumUser {
    AlbumUser {
        nick: None,
        uin: Some(uin.to_string()),
    }
}

fn feed_user(uin: Uin) -> FeedUser {
    FeedUser {
        user: Some(user(uin)),
    }
}

impl AlbumReply {
    /// The answer to a request.
    pub fn new(request: &AlbumRequest, outcome: Result<impl Message, Refusal>) -> Self {
        let (code, text, body) = match outcome {
            Ok(body) => (0, String::new(), body.encode_to_vec()),
            Err(refusal) => (refusal.narrow(), refusal.text, Vec::new()),
        };
        Self {
            seq: request.seq,
            code: Some(code),
            text: Some(text),
            body: Some(body.into()),
        }
    }

    /// The body.
    ///
    /// # Errors
    /// The refusal of the service, or a body that cannot be decoded.
    pub fn outcome<B: Message + Name + Default>(self) -> Result<B, ReplyError> {
        Refusal::check_code(self.code, self.text)?;
        Ok(bounded::decode(&self.body.unwrap_or_default())?)
    }
}
