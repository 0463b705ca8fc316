//! Text. `protocol/02` §3.2.

use super::{lossy, mention};
use crate::{
    message::element::Element,
    proto::message::{Elem, TextElem},
};

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
