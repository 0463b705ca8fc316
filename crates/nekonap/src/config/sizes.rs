//! Sizes as text, such as `"10MiB"`: the one form that they have in the configuration.

use super::units;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::Error as _};
use std::{borrow::Cow, fmt, str::FromStr};

/// Units, longest first, in bytes.
const UNITS: [(&str, u64); 4] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("B", 1),
];

/// A size in bytes, written as a number and a unit: `"512B"`, `"64KiB"`, `"10MiB"`, `"2GiB"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub usize);

/// The text is not a size.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} is not a size: write a whole number and B, KiB, MiB or GiB, such as \"10MiB\" / 大小须写成整数加单位,如 \"10MiB\""
)]
pub struct NotSize(String);

impl FromStr for Size {
    type Err = NotSize;

    fn from_str(text: &str) -> Result<Self, NotSize> {
        units::parse(text, &UNITS)
            .and_then(|bytes| usize::try_from(bytes).ok())
            .map(Self)
            .ok_or_else(|| NotSize(format!("{text:?}")))
    }
}

impl fmt::Display for Size {
    /// The text in the longest unit that needs no fraction.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        units::write(f, self.0 as u64, &UNITS, "0B")
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        units::text(deserializer)?
            .map_err(NotSize)
            .and_then(|text| text.parse())
            .map_err(D::Error::custom)
    }
}

impl JsonSchema for Size {
    fn schema_name() -> Cow<'static, str> {
        "Size".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": "^[0-9]+(B|KiB|MiB|GiB)$"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_and_written() {
        for (text, bytes) in [
            ("0B", 0),
            ("1000B", 1_000),
            ("64KiB", 65_536),
            ("10MiB", 10_485_760),
            ("2GiB", 2_147_483_648),
        ] {
            let size: Size = text.parse().expect(text);
            assert_eq!(size.0, bytes, "{text}");
            assert_eq!(size.to_string(), text);
        }
    }

    #[test]
    fn text_without_unit_or_too_large_is_refused() {
        for text in [
            "",
            "10",
            "MiB",
            "10MB",
            "10 MiB",
            "-1B",
            "1.5MiB",
            "99999999999999999999B",
        ] {
            let error = text.parse::<Size>().expect_err(text);
            assert_eq!(error, NotSize(format!("{text:?}")));
        }
    }
}
