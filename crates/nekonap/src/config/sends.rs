//! `[sends]`: how fast messages are sent.

use super::{durations::Period, findings::Findings};
use schemars::JsonSchema;
use serde::Deserialize;

/// Longest interval, in milliseconds.
const MAX_INTERVAL: u64 = 60_000;

/// How fast messages are sent (api/transports §9).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Sends {
    /// Time between two messages to one chat, at most `"1m"`. Messages that are early wait. `"0s"` sends at once.
    pub interval: Period,
    /// Time between two calls whose names end with `_rate_limited`, at most `"1m"`.
    pub rate_limited_interval: Period,
}

impl Default for Sends {
    fn default() -> Self {
        let milliseconds = nekonap_endpoint::Config::default().rate_limit_interval;
        Self {
            interval: Period::default(),
            rate_limited_interval: Period(std::time::Duration::from_millis(milliseconds)),
        }
    }
}

impl Sends {
    /// Sets the intervals of the bot. `key`: where this table is in the file.
    pub(super) fn apply(
        &self,
        key: &str,
        bot: &mut nekonap_endpoint::Config,
        findings: &mut Findings,
    ) {
        for (name, period, interval) in [
            ("interval", self.interval, &mut bot.send_interval),
            (
                "rate_limited_interval",
                self.rate_limited_interval,
                &mut bot.rate_limit_interval,
            ),
        ] {
            match u64::try_from(period.0.as_millis()) {
                Ok(milliseconds) if milliseconds <= MAX_INTERVAL => *interval = milliseconds,
                _ => findings.problem(
                    format_args!("{key}.{name}"),
                    format_args!("{period} is too long: the maximum is 1m"),
                ),
            }
        }
    }
}
