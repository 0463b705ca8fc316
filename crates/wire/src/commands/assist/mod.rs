//! AI voices and translation (protocol/04 §12, §13.1).

#[cfg(test)]
mod tests;
mod translate;
mod voice;

use crate::{
    command::commands,
    proto::assist::{
        CharactersReply, CharactersRequest, SpeakReply, SpeakRequest, TranslateReply,
        TranslateRequest,
    },
};

pub use voice::{DONE, WAIT};

commands! {
    /// Translates words from English into Chinese. protocol/04 §13.1
    Translate = 0x990 / 2, TranslateRequest => TranslateReply;
    /// Requests the AI voices that a group can use. protocol/04 §12.1
    GetCharacters = 0x929d / 0, CharactersRequest => CharactersReply;
    /// Makes an AI voice read a text, and posts the voice in the group. protocol/04 §12.2
    Speak = 0x929b / 0, SpeakRequest => SpeakReply;
}
