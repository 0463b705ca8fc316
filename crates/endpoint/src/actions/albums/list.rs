//! `get_qun_album_list`, `get_group_album_list`, `get_group_album_media_list` (api/actions §3.19).

use nekonap_client::{
    Album as Known, AlbumImage, AlbumMedium as KnownMedium, AlbumUser as KnownUser,
    AlbumVideo as KnownVideo, ImageUrl,
};
use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check;
use crate::{bot::Context, error::Result};

/// Parameters of `get_qun_album_list` and `get_group_album_list`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetQunAlbumList {
    /// Number of the group.
    group_id: GroupUin,
    /// Cursor of the page before. All albums are on the first page.
    #[serde(rename = "attach_info", default)]
    _attach_info: String,
}

/// Parameters of `get_group_album_media_list`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetGroupAlbumMediaList {
    /// Number of the group.
    group_id: GroupUin,
    /// Id of the album.
    #[schemars(example = &"V1a2b3c")]
    album_id: String,
    /// `next_attach_info` of the page before; empty for the first.
    #[serde(default)]
    attach_info: String,
}

/// The albums of a group.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AlbumList {
    /// The albums.
    album_list: Vec<Album>,
    /// Always empty.
    attach_info: String,
    /// Always false.
    has_more: bool,
}

/// An album of a group. The numbers are texts.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Album {
    /// Id of the album.
    album_id: String,
    /// QQ number of the owner.
    owner: String,
    /// Name of the album.
    name: String,
    /// The same as `name`.
    album_name: String,
    /// Description; may be empty.
    desc: String,
    /// Time of creation, Unix seconds.
    create_time: String,
    /// Time of the last change, Unix seconds.
    modify_time: String,
    /// Time of the last upload, Unix seconds.
    last_upload_time: String,
    /// Number of pictures and videos.
    upload_number: String,
    /// Picture that the album is shown with.
    cover: Cover,
    /// URL of that picture; empty if there is none.
    cover_url: String,
    /// Who created it.
    creator: AlbumUser,
}

/// Cover of an album.
#[derive(Debug, Serialize, JsonSchema)]
struct Cover {
    /// The picture, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<AlbumPhoto>,
}

/// A person.
#[derive(Debug, Serialize, JsonSchema)]
struct AlbumUser {
    /// Always empty: the server does not name it.
    uid: String,
    /// Nickname; may be empty.
    nick: String,
    /// QQ number, as text; `0` if unknown.
    uin: String,
}

/// A picture.
#[derive(Debug, Serialize, JsonSchema)]
struct AlbumPhoto {
    /// Name; may be empty.
    name: String,
    /// Short id; may be empty.
    sloc: String,
    /// Id of the picture.
    lloc: String,
    /// URL of the picture.
    default_url: AlbumUrl,
    /// URLs in several sizes.
    photo_url: Vec<SizedUrl>,
}

/// A picture's URL with its size.
#[derive(Debug, Serialize, JsonSchema)]
struct AlbumUrl {
    /// The URL.
    url: String,
    /// Width in pixels.
    width: u32,
    /// Height in pixels.
    height: u32,
}

/// A picture's URL in one of several sizes.
#[derive(Debug, Serialize, JsonSchema)]
struct SizedUrl {
    /// Number of the size.
    spec: u32,
    /// The URL with its size.
    url: AlbumUrl,
}

/// A video.
#[derive(Debug, Serialize, JsonSchema)]
struct AlbumVideo {
    /// Id of the video.
    id: String,
    /// URL of the video.
    url: String,
    /// Cover.
    cover: AlbumPhoto,
    /// Width in pixels.
    width: u32,
    /// Height in pixels.
    height: u32,
    /// Duration, as the server counts it.
    video_time: u64,
}

/// A page of an album.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AlbumMediaList {
    /// The album.
    album: Album,
    /// Its pictures and videos, newest first.
    media_list: Vec<AlbumMedium>,
    /// Cursor of the next page; empty at the end.
    next_attach_info: String,
    /// Whether there is a next page.
    next_has_more: bool,
}

/// A picture or a video of an album.
#[derive(Debug, Serialize, JsonSchema)]
struct AlbumMedium {
    /// 0 picture, 1 video.
    r#type: u32,
    /// The picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<AlbumPhoto>,
    /// The video.
    #[serde(skip_serializing_if = "Option::is_none")]
    video: Option<AlbumVideo>,
    /// Description; may be empty.
    desc: String,
    /// QQ number of the uploader.
    uploader: String,
    /// Id of the upload that it belongs to.
    batch_id: String,
    /// Time of the upload, Unix seconds.
    upload_time: String,
    /// Its likes.
    like: Likes,
    /// Its comments.
    comment: Comments,
    /// Who uploaded it.
    upload_user: AlbumUser,
    /// Id of the picture or the video: `lloc` of the other actions.
    media_id: String,
    /// URL of the picture or the video.
    url: String,
}

