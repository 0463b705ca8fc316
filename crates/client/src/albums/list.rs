//! The albums of a group, and the pictures and videos in them. protocol/03 §8.7

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    commands::albums::{GetAlbumList, GetMediaList, VIDEO},
    proto::albums::{self, AlbumListResult, AlbumRequest, MediaListResult},
};

use super::trace;
use crate::{client::Client, error::CallError};

/// An album of a group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Album {
    /// Id.
    pub id: String,
    /// Who owns it, as text of the server.
    pub owner: String,
    /// Name.
    pub name: String,
    /// Description; may be empty.
    pub description: String,
    /// Time of creation, Unix seconds.
    pub created: u64,
    /// Time of the last change, Unix seconds.
    pub modified: u64,
    /// Time of the last upload, Unix seconds.
    pub last_upload: u64,
    /// Number of pictures and videos.
    pub count: u64,
    /// Picture that the album is shown with.
    pub cover: Option<AlbumImage>,
    /// Who created it.
    pub creator: AlbumUser,
}

/// A person, as far as the answer names them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlbumUser {
    /// Account; `None` if the answer does not name it.
    pub uin: Option<Uin>,
    /// Nickname; may be empty.
    pub nick: String,
}

/// A picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlbumImage {
    /// Name; may be empty.
    pub name: String,
    /// Short id; may be empty.
    pub sloc: String,
    /// Id.
    pub lloc: String,
    /// Address of the picture, with its size in pixels.
    pub default_url: ImageUrl,
    /// Addresses in other sizes, each with the number of the size.
    pub urls: Vec<(u32, ImageUrl)>,
}

/// Address of a picture, with its size in pixels; 0 if unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageUrl {
    /// Address.
    pub url: String,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// A video.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlbumVideo {
    /// Id.
    pub id: String,
    /// Address.
    pub url: String,
    /// Cover.
    pub cover: AlbumImage,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Duration, as the server counts it.
    pub time: u64,
}

/// A picture or a video of an album.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlbumMedium {
    /// The number of its kind: 0 picture, 1 video.
    pub kind: u32,
    /// The picture.
    pub image: Option<AlbumImage>,
    /// The video.
    pub video: Option<AlbumVideo>,
    /// Description; may be empty.
    pub description: String,
    /// Who uploaded it, as text of the server.
    pub uploader: String,
    /// Id of the upload that it belongs to.
    pub batch: String,
    /// Time of the upload, Unix seconds.
    pub uploaded: u64,
    /// Key of its likes; may be empty.
    pub like_key: String,
    /// Who uploaded it.
    pub user: AlbumUser,
}

/// A page of an album.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlbumPage {
    /// The album.
    pub album: Album,
    /// Its pictures and videos.
    pub media: Vec<AlbumMedium>,
    /// Cursor of the next page.
    pub next: String,
    /// Whether there is a next page.
    pub has_more: bool,
}

impl AlbumMedium {
    /// Id of the picture, or of the video.
    pub fn id(&self) -> &str {
        match (&self.image, &self.video) {
            (_, Some(video)) if self.kind == VIDEO => &video.id,
            (Some(image), _) => &image.lloc,
            (None, Some(video)) => &video.id,
            (None, None) => "",
        }
    }
}

impl From<albums::AlbumUser> for AlbumUser {
    fn from(user: albums::AlbumUser) -> Self {
        Self {
            uin: user.uin.and_then(|uin| uin.parse().ok()),
            nick: user.nick.unwrap_or_default(),
        }
    }
}

impl From<albums::ImageUrl> for ImageUrl {
    fn from(url: albums::ImageUrl) -> Self {
        Self {
            url: url.url.unwrap_or_default(),
            width: url.width.unwrap_or(0),
            height: url.height.unwrap_or(0),
        }
    }
}

impl From<albums::Image> for AlbumImage {
    fn from(image: albums::Image) -> Self {
        let sized = image.urls.into_iter().filter_map(|sized| {
            let url = sized.url?;
            Some((sized.spec.unwrap_or(0), url.into()))
        });
        Self {
            name: image.name.unwrap_or_default(),
            sloc: image.sloc.unwrap_or_default(),
            lloc: image.lloc.unwrap_or_default(),
            default_url: image.default_url.map(ImageUrl::from).unwrap_or_default(),
            urls: sized.collect(),
        }
    }
}

impl From<albums::Video> for AlbumVideo {
    fn from(video: albums::Video) -> Self {
        Self {
            id: video.id.unwrap_or_default(),
            url: video.url.unwrap_or_default(),
            cover: video.cover.map(AlbumImage::from).unwrap_or_default(),
            width: video.width.unwrap_or(0),
            height: video.height.unwrap_or(0),
            time: video.time.unwrap_or(0),
        }
    }
}

impl From<albums::Media> for AlbumMedium {
    fn from(media: albums::Media) -> Self {
        Self {
            kind: media.kind.unwrap_or(0),
            image: media.image.map(AlbumImage::from),
            video: media.video.map(AlbumVideo::from),
            description: media.description.unwrap_or_default(),
            uploader: media.uploader.unwrap_or_default(),
            batch: media.batch_id.unwrap_or_default(),
            uploaded: media.upload_time.unwrap_or(0),
            like_key: media.like.and_then(|like| like.key).unwrap_or_default(),
            user: media.upload_user.map(AlbumUser::from).unwrap_or_default(),
        }
    }
}

impl From<albums::Album> for Album {
    fn from(album: albums::Album) -> Self {
        Self {
            id: album.album_id.unwrap_or_default(),
            owner: album.owner.unwrap_or_default(),
            name: album.name.unwrap_or_default(),
            description: album.description.unwrap_or_default(),
            created: album.create_time.unwrap_or(0),
            modified: album.modify_time.unwrap_or(0),
            last_upload: album.last_upload_time.unwrap_or(0),
            count: album.count.unwrap_or(0),
            cover: album
                .cover
                .and_then(|cover| cover.image)
                .map(AlbumImage::from),
            creator: album.creator.map(AlbumUser::from).unwrap_or_default(),
        }
    }
}

impl Client {
    /// The albums of a group. protocol/03 §8.7
    ///
    /// # Errors
    /// The server refuses (not in that group) or does not reply.
    pub async fn albums(&self, group: GroupUin) -> Result<Vec<Album>, CallError> {
        let me = self.inner.myself()?;
        let request = AlbumRequest::albums(group, "", trace(me.uin));
        let session = self.inner.session()?;
        let reply = session.call::<GetAlbumList>(&request).await?;
        let list: AlbumListResult = reply.outcome()?;
        Ok(list.albums.into_iter().map(Album::from).collect())
    }

    /// A page of an album. `cursor`: [`AlbumPage::next`] of the page before; empty for the first. protocol/03 §8.7
    ///
    /// # Errors
    /// The server refuses (no such album, not in that group) or does not reply.
    pub async fn album_media(
        &self,
        group: GroupUin,
        album: &str,
        cursor: &str,
    ) -> Result<AlbumPage, CallError> {
        let me = self.inner.myself()?;
        let request = AlbumRequest::media(group, album, cursor, trace(me.uin));
        let session = self.inner.session()?;
        let reply = session.call::<GetMediaList>(&request).await?;
        let page: MediaListResult = reply.outcome()?;
        Ok(AlbumPage {
            album: page.album.map(Album::from).unwrap_or_default(),
            media: page.media.into_iter().map(AlbumMedium::from).collect(),
            next: page.next_attach_info.unwrap_or_default(),
            has_more: page.has_more.unwrap_or(false),
        })
    }
}
