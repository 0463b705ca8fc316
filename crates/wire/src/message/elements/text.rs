//! Text. protocol/02 §3.2.

use super::{lossy, mention};
use crate::{
    bounded,
    message::element::Element,
    proto::message::{Elem, FlashText, TextElem, WalletMsg},
};

/// The service of "flash text".
pub(super) const SERVICE_FLASH: i32 = 14;

/// Plain text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// What it says.
    pub text: String,
}

impl Text {
    /// Text that says this.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }
}

/// A text element, which may be a mention.
pub(super) fn decode(elem: &TextElem) -> Element {
    match mention::decode(elem) {
        Some(mention) => Element::Mention(mention),
        None => Element::Text(Text::new(line_breaks(&lossy(elem.str.as_ref())))),
    }
}

/// Text that old clients showed with a flash.
pub(super) fn decode_flash(payload: &[u8]) -> Option<Element> {
    let flash: FlashText = bounded::decode(payload).ok()?;
    Some(Element::Text(Text::new(lossy(flash.text.as_ref()))))
}

/// A red packet is told by its title. protocol/02 §3.14
pub(super) fn decode_wallet(wallet: &WalletMsg) -> Text {
    let title = wallet
        .wallet
        .as_ref()
        .and_then(|wallet| wallet.receiver.as_ref().or(wallet.sender.as_ref()))
        .map(|words| lossy(words.title.as_ref()));
    Text::new(format!("[QQ红包]{}", title.unwrap_or_default()))
}

/// A lone `\r` in old clients' text is a line break.
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
