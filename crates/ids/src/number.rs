//! Validation and parsing of numeric ids.

use thiserror::Error;

/// Largest id: 2^53 − 1, the largest integer that all JSON parsers represent exactly.
pub(crate) const LARGEST: u64 = (1 << 53) - 1;

/// Why a number is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NumberError {
    /// The number is 0, which means "no id" on the wire.
    #[error("0 is not an id")]
    Zero,
    /// The number is above the maximum of the id's type.
    #[error("{0} is too large for an id")]
    TooLarge(u64),
    /// The text is not a decimal number.
    #[error("an id is a decimal number")]
    NotANumber,
}

/// Checks that the number is 1 to 2^53 − 1.
pub(crate) fn check(number: u64) -> Result<u64, NumberError> {
    match number {
        0 => Err(NumberError::Zero),
        1..=LARGEST => Ok(number),
        _ => Err(NumberError::TooLarge(number)),
    }
}

/// Parses plain decimal digits, without sign or spaces.
pub(crate) fn parse(text: &str) -> Result<u64, NumberError> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NumberError::NotANumber);
    }
    text.parse().map_err(|_| NumberError::TooLarge(u64::MAX))
}
