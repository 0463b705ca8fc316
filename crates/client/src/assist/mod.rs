//! AI voices and translation. protocol/04 §12, §13.1

mod translate;
mod voice;

pub use self::voice::{CharacterCategory, VoiceCharacter, VoiceKind};