/// Likes of a picture. Only the key is known: the wire form of the rest is not.
#[derive(Debug, Serialize, JsonSchema)]
struct Likes {
    /// Key; may be empty.
    key: String,
    /// Always 0.
    num: u32,
    /// Always false.
    liked: bool,
}

/// Comments of a picture. The wire form is not known.
#[derive(Debug, Serialize, JsonSchema)]
struct Comments {
    /// Always 0.
    num: u32,
}

impl From<KnownUser> for AlbumUser {
    fn from(user: KnownUser) -> Self {
        Self {
            uid: String::new(),
            nick: user.nick,
            uin: user.uin.map_or(0, Uin::get).to_string(),
        }
    }
}

impl From<ImageUrl> for AlbumUrl {
    fn from(url: ImageUrl) -> Self {
        Self {
            url: url.url,
            width: url.width,
            height: url.height,
        }
    }
}

impl From<AlbumImage> for AlbumPhoto {
    fn from(image: AlbumImage) -> Self {
        let sized = image.urls.into_iter().map(|(spec, url)| SizedUrl {
            spec,
            url: url.into(),
        });
        Self {
            name: image.name,
            sloc: image.sloc,
            lloc: image.lloc,
            default_url: image.default_url.into(),
            photo_url: sized.collect(),
        }
    }
}

impl From<KnownVideo> for AlbumVideo {
    fn from(video: KnownVideo) -> Self {
        Self {
            id: video.id,
            url: video.url,
            cover: video.cover.into(),
            width: video.width,
            height: video.height,
            video_time: video.time,
        }
    }
}

impl From<Known> for Album {
    fn from(album: Known) -> Self {
        let cover_url = album.cover.as_ref().map(address).unwrap_or_default();
        Self {
            album_id: album.id,
            owner: album.owner,
            name: album.name.clone(),
            album_name: album.name,
            desc: album.description,
            create_time: album.created.to_string(),
            modify_time: album.modified.to_string(),
            last_upload_time: album.last_upload.to_string(),
            upload_number: album.count.to_string(),
            cover: Cover {
                image: album.cover.map(AlbumPhoto::from),
            },
            cover_url,
            creator: album.creator.into(),
        }
    }
}

impl From<KnownMedium> for AlbumMedium {
    fn from(medium: KnownMedium) -> Self {
        let media_id = medium.id().to_owned();
        let url = match (&medium.video, &medium.image) {
            (Some(video), _) if !video.url.is_empty() => video.url.clone(),
            (_, Some(image)) => address(image),
            _ => String::new(),
        };
        Self {
            r#type: medium.kind,
            image: medium.image.map(AlbumPhoto::from),
            video: medium.video.map(AlbumVideo::from),
            desc: medium.description,
            uploader: medium.uploader,
            batch_id: medium.batch,
            upload_time: medium.uploaded.to_string(),
            like: Likes {
                key: medium.like_key,
                num: 0,
                liked: false,
            },
            comment: Comments { num: 0 },
            upload_user: medium.user.into(),
            media_id,
            url,
        }
    }
}

/// The default address of a picture, or else the first of its other ones.
fn address(image: &AlbumImage) -> String {
    let first = image.urls.first().map(|(_, url)| url.url.clone());
    let default = Some(image.default_url.url.clone()).filter(|url| !url.is_empty());
    default.or(first).unwrap_or_default()
}

pub(crate) async fn albums(cx: Context, params: GetQunAlbumList) -> Result<AlbumList> {
    Ok(AlbumList {
        album_list: bare_albums(cx, params).await?,
        attach_info: String::new(),
        has_more: false,
    })
}

pub(crate) async fn bare_albums(cx: Context, params: GetQunAlbumList) -> Result<Vec<Album>> {
    cx.group(params.group_id).await?;
    let albums = cx.client().albums(params.group_id).await?;
    Ok(albums.into_iter().map(Album::from).collect())
}

pub(crate) async fn media(cx: Context, params: GetGroupAlbumMediaList) -> Result<AlbumMediaList> {
    let group = params.group_id;
    check(&cx, group, &[("album_id", &params.album_id)]).await?;
    let page = cx
        .client()
        .album_media(group, &params.album_id, &params.attach_info)
        .await?;
    Ok(AlbumMediaList {
        album: page.album.into(),
        media_list: page.media.into_iter().map(AlbumMedium::from).collect(),
        next_attach_info: page.next,
        next_has_more: page.has_more,
    })
}
