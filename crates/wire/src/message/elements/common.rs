//! Window shakes, markdown and keyboards (protocol/02 §3.6).

use super::common_elem;
use crate::{
    bounded,
    message::element::Element,
    proto::message::{self as proto, Elem, KeyboardPayload, ShakeWindow},
};

/// `service_type` of a window shake.
pub(super) const SERVICE_SHAKE: i32 = 2;
/// `service_type` of reactions, which messages in history contain.
pub(in crate::message) const SERVICE_REACTIONS: i32 = 38;
/// `service_type` of markdown.
pub(super) const SERVICE_MARKDOWN: i32 = 45;
/// `service_type` of a keyboard.
pub(super) const SERVICE_KEYBOARD: i32 = 46;

/// The old window shake (kind 1) and its variants. The poke is a notice, not an element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shake {
    /// 1 shake, 2 heart, 3 like, 4 broken heart, 5 666, 6 big move, 126 a members-only effect.
    pub kind: u32,
    /// Id of the members-only effect, such as 2000; 0 for other kinds.
    pub vas_id: u32,
    /// Strength of the shake.
    pub strength: u32,
    /// Display name; may be empty.
    pub name: String,
}

/// Markdown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Markdown {
    /// Markdown source text.
    pub content: String,
}

/// Buttons. The rows are the generated protobuf messages, because no other form is needed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Keyboard {
    /// Rows of buttons, and the bot that owns them.
    pub keyboard: proto::Keyboard,
}

// A keyboard contains no float, so equality is total.
impl Eq for Keyboard {}

pub(super) fn decode_shake(payload: &[u8]) -> Option<Element> {
    let poke: proto::Poke = bounded::decode(payload).ok()?;
    Some(Element::Shake(Shake {
        kind: poke.r#type.unwrap_or(1),
        vas_id: poke.vas_id.unwrap_or(0),
        strength: poke.strength.unwrap_or(0),
        name: poke.vas_name.or(poke.summary).unwrap_or_default(),
    }))
}

pub(super) fn decode_window(elem: &ShakeWindow) -> Shake {
    Shake {
        kind: elem.r#type.filter(|kind| *kind != 0).unwrap_or(1),
        ..Shake::default()
    }
}

pub(super) fn encode_shake(shake: &Shake) -> Elem {
    let payload = proto::Poke {
        r#type: Some(shake.kind),
        summary: None,
        vas_id: (shake.vas_id != 0).then_some(shake.vas_id),
        vas_name: (!shake.name.is_empty()).then(|| shake.name.clone()),
        strength: (shake.strength != 0).then_some(shake.strength),
    };
    common_elem(SERVICE_SHAKE, &payload, shake.kind)
}

pub(super) fn decode_markdown(payload: &[u8]) -> Option<Element> {
    let markdown: proto::Markdown = bounded::decode(payload).ok()?;
    Some(Element::Markdown(Markdown {
        content: markdown.content.unwrap_or_default(),
    }))
}

pub(super) fn encode_markdown(markdown: &Markdown) -> Elem {
    let payload = proto::Markdown {
        content: Some(markdown.content.clone()),
    };
    common_elem(SERVICE_MARKDOWN, &payload, 1)
}

pub(super) fn decode_keyboard(payload: &[u8]) -> Option<Element> {
    let payload: KeyboardPayload = bounded::decode(payload).ok()?;
    Some(Element::Keyboard(Keyboard {
        keyboard: payload.keyboard?,
    }))
}

pub(super) fn encode_keyboard(keyboard: &Keyboard) -> Elem {
    let payload = KeyboardPayload {
        keyboard: Some(keyboard.keyboard.clone()),
    };
    common_elem(SERVICE_KEYBOARD, &payload, 1)
}
