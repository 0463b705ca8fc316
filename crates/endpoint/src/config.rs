//! What a bot can be told to do differently.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The form of the answers that have two (api/actions §1.7).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Profile {
    /// As in the documents of OneBot 11, go-cqhttp and NapCat V4.
    #[default]
    #[serde(rename = "napcat-v4", alias = "mission")]
    NapcatV4,
    /// As in NapCat 4.18.
    #[serde(rename = "napcat-4.18", alias = "newer")]
    Napcat418,
}

/// The settings of one bot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// `app_name` of `get_version_info`. Some frameworks switch features on by it (api/actions §4, point 8).
    pub app_name: String,
    /// `app_version` of `get_version_info`.
    pub app_version: String,
    /// The form of the six answers that have two (api/actions §1.7); `_profile` of a call overrides it.
    pub response_profile: Profile,
    /// Whether `<action>_async` answers at once with retcode 1, as the standard has it, and runs the action afterwards
    /// (api/actions §1.2). Off: the real answer is given, as NapCat and go-cqhttp do.
    pub standard_async: bool,
    /// The time between two jobs of `<action>_rate_limited`, in milliseconds (api/actions §1.2).
    pub rate_limit_interval: u64,
    /// Whether forwards in reported messages are fetched and put into `content` of their segment
    /// (api/events-and-segments §7.10).
    pub parse_mult_msg: bool,
    /// Whether the reply of a quick operation in a group quotes the message that it answers (api/transports §8).
    pub quick_reply_quote: bool,
    /// The address of the service that makes and signs music cards (protocol/02 §3.15); without one `music` segments are
    /// refused, and the refusal says why.
    pub music_sign_url: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            app_name: "NapCat.Onebot".to_owned(),
            app_version: "4.18.13".to_owned(),
            response_profile: Profile::NapcatV4,
            standard_async: false,
            rate_limit_interval: 500,
            parse_mult_msg: false,
            quick_reply_quote: true,
            music_sign_url: None,
        }
    }
}

/// What is wrong with a [`Config`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// Clients cannot do without a name and a version.
    #[error("`{0}` must not be empty")]
    Empty(&'static str),
    /// A minute between two calls is already more than any client waits.
    #[error("`rate_limit_interval` is at most 60000 milliseconds, not {0}")]
    Interval(u64),
    /// The signing service is an HTTP service.
    #[error("`music_sign_url` must begin with http:// or https://")]
    SignUrl,
}

impl Config {
    /// Whether the settings make sense.
    ///
    /// # Errors
    /// The first that does not.
    pub fn check(&self) -> Result<(), ConfigError> {
        if self.app_name.is_empty() {
            return Err(ConfigError::Empty("app_name"));
        }
        if self.app_version.is_empty() {
            return Err(ConfigError::Empty("app_version"));
        }
        if self.rate_limit_interval > 60_000 {
            return Err(ConfigError::Interval(self.rate_limit_interval));
        }
        let is_http = |url: &str| url.starts_with("http://") || url.starts_with("https://");
        if self
            .music_sign_url
            .as_deref()
            .is_some_and(|url| !is_http(url))
        {
            return Err(ConfigError::SignUrl);
        }
        Ok(())
    }

    /// The time between two jobs of `<action>_rate_limited`.
    pub(crate) fn rate_limit(&self) -> Duration {
        Duration::from_millis(self.rate_limit_interval)
    }
}
