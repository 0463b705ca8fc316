//! Account numbers.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::number::{NumberError, check, parse};

/// Account number ("QQ number"), 1 to 2^53 − 1. The protocol pages call it `uin`.
///
/// In JSON it is a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(transparent, example = 10_002))]
#[serde(transparent)]
pub struct Uin(u64);

impl Uin {
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

impl TryFrom<u64> for Uin {
    type Error = NumberError;

    fn try_from(number: u64) -> Result<Self, NumberError> {
        Self::new(number)
    }
}

impl FromStr for Uin {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        parse(text).and_then(Self::new)
    }
}

impl fmt::Display for Uin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Uin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(u64::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_outside_1_to_2_pow_53_minus_1_are_refused() {
        assert_eq!("10001".parse::<Uin>().map(Uin::get), Ok(10001));
        assert_eq!("0".parse::<Uin>(), Err(NumberError::Zero));
        assert_eq!("".parse::<Uin>(), Err(NumberError::NotANumber));
        assert_eq!("+1".parse::<Uin>(), Err(NumberError::NotANumber));
        assert_eq!(Uin::new(1 << 53), Err(NumberError::TooLarge(1 << 53)));
        assert!("99999999999999999999999".parse::<Uin>().is_err());
    }

    #[test]
    fn the_json_form_is_a_number() {
        let uin: Uin = serde_json::from_str("10001").expect("a uin");
        assert_eq!(serde_json::to_string(&uin).expect("json"), "10001");
        assert!(serde_json::from_str::<Uin>("0").is_err());
        assert!(
            serde_json::from_str::<Uin>("\"10001\"").is_err(),
            "only onebot::coerce accepts numbers in strings"
        );
    }
}
