//! Message ids for bot frameworks.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::number::NumberError;

/// Smallest derived id: 2^30. Frameworks sometimes pass a sequence where an id is expected (api/actions §3.3). Sequences
/// are usually smaller than 2^30, so the two rarely collide.
const FIRST: i32 = 1 << 30;

/// The id of a message for bot frameworks: 1 to 2^31 − 1, stable across restarts (api/actions §1.5,
/// api/events-and-segments §6).
///
/// The archive derives it from the message (protocol/02 §12); derived ids are at least 2^30.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(transparent))]
#[serde(transparent)]
pub struct MessageId(i32);

impl MessageId {
    /// Checks the range of the number.
    ///
    /// # Errors
    /// The number is 0, negative, or above 2^31 − 1.
    pub fn new(number: i64) -> Result<Self, NumberError> {
        match i32::try_from(number) {
            Ok(0) => Err(NumberError::Zero),
            Ok(id @ 1..) => Ok(Self(id)),
            _ => Err(NumberError::TooLarge(number.unsigned_abs())),
        }
    }

    /// The id derived from a hash: 2^30 plus the first 30 bits of the hash as a big-endian number.
    pub const fn from_hash(hash: [u8; 32]) -> Self {
        let bits = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]) >> 2;
        Self(FIRST + bits.cast_signed())
    }

    /// The next derived id, for when this one already belongs to another message. Wraps from 2^31 − 1 to 2^30.
    #[must_use]
    pub const fn next_derived(self) -> Self {
        match self.0 {
            i32::MAX | ..FIRST => Self(FIRST),
            id => Self(id + 1),
        }
    }

    /// The plain number.
    pub const fn get(self) -> i32 {
        self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for MessageId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(i64::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_positive_and_fit_in_31_bits() {
        assert_eq!(MessageId::new(1).map(MessageId::get), Ok(1));
        assert_eq!(
            MessageId::new(i64::from(i32::MAX)).map(MessageId::get),
            Ok(i32::MAX)
        );
        for wrong in [0, -5, i64::from(i32::MAX) + 1] {
            assert!(MessageId::new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_first_30_bits_of_a_hash_make_the_id() {
        let of = |start: [u8; 4]| {
            let mut hash = [0xff; 32];
            hash[..4].copy_from_slice(&start);
            MessageId::from_hash(hash).get()
        };
        assert_eq!(of([0, 0, 0, 0]), 1 << 30);
        assert_eq!(of([0, 0, 0, 3]), 1 << 30, "the last two bits are ignored");
        assert_eq!(of([0, 0, 0, 4]), (1 << 30) + 1);
        assert_eq!(of([0xff; 4]), i32::MAX);
    }

    #[test]
    fn next_derived_id_wraps_within_the_derived_range() {
        let next = |number| MessageId::new(number).map(|id| id.next_derived().get());
        assert_eq!(next(1 << 30), Ok((1 << 30) + 1));
        assert_eq!(next((1 << 31) - 1), Ok(1 << 30));
        assert_eq!(next(5), Ok(1 << 30));
    }
}
