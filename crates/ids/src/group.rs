//! Group numbers.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::number::{NumberError, check, parse};

/// Group number ("group code"), 1 to 2^53 − 1. The protocol pages call it `group_uin`.
///
/// In JSON it is a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(transparent, example = 20_001))]
#[serde(transparent)]
pub struct GroupUin(u64);

impl GroupUin {
    /// Checks the range of the number.
    ///
    /// # Errors
    /// The number is 0 or above 2^53 − 1.
    pub fn new(number: u64) -> Result<Self, NumberError> {
        check(number).map(Self)
    }

    /// The plain number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl TryFrom<u64> for GroupUin {
    type Error = NumberError;

    fn try_from(number: u64) -> Result<Self, NumberError> {
        Self::new(number)
    }
}

impl FromStr for GroupUin {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        parse(text).and_then(Self::new)
    }
}

impl fmt::Display for GroupUin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for GroupUin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(u64::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
