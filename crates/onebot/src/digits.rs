//! Numbers that OneBot writes as strings inside segments (api/events-and-segments §1).

use std::fmt::Display;

use serde::Serializer;

/// Writes a number as a decimal string. Reading wants a number, which is what coercion leaves.
pub(crate) fn write<T: Display, S: Serializer>(
    number: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(number)
}

/// The same for a number that may be absent.
#[allow(clippy::ref_option)] // serde hands the field over by reference
pub(crate) fn write_some<T: Display, S: Serializer>(
    number: &Option<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match number {
        Some(number) => serializer.collect_str(number),
        None => serializer.serialize_none(),
    }
}
