//! The settings of a bot.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::media::MediaConfig;

/// The format of the replies that have two (api/actions §1.7).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Profile {
    /// The format that the documents of OneBot 11, go-cqhttp and NapCat V4 describe.
    #[default]
    #[serde(rename = "napcat-v4", alias = "mission")]
    NapcatV4,
    /// The format of NapCat 4.18.
    #[serde(rename = "napcat-4.18", alias = "newer")]
    Napcat418,
}

/// Switches of the events that are off by default (api/events-and-segments §4.16). Those that are another endpoint's form of an
/// event are reported after that event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the configuration"
)]
pub struct OptionalEvents {
    /// `bot_online`: the account is online, or online again.
    pub bot_online: bool,
    /// `client_status`: another device of the account came online or went offline.
    pub client_status: bool,
    /// `group_dismiss`: LLOneBot's form of `group_decrease` / `disband`.
    pub group_dismiss: bool,
    /// `offline_file`: somebody sent a file, as go-cqhttp and Lagrange report it.
    pub offline_file: bool,
    /// `poke_recall`: a poke was taken back, as LLOneBot reports it.
    pub poke_recall: bool,
    /// `reaction`: Lagrange's form of `group_msg_emoji_like`.
    pub reaction: bool,
    /// `group_decrease` has `kick_me`, which OneBot 11 defines, in place of `disband`, which it does not.
    pub standard_sub_types: bool,
}

/// The settings of one bot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the configuration"
)]
pub struct Config {
    /// `app_name` of `get_version_info`. Some frameworks enable features by this name (api/actions §4, point 8).
    pub app_name: String,
    /// `app_version` of `get_version_info`.
    pub app_version: String,
    /// Format of the six replies that have two (api/actions §1.7); `_profile` of a call overrides it.
    pub response_profile: Profile,
    /// Whether `<action>_async` is answered at once with retcode 1 and the action runs afterwards, as OneBot 11
    /// specifies (api/actions §1.2). If false, the action's own answer is returned, as by NapCat and go-cqhttp.
    pub standard_async: bool,
    /// Time between two jobs of `<action>_rate_limited`, milliseconds, at most 60,000 (api/actions §1.2).
    pub rate_limit_interval: u64,
    /// Whether merged forwards in events are fetched and put into `content` of their segment
    /// (api/events-and-segments §7.10).
    pub parse_mult_msg: bool,
    /// Whether the reply of a quick operation in a group quotes the event's message (api/transports §8).
    pub quick_reply_quote: bool,
    /// Whether `send_packet` may send raw commands to the server (api/actions §3.16).
    pub send_packet: bool,
    /// Events that are reported only if they are switched on here.
    pub events: OptionalEvents,
    /// Time between two messages to one conversation, milliseconds, at most 60,000; 0 does not delay any
    /// (api/transports §9).
    pub send_interval: u64,
    /// URL of the service that makes and signs music cards (protocol/02 §3.15), `http` or `https`. Without it `music`
    /// segments are rejected.
    pub music_sign_url: Option<String>,
    /// Where media come from and how much of them is kept.
    pub media: MediaConfig,
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
            send_packet: false,
            events: OptionalEvents::default(),
            send_interval: 0,
            music_sign_url: None,
            media: MediaConfig::default(),
        }
    }
}

/// Why a [`Config`] is invalid.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// `app_name` or `app_version` is empty.
    #[error("`{0}` must not be empty")]
    Empty(&'static str),
    /// An interval is over 60,000 milliseconds.
    #[error("`{0}` is at most 60000 milliseconds, not {1}")]
    Interval(&'static str, u64),
    /// `music_sign_url` is not an HTTP URL.
    #[error("`music_sign_url` must begin with http:// or https://")]
    SignUrl,
}

impl Config {
    /// Checks the settings.
    ///
    /// # Errors
    /// The first setting that is invalid.
    pub fn check(&self) -> Result<(), ConfigError> {
        if self.app_name.is_empty() {
            return Err(ConfigError::Empty("app_name"));
        }
        if self.app_version.is_empty() {
            return Err(ConfigError::Empty("app_version"));
        }
        for (name, interval) in [
            ("rate_limit_interval", self.rate_limit_interval),
            ("send_interval", self.send_interval),
        ] {
            if interval > 60_000 {
                return Err(ConfigError::Interval(name, interval));
            }
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

    pub(crate) fn send_interval(&self) -> Duration {
        Duration::from_millis(self.send_interval)
    }

    pub(crate) fn rate_limit(&self) -> Duration {
        Duration::from_millis(self.rate_limit_interval)
    }
}
