//! Reading of the ids that are numbers, and its errors.

use thiserror::Error;

/// The largest number that every JSON reader keeps exactly: 2^53 − 1. Larger ids are refused.
pub(crate) const LARGEST: u64 = (1 << 53) - 1;

/// Why a number is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NumberError {
    /// Zero stands for an absent id on the wire.
    #[error("0 is not an id")]
    Zero,
    /// The number is above the id's largest.
    #[error("{0} is too large for an id")]
    TooLarge(u64),
    /// The text is not a decimal number.
    #[error("an id is a decimal number")]
    NotANumber,
}

/// Accepts 1 to 2^53 − 1.
pub(crate) fn check(number: u64) -> Result<u64, NumberError> {
    match number {
        0 => Err(NumberError::Zero),
        1..=LARGEST => Ok(number),
        _ => Err(NumberError::TooLarge(number)),
    }
}

/// Reads plain decimal digits; no sign, no spaces.
pub(crate) fn parse(text: &str) -> Result<u64, NumberError> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NumberError::NotANumber);
    }
    text.parse().map_err(|_| NumberError::TooLarge(u64::MAX))
}
