//! Pictures, voices and videos in the current form: the unchanged answer to the upload (protocol/02 §3.8).

use bytes::Bytes;
use prost::Message;

use super::{image::Image, video::Video, voice::Voice};
use crate::{
    bounded,
    message::element::Element,
    proto::message::{CommonElem, Elem, FileInfo, MsgInfo},
};

/// `service_type` of all media.
pub(super) const SERVICE: i32 = 48;

/// First business number in private chats and in groups (protocol/02 §3.8).
const PRIVATE: u32 = 10;
const GROUP: u32 = 20;

/// File kinds: field 1 of `FileType`.
const PICTURE: u32 = 1;
const VIDEO: u32 = 2;
const VOICE: u32 = 3;

/// Fields that all media have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Media {
    /// File name that the sender chose.
    pub name: String,
    /// Handle for requesting a download URL; empty in old forms.
    pub file_uuid: String,
    /// MD5 in lowercase hex, 32 characters, or empty.
    pub md5: String,
    /// SHA-1 in lowercase hex, 40 characters, or empty.
    pub sha1: String,
    /// Size in bytes.
    pub size: u64,
    /// Width in pixels; 0 for voice.
    pub width: u32,
    /// Height in pixels; 0 for voice.
    pub height: u32,
    /// Duration in seconds; 0 for pictures.
    pub seconds: u32,
}

impl Media {
    fn of(info: FileInfo, file_uuid: String) -> Self {
        Self {
            name: info.name.unwrap_or_default(),
            file_uuid,
            md5: info.md5.unwrap_or_default().to_ascii_lowercase(),
            sha1: info.sha1.unwrap_or_default().to_ascii_lowercase(),
            size: info.size.unwrap_or(0),
            width: info.width.unwrap_or(0),
            height: info.height.unwrap_or(0),
            seconds: info.seconds.unwrap_or(0),
        }
    }
}

/// Decodes a media element by the kind of its first file.
pub(super) fn decode(payload: &Bytes, business: u32) -> Option<Element> {
    let info: MsgInfo = bounded::decode(payload).ok()?;
    let first = info.bodies.into_iter().next()?;
    let index = first.index?;
    let file = index.info?;
    let kind = file
        .r#type
        .as_ref()
        .and_then(|file_type| file_type.kind)
        .unwrap_or(match business % 10 {
            0 => PICTURE,
            1 => VIDEO,
            _ => VOICE,
        });
    let raw = element(payload, business);
    let media = Media::of(file, index.file_uuid.unwrap_or_default());
    match kind {
        PICTURE => {
            let ext = info.ext.and_then(|ext| ext.pic).unwrap_or_default();
            let path = first.picture.map_or_else(String::new, |picture| {
                let domain = picture.domain.filter(|domain| !domain.is_empty());
                let sizes = picture.sizes.unwrap_or_default();
                format!(
                    "https://{}{}{}",
                    domain.as_deref().unwrap_or("multimedia.nt.qq.com.cn"),
                    picture.path.unwrap_or_default(),
                    sizes.original.unwrap_or_default()
                )
            });
            Some(Element::Image(Image {
                media,
                url: path,
                sticker: ext.biz_type.unwrap_or(0) != 0,
                summary: ext.summary.unwrap_or_default(),
                flash: false,
                raw,
            }))
        }
        VIDEO => Some(Element::Video(Video { media, raw })),
        VOICE => Some(Element::Voice(Voice { media, raw })),
        _ => None,
    }
}

/// Business number of a media element: its kind, and whether it was sent in a group. `None` if the element is not media
/// in the current form. Media of an unknown kind also has a number.
pub fn business(element: &Element) -> Option<u32> {
    let raw = match element {
        Element::Image(image) => &image.raw,
        Element::Voice(voice) => &voice.raw,
        Element::Video(video) => &video.raw,
        Element::Unknown(unknown) => &unknown.raw,
        _ => return None,
    };
    let common = bounded::decode::<Elem>(raw).ok()?.common_elem?;
    (common.service_type == Some(SERVICE)).then(|| common.business_type.unwrap_or(0))
}

/// The same media element with the business number for a group or a private chat. `None` if the element has no such
/// number or already has the right one.
pub(in crate::message) fn for_conversation(element: &Element, group: bool) -> Option<Element> {
    let now = business(element)?;
    let wanted = now % 10 + if group { GROUP } else { PRIVATE };
    if now == wanted {
        return None;
    }
    let moved = |raw: &Bytes| {
        let payload = bounded::decode::<Elem>(raw).ok()?.common_elem?.payload?;
        Some(self::element(&payload, wanted))
    };
    let mut element = element.clone();
    match &mut element {
        Element::Image(image) => image.raw = moved(&image.raw)?,
        Element::Voice(voice) => voice.raw = moved(&voice.raw)?,
        Element::Video(video) => video.raw = moved(&video.raw)?,
        _ => return None,
    }
    Some(element)
}

/// The element of a message with uploaded media: `msg_info` as it came in the answer to the upload, and the business
/// number. `None` if it is not media.
pub fn uploaded(msg_info: &Bytes, business: u32) -> Option<Element> {
    decode(msg_info, business)
}

/// The element for the answer to an upload. `business`: 10 picture, 11 video, 12 voice in private chats, 20 to 22 in
/// groups.
pub fn element(msg_info: &Bytes, business: u32) -> Bytes {
    Elem {
        common_elem: Some(CommonElem {
            service_type: Some(SERVICE),
            payload: Some(msg_info.clone()),
            business_type: Some(business),
        }),
        ..Elem::default()
    }
    .encode_to_vec()
    .into()
}
