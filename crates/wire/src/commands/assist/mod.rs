//! AI voices, translation and the safety of links (protocol/04 §12, §13.1, §13.2).

#[cfg(test)]
mod tests;
mod translate;
mod url;
mod voice;

use crate::{
    command::commands,
    proto::assist::{
        CharactersReply, CharactersRequest, SpeakReply, SpeakRequest, TranslateReply,
        TranslateRequest, UrlReply, UrlRequest,
    },
};

pub use url::UrlSafety;
pub use voice::{DONE, WAIT};

commands! {
    /// Translates words from English into Chinese. protocol/04 §13.1
    Translate = 0x990 / 2, TranslateRequest => TranslateReply;
    /// Asks how safe a link is. protocol/04 §13.2
    CheckUrl = 0xbcb / 0, UrlRequest => UrlReply;
    /// Requests the AI voices that a group can use. protocol/04 §12.1
    GetCharacters = 0x929d / 0, CharactersRequest => CharactersReply;
    /// Makes an AI voice read a text, and posts the voice in the group. protocol/04 §12.2
    Speak = 0x929b / 0, SpeakRequest => SpeakReply;
}
