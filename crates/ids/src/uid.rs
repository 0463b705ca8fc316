//! The text id of an account in the NT protocol.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use thiserror::Error;

/// Longest uid, in characters: `u_` and 22 more.
const LENGTH: usize = 24;

/// The text id of an account in the NT protocol: `u_` and 22 URL-safe base64 characters (protocol/04 §2).
///
/// The [`Uin`](crate::Uin) that belongs to a uid never changes. Stored inline (24 bytes), without a heap allocation.
/// Shorter texts of the same characters are accepted, because other servers (the sandbox) use them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid([u8; LENGTH]);

/// Why a text is not a uid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum UidError {
    /// The text is empty or longer than 24 characters.
    #[error("a uid has 1 to 24 characters")]
    Length,
    /// A character is neither a letter, a digit, `_` nor `-`.
    #[error("a uid contains only letters, digits, _ and -")]
    Character,
}

impl Uid {
    /// Parses a uid.
    ///
    /// # Errors
    /// The text is empty, longer than 24 characters, or contains a character other than `A–Z a–z 0–9 _ -`.
    pub fn new(text: &str) -> Result<Self, UidError> {
        if text.is_empty() || text.len() > LENGTH {
            return Err(UidError::Length);
        }
        if !text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
        {
            return Err(UidError::Character);
        }
        let mut bytes = [0; LENGTH];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self(bytes))
    }

    /// The uid as text.
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|&byte| byte == 0).unwrap_or(LENGTH);
        std::str::from_utf8(&self.0[..end]).unwrap_or_default()
    }
}

impl FromStr for Uid {
    type Err = UidError;

    fn from_str(text: &str) -> Result<Self, UidError> {
        Self::new(text)
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uid({})", self.as_str())
    }
}

impl Serialize for Uid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Uid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_uids_are_refused() {
        let uid = Uid::new("u_AbCdEfGhIjKlMnOpQrStUv").expect("a uid");
        assert_eq!(uid.as_str(), "u_AbCdEfGhIjKlMnOpQrStUv");
        assert_eq!(Uid::new("u_short").expect("a uid").to_string(), "u_short");
        assert_eq!(Uid::new(""), Err(UidError::Length));
        assert_eq!(Uid::new("u_AbCdEfGhIjKlMnOpQrStUvW"), Err(UidError::Length));
        assert_eq!(Uid::new("u_\0"), Err(UidError::Character));
        assert_eq!(Uid::new("u_é"), Err(UidError::Character));
    }

    proptest::proptest! {
        #[test]
        fn text_round_trips(text in "[A-Za-z0-9_-]{1,24}") {
            proptest::prop_assert_eq!(Uid::new(&text).expect("a uid").to_string(), text);
        }
    }
}
