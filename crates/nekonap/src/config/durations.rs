//! Lengths of time as text, such as `"30s"`: the one form that they have in the configuration.

use super::units;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::Error as _};
use std::{borrow::Cow, fmt, str::FromStr, time::Duration};

/// Units, longest first, in milliseconds.
const UNITS: [(&str, u64); 5] = [
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// A length of time in whole milliseconds, written as a number and a unit: `"500ms"`, `"30s"`, `"10m"`, `"2h"`, `"7d"`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period(pub Duration);

/// The text is not a length of time.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} is not a length of time: write a whole number and ms, s, m, h or d, such as \"30s\" / 时间须写成整数加单位,如 \"30s\""
)]
pub struct NotPeriod(String);

impl Period {
    /// A length of whole seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// The length; `None` if it is zero, which turns a feature off.
    pub fn unless_zero(self) -> Option<Duration> {
        (!self.0.is_zero()).then_some(self.0)
    }
}

impl FromStr for Period {
    type Err = NotPeriod;

    fn from_str(text: &str) -> Result<Self, NotPeriod> {
        units::parse(text, &UNITS)
            .map(|milliseconds| Self(Duration::from_millis(milliseconds)))
            .ok_or_else(|| NotPeriod(format!("{text:?}")))
    }
}

impl fmt::Display for Period {
    /// The text in the longest unit that needs no fraction.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        units::write(f, milliseconds, &UNITS, "0s")
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        units::text(deserializer)?
            .map_err(NotPeriod)
            .and_then(|text| text.parse())
            .map_err(D::Error::custom)
    }
}

impl JsonSchema for Period {
    fn schema_name() -> Cow<'static, str> {
        "Period".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_and_written() {
        for (text, milliseconds) in [
            ("0s", 0),
            ("1500ms", 1_500),
            ("30s", 30_000),
            ("10m", 600_000),
            ("2h", 7_200_000),
            ("7d", 604_800_000),
        ] {
            let period: Period = text.parse().expect(text);
            assert_eq!(period.0.as_millis(), milliseconds, "{text}");
            assert_eq!(period.to_string(), text);
        }
        assert_eq!(Period::seconds(60).to_string(), "1m");
    }

    #[test]
    fn text_without_unit_or_too_long_is_refused() {
        for text in [
            "",
            "30",
            "s",
            "1.5s",
            "-1s",
            "30 s",
            "30S",
            "1m30s",
            "99999999999999999999d",
        ] {
            let error = text.parse::<Period>().expect_err(text);
            assert_eq!(error, NotPeriod(format!("{text:?}")));
        }
    }

    #[test]
    fn number_in_the_file_is_refused_with_what_to_write() {
        #[derive(Debug, Deserialize)]
        struct File {
            #[allow(dead_code, reason = "only its error is used")]
            wait: Period,
        }
        let error = toml::from_str::<File>("wait = 30000").expect_err("no unit");
        assert!(
            error.message().contains("30000") && error.message().contains("\"30s\""),
            "{error}"
        );
    }
}
