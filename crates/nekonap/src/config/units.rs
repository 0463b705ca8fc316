//! Numbers with a unit, written as text: what lengths of time (`"30s"`) and sizes (`"10MiB"`) have in common.

use serde::{Deserialize, Deserializer};
use std::fmt;

/// Names of units, each with its value in the smallest one; the largest unit comes first.
pub(super) type Units = [(&'static str, u64)];

/// Reads a whole number that is followed by a unit, in the smallest unit.
pub(super) fn parse(text: &str, units: &Units) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let (_, unit) = units.iter().find(|(name, _)| *name == unit)?;
    number.parse::<u64>().ok()?.checked_mul(*unit)
}

/// Writes an amount in the largest unit that needs no fraction; `zero` if it is 0.
pub(super) fn write(
    f: &mut fmt::Formatter<'_>,
    amount: u64,
    units: &Units,
    zero: &str,
) -> fmt::Result {
    let unit = units
        .iter()
        .find(|(_, unit)| amount > 0 && amount.is_multiple_of(*unit));
    match unit {
        Some((name, unit)) => write!(f, "{}{name}", amount / unit),
        None => f.write_str(zero),
    }
}

/// Reads a text. The inner error describes a value of another type, so that the message is the one about units.
pub(super) fn text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Result<String, String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        Text(String),
        Integer(i64),
        Float(f64),
        Other(serde::de::IgnoredAny),
    }
    Ok(match Given::deserialize(deserializer)? {
        Given::Text(text) => Ok(text),
        Given::Integer(number) => Err(number.to_string()),
        Given::Float(number) => Err(number.to_string()),
        Given::Other(_) => Err("this".to_owned()),
    })
}
