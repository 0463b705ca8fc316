//! AI voices, translation and the safety of links. protocol/04 §12, §13.1, §13.2

mod translate;
mod url;
mod voice;

pub use self::voice::{CharacterCategory, VoiceCharacter, VoiceKind};
