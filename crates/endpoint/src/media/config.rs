//! The settings of media: which files may be read, what may be fetched, and how much is kept.

use std::{fmt, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

/// Where media come from and how much of them is kept (api/transports §13, points 6 and 7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MediaConfig {
    /// Folder for the cache and for temporary files. Without it, a temporary folder is used that is deleted at the end. Only the value
    /// at the start of the bot counts.
    pub folder: Option<PathBuf>,
    /// Folders whose files callers on other machines may name. Callers on this machine may name every file.
    pub folders: Vec<PathBuf>,
    /// Whether callers on other machines may have URLs fetched whose host has a private address. Callers on this machine always
    /// may.
    pub private_addresses: bool,
    /// Largest file in bytes.
    pub max_size: u64,
    /// Largest download of a URL in bytes.
    pub max_download: u64,
    /// Time that a download may go without a byte, milliseconds.
    pub timeout: u64,
    /// Proxy for downloads, `http://` or `socks5://`. It is not used for hosts that are addresses of this machine.
    pub proxy: Option<ProxyUrl>,
    /// Size of the cache in bytes. When it is larger, the files that were used least recently are deleted.
    pub cache_size: u64,
    /// Time after which a cached file that was not used is deleted, seconds.
    pub cache_age: u64,
    /// Largest file that `get_file` and its relatives return in `base64`, bytes.
    pub inline_size: u64,
}

impl Default for MediaConfig {
    fn default() -> Self {
        Self {
            folder: None,
            folders: Vec::new(),
            private_addresses: false,
            max_size: 4 << 30,
            max_download: 1 << 30,
            timeout: 30_000,
            proxy: None,
            cache_size: 1 << 30,
            cache_age: 7 * 86_400,
            inline_size: 20 << 20,
        }
    }
}

impl MediaConfig {
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout)
    }

    pub(crate) fn cache_age(&self) -> Duration {
        Duration::from_secs(self.cache_age)
    }
}

/// URL of a proxy. `Debug` does not print it, because it may contain a password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProxyUrl(String);

impl ProxyUrl {
    /// The URL as text, checked when it is used.
    pub fn new(url: impl Into<String>) -> Self {
        Self(url.into())
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProxyUrl(…)")
    }
}
