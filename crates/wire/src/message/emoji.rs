//! Reaction emoji and their codes (protocol/02 §9.1).

use std::{fmt, str::FromStr};

use thiserror::Error;

use crate::command::DecodeError;

/// `kind` of a face.
const FACE: u32 = 1;
/// `kind` of a Unicode emoji.
const UNICODE: u32 = 2;
/// Largest face id: if the kind is unknown, a code of more than three digits is a code point.
const LARGEST_FACE: u32 = 999;

/// Emoji of a reaction: a QQ face or a Unicode emoji.
///
/// On the wire it is a decimal code and a kind. As text it is the code alone: `76` is `Face(76)`, `128516` is
/// `Unicode('😄')`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Emoji {
    /// A QQ face, by its id.
    Face(u32),
    /// A Unicode emoji; if it has several code points, the first.
    Unicode(char),
}

/// The text is not a valid [`Emoji`] code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an emoji is the id of a face or the decimal code point of a Unicode emoji")]
pub struct EmojiError;

impl Emoji {
    /// The face with this decimal id.
    ///
    /// # Errors
    /// [`EmojiError`] if the text is not a decimal number of 32 bits.
    pub fn face(id: &str) -> Result<Self, EmojiError> {
        number(id).map(Self::Face)
    }

    /// The Unicode emoji with this decimal code point.
    ///
    /// # Errors
    /// [`EmojiError`] if the text is not the decimal code point of a character.
    pub fn unicode(code_point: &str) -> Result<Self, EmojiError> {
        char::from_u32(number(code_point)?)
            .map(Self::Unicode)
            .ok_or(EmojiError)
    }

    /// The code on the wire and in OneBot's `emoji_id`: the face id or the code point, in decimal.
    pub fn code(self) -> String {
        self.to_string()
    }

    /// The kind on the wire and in OneBot's `emoji_type`: 1 face, 2 Unicode.
    pub const fn kind(self) -> u32 {
        match self {
            Self::Face(_) => FACE,
            Self::Unicode(_) => UNICODE,
        }
    }

    /// Reads code and kind. Without a kind, the code is read as in [`FromStr`].
    ///
    /// # Errors
    /// [`DecodeError::Missing`] or [`DecodeError::Invalid`] with the name of the field, `code` or `kind`.
    pub fn from_wire(code: Option<&str>, kind: Option<u32>) -> Result<Self, DecodeError> {
        let code = code
            .filter(|code| !code.is_empty())
            .ok_or(DecodeError::Missing("code"))?;
        match kind {
            None => code.parse(),
            Some(FACE) => Self::face(code),
            Some(UNICODE) => Self::unicode(code),
            Some(_) => return Err(DecodeError::Invalid("kind")),
        }
        .map_err(|_| DecodeError::Invalid("code"))
    }
}

impl FromStr for Emoji {
    type Err = EmojiError;

    /// Reads a code of unknown kind: up to three digits are a face, more are a code point.
    fn from_str(code: &str) -> Result<Self, EmojiError> {
        match number(code)? {
            id @ 0..=LARGEST_FACE => Ok(Self::Face(id)),
            _ => Self::unicode(code),
        }
    }
}

impl fmt::Display for Emoji {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Face(id) => id.fmt(f),
            Self::Unicode(character) => u32::from(character).fmt(f),
        }
    }
}

/// Parses plain decimal digits, without sign or spaces.
fn number(text: &str) -> Result<u32, EmojiError> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(EmojiError);
    }
    text.parse().map_err(|_| EmojiError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_of_up_to_three_digits_is_a_face_and_a_longer_one_a_code_point() {
        for (code, emoji) in [
            ("0", Emoji::Face(0)),
            ("76", Emoji::Face(76)),
            ("999", Emoji::Face(999)),
            ("9786", Emoji::Unicode('☺')),
            ("128516", Emoji::Unicode('😄')),
        ] {
            assert_eq!(code.parse(), Ok(emoji));
            assert_eq!(emoji.code(), code);
        }
    }

    #[test]
    fn invalid_code_is_rejected() {
        // The last three: half a surrogate pair, one past the last code point, more than 32 bits.
        for text in [
            "",
            "x",
            "-1",
            "+76",
            " 76",
            "7６",
            "👍",
            "55357",
            "1114112",
            "4294967296",
        ] {
            assert_eq!(text.parse::<Emoji>(), Err(EmojiError), "{text}");
            assert_eq!(Emoji::unicode(text), Err(EmojiError), "{text}");
        }
        assert_eq!(Emoji::face("4294967296"), Err(EmojiError));
    }

    #[test]
    fn kind_overrides_the_length() {
        let read = Emoji::from_wire;
        assert_eq!(read(Some("169"), Some(2)), Ok(Emoji::Unicode('©')));
        assert_eq!(read(Some("1024"), Some(1)), Ok(Emoji::Face(1024)));
        assert_eq!(read(Some("169"), None), Ok(Emoji::Face(169)));
        assert_eq!(read(None, Some(1)), Err(DecodeError::Missing("code")));
        assert_eq!(read(Some(""), Some(1)), Err(DecodeError::Missing("code")));
        assert_eq!(read(Some("x"), Some(1)), Err(DecodeError::Invalid("code")));
        for kind in [0, 3] {
            assert_eq!(
                read(Some("76"), Some(kind)),
                Err(DecodeError::Invalid("kind"))
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn from_wire_reverses_code_and_kind(id: u32, character: char) {
            for emoji in [Emoji::Face(id), Emoji::Unicode(character)] {
                proptest::prop_assert_eq!(
                    Emoji::from_wire(Some(&emoji.code()), Some(emoji.kind())),
                    Ok(emoji)
                );
            }
        }
    }
}
