//! Pictures: the current form (protocol/02 §3.8), both old forms (protocol/02 §3.7), and flash pictures (protocol/02
//! §3.6).

use bytes::Bytes;
use prost::Message;

use super::{lossy, media::Media};
use crate::{
    bounded,
    message::element::Element,
    proto::message::{CommonElem, CustomFace, Elem, FlashPicture, NotOnlineImage},
};

/// `service_type` of a flash picture.
pub(super) const SERVICE_FLASH: i32 = 3;

/// A picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Image {
    /// The file.
    pub media: Media,
    /// URL without the key that downloads need; may be empty.
    pub url: String,
    /// Whether it is shown as a sticker.
    pub sticker: bool,
    /// Text for chat lists; empty for the usual `[图片]`.
    pub summary: String,
    /// Whether it can be viewed only once.
    pub flash: bool,
    /// The received element, for sending it again.
    pub raw: Bytes,
}

pub(super) fn decode_group_old(elem: &CustomFace, raw: &Bytes) -> Option<Element> {
    let md5 = elem.md5.as_ref().filter(|md5| !md5.is_empty())?;
    let reserve = elem.pb_reserve.clone().unwrap_or_default();
    Some(Element::Image(Image {
        media: Media {
            name: lossy(elem.file_path.as_ref()),
            md5: hex::encode(md5),
            size: u64::from(elem.size.unwrap_or(0)),
            width: u32::try_from(elem.width.unwrap_or(0)).unwrap_or(0),
            height: u32::try_from(elem.height.unwrap_or(0)).unwrap_or(0),
            ..Media::default()
        },
        url: old_url(elem.orig_url.as_ref(), md5),
        sticker: reserve.sub_type == Some(1),
        summary: lossy(reserve.summary.as_ref()),
        flash: false,
        raw: raw.clone(),
    }))
}

pub(super) fn decode_private_old(elem: &NotOnlineImage, raw: &Bytes) -> Option<Element> {
    let md5 = elem.pic_md5.as_ref().filter(|md5| !md5.is_empty())?;
    let reserve = elem.pb_reserve.clone().unwrap_or_default();
    Some(Element::Image(Image {
        media: Media {
            name: lossy(elem.file_path.as_ref()),
            md5: hex::encode(md5),
            size: u64::from(elem.file_len.unwrap_or(0)),
            width: elem.pic_width.unwrap_or(0),
            height: elem.pic_height.unwrap_or(0),
            ..Media::default()
        },
        url: old_url(elem.orig_url.as_ref(), md5),
        sticker: reserve.sub_type == Some(1),
        summary: lossy(reserve.summary.as_ref()),
        flash: false,
        raw: raw.clone(),
    }))
}

pub(super) fn decode_flash(payload: &Bytes) -> Option<Element> {
    let flash: FlashPicture = bounded::decode(payload).ok()?;
    // Keep the received bytes, including unknown fields.
    let raw: Bytes = Elem {
        common_elem: Some(CommonElem {
            service_type: Some(SERVICE_FLASH),
            payload: Some(payload.clone()),
            business_type: Some(0),
        }),
        ..Elem::default()
    }
    .encode_to_vec()
    .into();
    let element = match (flash.group, flash.private) {
        (Some(group), _) => decode_group_old(&group, &raw)?,
        (None, Some(private)) => decode_private_old(&private, &raw)?,
        (None, None) => return None,
    };
    match element {
        Element::Image(image) => Some(Element::Image(Image {
            flash: true,
            ..image
        })),
        _ => None,
    }
}

fn old_url(given: Option<&Bytes>, md5: &Bytes) -> String {
    let given = lossy(given);
    if given.contains("&fileid=") || given.contains("&rkey=") {
        format!("https://multimedia.nt.qq.com.cn{given}")
    } else if given.is_empty() {
        let md5 = hex::encode_upper(md5);
        format!("http://gchat.qpic.cn/gchatpic_new/0/0-0-{md5}/0")
    } else {
        format!("http://gchat.qpic.cn{given}")
    }
}
