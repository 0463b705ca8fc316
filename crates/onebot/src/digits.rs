//! Numbers that OneBot writes as strings in segments (api/events-and-segments §1).

use std::fmt::Display;

use serde::Serializer;

/// Writes a number as a decimal string. Only for writing: when a segment is read, coercion has already made it a number.
pub(crate) fn write<T: Display, S: Serializer>(
    number: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(number)
}

/// Writes an optional number as a decimal string or null.
#[allow(clippy::ref_option)] // serde passes the field by reference
pub(crate) fn write_some<T: Display, S: Serializer>(
    number: &Option<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match number {
        Some(number) => serializer.collect_str(number),
        None => serializer.serialize_none(),
    }
}
