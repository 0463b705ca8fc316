//! What entries have in common beyond address and token: certificate, proxy, filter, limits and rate.

use super::{durations::Period, findings::Findings, sizes::Size};
use nekonap_gateway::{Filter, Proxy};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// Certificate of a listener (api/transports §13). The server then speaks `https` and `wss` only.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// PEM file with the certificate, followed by intermediate certificates. A relative path starts at the configuration
    /// file's folder.
    pub certificate: PathBuf,
    /// PEM file with the private key, without a password.
    pub key: PathBuf,
}

/// Limits of an entry's connections (api/transports §13).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Largest HTTP body.
    pub body: Size,
    /// Largest WebSocket message.
    pub message: Size,
    /// Most open sockets of a listener.
    pub sockets: usize,
    /// Most running calls of one WebSocket connection. While it is reached, the connection is not read.
    pub running: usize,
    /// Time from the first byte of an HTTP request to the end of its headers.
    pub head: Period,
    /// Time that an HTTP connection may stay open without a request.
    pub idle: Period,
    /// Time that a write may make no progress before the connection is closed.
    pub stuck: Period,
    /// Time between WebSocket pings.
    pub ping: Period,
    /// Time that a WebSocket peer may send nothing, not even a pong.
    pub silent: Period,
}

/// Rate of an entry's calls (api/transports §9). Calls above it wait.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Time of one call on average, `"1ms"` to `"1h"`.
    pub interval: Period,
    /// How many calls may start at once after a pause, 1 to 10,000.
    #[serde(default = "one")]
    pub bucket: u32,
}

const fn one() -> u32 {
    1
}

impl Default for Limits {
    fn default() -> Self {
        let limits = nekonap_gateway::Limits::default();
        Self {
            body: Size(limits.body),
            message: Size(limits.message),
            sockets: limits.sockets,
            running: limits.running,
            head: Period(limits.head),
            idle: Period(limits.idle),
            stuck: Period(limits.stuck),
            ping: Period(limits.ping),
            silent: Period(limits.silent),
        }
    }
}

impl Limits {
    /// The gateway's limits. `key`: where this table is in the file. The gateway has reported limits that are zero.
    pub(super) fn read(&self, key: &str, findings: &mut Findings) -> nekonap_gateway::Limits {
        let limits = nekonap_gateway::Limits {
            body: self.body.0,
            message: self.message.0,
            sockets: self.sockets,
            running: self.running,
            head: self.head.0,
            idle: self.idle.0,
            stuck: self.stuck.0,
            ping: self.ping.0,
            silent: self.silent.0,
            ..nekonap_gateway::Limits::default()
        };
        if let Err(limit) = limits.check() {
            findings.problem(
                format_args!("{key}.limits.{limit}"),
                "it must not be zero: remove the key for the default",
            );
        }
        limits
    }
}

impl Rate {
    /// The gateway's rate. `key`: where this table is in the file.
    pub(super) fn read(&self, key: &str, findings: &mut Findings) -> nekonap_gateway::Rate {
        let rate = nekonap_gateway::Rate {
            interval: self.interval.0,
            bucket: self.bucket,
        };
        if !rate.is_valid() {
            findings.problem(
                format_args!("{key}.rate"),
                "`interval` must be \"1ms\" to \"1h\", and `bucket` 1 to 10000",
            );
        }
        rate
    }
}

impl Tls {
    /// Makes the paths start at the configuration file's folder.
    pub(super) fn complete(&mut self, beside: &Path) {
        self.certificate = beside.join(&self.certificate);
        self.key = beside.join(&self.key);
    }

    /// The gateway's certificate. `key`: where the entry is in the file.
    pub(super) fn read(&self, key: &str, findings: &mut Findings) -> nekonap_gateway::Tls {
        let tls = nekonap_gateway::Tls {
            certificate: self.certificate.clone(),
            key: self.key.clone(),
        };
        if let Err(error) = tls.check() {
            // The message begins with the key inside the entry, such as `tls.key`.
            let error = error.to_string();
            let (inner, text) = error.split_once(": ").unwrap_or(("tls", &error));
            findings.problem(format_args!("{key}.{inner}"), text);
        }
        tls
    }
}

/// The filter of an entry. An invalid filter is a warning, and the entry gets all events: a bot that gets too many events is
/// better than one that gets none.
pub(super) fn filter(
    key: &str,
    filter: Option<&Map<String, Value>>,
    findings: &mut Findings,
) -> Option<Filter> {
    Filter::new(filter?)
        .map_err(|error| {
            findings.warning(
                format_args!("{key}.filter"),
                format_args!("{error}; until this is corrected, the entry gets all events"),
            );
        })
        .ok()
}

/// The proxy of an entry. Without a key of its own it has the default, but not for a target on this machine.
pub(super) fn proxy(
    key: &str,
    own: Option<&str>,
    default: Option<&str>,
    loopback: bool,
    findings: &mut Findings,
) -> Option<Proxy> {
    match own {
        Some("") => None,
        Some(own) => findings.value(format_args!("{key}.proxy"), own.parse()),
        // A bad default is reported where it is.
        None => default?.parse().ok().filter(|_| !loopback),
    }
}
