//! Text (protocol/02 §3.2).

use super::{lossy, mention};
use crate::{
    bounded,
    message::element::Element,
    proto::message::{Elem, FlashText, TextElem, WalletMsg},
};

/// `service_type` of "flash text".
pub(super) const SERVICE_FLASH: i32 = 14;

/// Plain text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// The text.
    pub text: String,
}

impl Text {
    /// Plain text with this content.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }
}

/// Decodes a text element, which may be a mention.
pub(super) fn decode(elem: &TextElem) -> Element {
    match mention::decode(elem) {
        Some(mention) => Element::Mention(mention),
        None => Element::Text(Text::new(line_breaks(&lossy(elem.str.as_ref())))),
    }
}

/// Decodes text that old clients showed with a flash effect.
pub(super) fn decode_flash(payload: &[u8]) -> Option<Element> {
    let flash: FlashText = bounded::decode(payload).ok()?;
    Some(Element::Text(Text::new(lossy(flash.text.as_ref()))))
}

/// Decodes a red packet as its title (protocol/02 §3.14).
pub(super) fn decode_wallet(wallet: &WalletMsg) -> Text {
    let title = wallet
        .wallet
        .as_ref()
        .and_then(|wallet| wallet.receiver.as_ref().or(wallet.sender.as_ref()))
        .map(|words| lossy(words.title.as_ref()));
    Text::new(format!("[QQ红包]{}", title.unwrap_or_default()))
}

/// Normalizes line breaks: old clients write a lone `\r`.
fn line_breaks(text: &str) -> String {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text.to_owned()
    }
}

pub(super) fn encode(text: &Text) -> Elem {
    Elem {
        text: Some(TextElem {
            str: Some(text.text.clone().into_bytes().into()),
            ..TextElem::default()
        }),
        ..Elem::default()
    }
}
