//! The id that frameworks know a message by.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::number::NumberError;

/// The id of a message towards bot frameworks: 1 to 2^31 − 1, one account's own, the same across restarts
/// (api/actions §1.5, api/events-and-segments §6). The archive gives it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(transparent))]
#[serde(transparent)]
pub struct MessageId(i32);

impl MessageId {
    /// A message's id.
    ///
    /// # Errors
    /// Zero and negative numbers, and what does not fit in 31 bits, are no ids of ours.
    pub fn new(number: i64) -> Result<Self, NumberError> {
        match i32::try_from(number) {
            Ok(0) => Err(NumberError::Zero),
            Ok(id @ 1..) => Ok(Self(id)),
            _ => Err(NumberError::TooLarge(number.unsigned_abs())),
        }
    }

    /// The number itself.
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
}
