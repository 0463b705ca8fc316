//! `[log]`: what is logged, and where.

use schemars::JsonSchema;
use serde::Deserialize;
use std::{num::NonZeroU16, path::PathBuf};

/// Logging.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// Level: `error`, `warn`, `info`, `debug` or `trace`; or a level per module, such as `info,nekonap_client=debug`.
    pub level: String,
    /// File for the log, in addition to stderr. A relative path starts at the configuration file's folder.
    pub file: Option<PathBuf>,
    /// When a new file begins, at midnight or the full hour of UTC. Its name contains the time: `nekonap.2026-01-31.log`.
    pub rotation: Rotation,
    /// How many files are kept, 1 to 65,535. Older ones are deleted.
    pub keep: NonZeroU16,
}

/// When a new log file begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Rotation {
    /// Every day.
    #[default]
    Daily,
    /// Every hour.
    Hourly,
    /// Never: the file has exactly the configured name and grows without limit.
    Never,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            level: "info".to_owned(),
            file: None,
            rotation: Rotation::Daily,
            keep: const { NonZeroU16::new(7).expect("not zero") },
        }
    }
}
