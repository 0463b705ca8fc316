//! Message elements, one file per kind, each with decoding and encoding (protocol/02 §3).

pub(super) mod card;
pub(super) mod common;
pub(super) mod face;
pub(super) mod file;
pub(super) mod image;
pub(super) mod long_text;
pub(super) mod market_face;
pub(super) mod media;
pub(super) mod mention;
pub(super) mod reply;
pub(super) mod text;
pub(super) mod video;
pub(super) mod voice;

use bytes::Bytes;
use prost::Message;

use crate::{
    bounded,
    message::element::{Element, Unknown},
    proto::message::{CommonElem, Elem},
};

/// Decodes one element; an unknown one becomes [`Element::Unknown`]. `None` for a decoration without content (bubbles,
/// fonts, the sender's names) (protocol/02 §3.13).
pub(super) fn decode(raw: &Bytes) -> Option<Element> {
    if raw.is_empty() {
        return None;
    }
    let Ok(elem) = bounded::decode::<Elem>(raw) else {
        return Some(unknown(raw));
    };
    let element = if let Some(reply) = elem.src_msg {
        reply::decode(&reply)
    } else if let Some(common) = elem.common_elem {
        // Messages in history contain their reactions.
        if common.service_type == Some(common::SERVICE_REACTIONS) {
            return None;
        }
        decode_common(&common)
    } else if let Some(text) = elem.text {
        Some(text::decode(&text))
    } else if let Some(face) = elem.face {
        face::decode_classic(&face)
    } else if let Some(market) = elem.market_face {
        Some(Element::MarketFace(market_face::decode(&market)))
    } else if let Some(card) = elem.light_app {
        card::decode(&card)
    } else if let Some(rich) = elem.rich_msg {
        card::decode_rich(&rich)
    } else if let Some(picture) = elem.custom_face {
        image::decode_group_old(&picture, raw)
    } else if let Some(picture) = elem.not_online_image {
        image::decode_private_old(&picture, raw)
    } else if let Some(video) = elem.video_file {
        Some(Element::Video(video::decode_old(&video, raw)))
    } else if let Some(trans) = elem.trans_elem {
        file::decode_group(&trans)
    } else if let Some(file) = elem.group_file {
        Some(Element::File(file::decode_group_old(&file)))
    } else if let Some(shake) = elem.shake_window {
        Some(Element::Shake(common::decode_window(&shake)))
    } else if let Some(wallet) = elem.qq_wallet_msg {
        Some(Element::Text(text::decode_wallet(&wallet)))
    } else if let Some(flags) = elem.general_flags {
        return long_text::decode(&flags).map(Element::LongText);
    } else if is_decoration(&elem) {
        return None;
    } else {
        None
    };
    Some(element.unwrap_or_else(|| unknown(raw)))
}

/// Whether an element only describes the presentation of a message (protocol/02 §3.1, §3.13, §3.14).
fn is_decoration(elem: &Elem) -> bool {
    [
        &elem.elem_flags,
        &elem.elem_flags2,
        &elem.extra_info,
        &elem.pub_account,
        &elem.anon_group_msg,
        &elem.crm_elem,
        &elem.deliver_gift_msg,
        &elem.open_qq_data,
    ]
    .into_iter()
    .any(Option::is_some)
}

fn decode_common(common: &CommonElem) -> Option<Element> {
    let payload = common.payload.clone().unwrap_or_default();
    let business = common.business_type.unwrap_or(0);
    match common.service_type.unwrap_or(0) {
        common::SERVICE_SHAKE => common::decode_shake(&payload),
        image::SERVICE_FLASH => image::decode_flash(&payload),
        text::SERVICE_FLASH => text::decode_flash(&payload),
        face::SERVICE_BUBBLE => face::decode_bubble(&payload),
        face::SERVICE_SMALL => face::decode_small(&payload),
        face::SERVICE_BIG => face::decode_big(&payload),
        common::SERVICE_MARKDOWN => common::decode_markdown(&payload),
        common::SERVICE_KEYBOARD => common::decode_keyboard(&payload),
        media::SERVICE => media::decode(&payload, business),
        _ => None,
    }
}

/// Encodes one element. What follows a reply or a sticker for old clients is added by the caller.
pub(super) fn encode(element: &Element) -> Bytes {
    let elem = match element {
        Element::Text(text) => text::encode(text),
        Element::Mention(mention) => mention::encode(mention),
        Element::Face(face) => face::encode(face),
        Element::MarketFace(face) => market_face::encode(face),
        Element::Shake(shake) => common::encode_shake(shake),
        Element::Reply(reply) => reply::encode(reply),
        Element::Image(image) => return image.raw.clone(),
        Element::Voice(voice) => return voice.raw.clone(),
        Element::Video(video) => return video.raw.clone(),
        Element::File(file) => return file::encode(file),
        Element::Card(card) => card::encode(card),
        Element::Forward(forward) => card::encode_forward(forward),
        Element::Xml(xml) => card::encode_xml(xml),
        Element::Markdown(markdown) => common::encode_markdown(markdown),
        Element::Keyboard(keyboard) => common::encode_keyboard(keyboard),
        Element::LongText(text) => long_text::encode(text),
        Element::Unknown(unknown) => return unknown.raw.clone(),
    };
    elem.encode_to_vec().into()
}

fn unknown(raw: &Bytes) -> Element {
    Element::Unknown(Unknown { raw: raw.clone() })
}

/// Builds a common element (protocol/02 §3.6).
pub(super) fn common_elem(service: i32, payload: &impl Message, business: u32) -> Elem {
    Elem {
        common_elem: Some(CommonElem {
            service_type: Some(service),
            payload: Some(payload.encode_to_vec().into()),
            business_type: Some(business),
        }),
        ..Elem::default()
    }
}

/// Reads text; invalid UTF-8 becomes replacement characters (protocol/02 §0).
fn lossy(bytes: Option<&Bytes>) -> String {
    bytes.map_or_else(String::new, |bytes| {
        String::from_utf8_lossy(bytes).into_owned()
    })
}

/// Elements that follow a reply in a group: the automatic mention of the quoted sender, and a blank (protocol/02
/// §3.11).
pub(super) fn reply_followers(reply: &reply::Reply) -> [Bytes; 2] {
    let name = reply
        .sender
        .map(|sender| sender.to_string())
        .unwrap_or_default();
    let mention = mention::Mention {
        target: mention::MentionTarget::Member {
            uin: None,
            uid: reply.sender_uid,
        },
        text: format!("@{name}"),
    };
    [
        encode(&Element::Mention(mention)),
        encode(&Element::Text(text::Text::new(" "))),
    ]
}
