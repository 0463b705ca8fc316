//! `[media]`: which files may be read, what may be fetched, and how much is kept.

use super::{durations::Period, findings::Findings, sizes::Size};
use nekonap_endpoint::{MediaConfig, ProxyUrl};
use nekonap_gateway::Proxy;
use schemars::JsonSchema;
use serde::Deserialize;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// Limits of `timeout`.
const TIMEOUTS: std::ops::RangeInclusive<Duration> =
    Duration::from_secs(1)..=Duration::from_secs(600);

/// Shortest `cache_age`: a framework needs some time to read the file of an answer.
const MIN_AGE: Duration = Duration::from_secs(60);

/// Largest `inline_size`: the content is in memory several times while it is answered.
const MAX_INLINE: usize = 256 << 20;

/// Where pictures, voices, videos and files come from, and how much of them is kept (api/transports §13).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Media {
    /// Folders whose files programs on other machines may name. Programs on this machine may name every file. A relative path
    /// starts at the configuration file's folder.
    pub folders: Vec<PathBuf>,
    /// Whether programs on other machines may have URLs fetched whose host has a private address.
    pub private_addresses: bool,
    /// Largest file.
    pub max_size: Size,
    /// Largest file that is fetched from a URL.
    pub max_download: Size,
    /// Time that a download may go without a byte, `"1s"` to `"10m"`.
    pub timeout: Period,
    /// Proxy for fetching URLs, `http://` or `socks5://`. Default: that of `[onebot]`. An empty text fetches directly. It is not used
    /// for addresses of this machine.
    pub proxy: Option<String>,
    /// Size of the cache in the data folder. When it is larger, the files that were used least recently are deleted.
    pub cache_size: Size,
    /// Time after which a cached file that was not used is deleted, at least `"1m"`.
    pub cache_age: Period,
    /// Largest file that `get_file` and its relatives also return as base64, at most `"256MiB"`; `"0B"` returns none.
    pub inline_size: Size,
}

impl Default for Media {
    fn default() -> Self {
        let config = MediaConfig::default();
        let size = |bytes: u64| Size(usize::try_from(bytes).unwrap_or(usize::MAX));
        Self {
            folders: Vec::new(),
            private_addresses: config.private_addresses,
            max_size: size(config.max_size),
            max_download: size(config.max_download),
            timeout: Period(Duration::from_millis(config.timeout)),
            proxy: None,
            cache_size: size(config.cache_size),
            cache_age: Period::seconds(config.cache_age),
            inline_size: size(config.inline_size),
        }
    }
}

impl Media {
    /// Makes the paths start at the configuration file's folder.
    pub(super) fn complete(&mut self, beside: &Path) {
        for folder in &mut self.folders {
            *folder = beside.join(&*folder);
        }
    }

    /// The settings of the bot. `key`: where this table is in the file; `default`: the proxy of `[onebot]`; `data`: the account's
    /// folder. A setting with a problem has its default.
    pub(super) fn endpoint(
        &self,
        key: &str,
        default: Option<&str>,
        data: &Path,
        findings: &mut Findings,
    ) -> MediaConfig {
        for folder in &self.folders {
            if !folder.is_dir() {
                findings.warning(
                    format_args!("{key}.folders"),
                    format_args!("{} is not a folder", folder.display()),
                );
            }
        }
        for (name, size) in [
            ("max_size", self.max_size),
            ("max_download", self.max_download),
        ] {
            if size.0 == 0 {
                findings.problem(
                    format_args!("{key}.{name}"),
                    "it must not be zero: remove the key for the default",
                );
            }
        }
        if !TIMEOUTS.contains(&self.timeout.0) {
            findings.problem(
                format_args!("{key}.timeout"),
                format_args!("{} is not within 1s and 10m", self.timeout),
            );
        }
        if self.cache_age.0 < MIN_AGE {
            findings.problem(
                format_args!("{key}.cache_age"),
                format_args!("{} is too short: the minimum is 1m", self.cache_age),
            );
        }
        if self.inline_size.0 > MAX_INLINE {
            findings.problem(
                format_args!("{key}.inline_size"),
                format_args!("{} is too large: the maximum is 256MiB", self.inline_size),
            );
        }
        let proxy = match self.proxy.as_deref() {
            Some("") => None,
            Some(own) => {
                let valid = findings.value(format_args!("{key}.proxy"), own.parse::<Proxy>());
                valid.map(|_| own)
            }
            // A bad default is reported where it is.
            None => default.filter(|url| url.parse::<Proxy>().is_ok()),
        };
        MediaConfig {
            folder: (!data.as_os_str().is_empty()).then(|| data.join("media")),
            folders: self.folders.clone(),
            private_addresses: self.private_addresses,
            max_size: self.max_size.0 as u64,
            max_download: self.max_download.0 as u64,
            timeout: u64::try_from(self.timeout.0.as_millis()).unwrap_or(u64::MAX),
            proxy: proxy.map(ProxyUrl::new),
            cache_size: self.cache_size.0 as u64,
            cache_age: self.cache_age.0.as_secs(),
            inline_size: self.inline_size.0 as u64,
        }
    }
}
