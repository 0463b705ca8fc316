//! Configuration of a client: servers, their keys, client profile and timeouts. protocol/01 §1.1, §2.6, §5.2.

use std::{fmt, path::PathBuf, str::FromStr, sync::Arc, time::Duration};

use nekonap_proxy::Proxy;
use nekonap_wire::login::Profile;
use thiserror::Error;

use crate::{events::Known, sign::SignProvider};

/// A server's host and port.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    /// A host name or an IP address, without brackets.
    pub host: String,
    /// The TCP port, 1 to 65,535.
    pub port: u16,
}

impl Address {
    /// The address of this host and port.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self {
            host: host.into(),
            port,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

impl From<std::net::SocketAddr> for Address {
    fn from(address: std::net::SocketAddr) -> Self {
        Self::new(address.ip().to_string(), address.port())
    }
}

impl FromStr for Address {
    type Err = ConfigError;

    /// Reads `host:port` or `[v6]:port`.
    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let wrong = || ConfigError::Address(text.to_owned());
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let host = match host.strip_prefix('[') {
            Some(inner) => inner.strip_suffix(']').ok_or_else(wrong)?,
            None if host.contains(':') => return Err(wrong()),
            None => host,
        };
        let port = port.parse().map_err(|_| wrong())?;
        if host.is_empty() || port == 0 {
            return Err(wrong());
        }
        Ok(Self::new(host, port))
    }
}

/// The server's public keys, uncompressed (a byte 4, then x and y). A sandbox has other keys than QQ. protocol/01 §2.6
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerKeys {
    /// Key of the wtlogin envelope.
    pub secp192k1: [u8; 49],
    /// Key of the NT key exchange.
    pub p256: [u8; 65],
}

impl ServerKeys {
    /// Parses both keys from hex, in either case.
    ///
    /// # Errors
    /// A text is not hex, has the wrong length, or does not begin with `04`.
    pub fn from_hex(secp192k1: &str, p256: &str) -> Result<Self, ConfigError> {
        Ok(Self {
            secp192k1: key(secp192k1).ok_or(ConfigError::Key("secp192k1"))?,
            p256: key(p256).ok_or(ConfigError::Key("p256"))?,
        })
    }
}

fn key<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    (bytes[0] == 4).then_some(bytes)
}

impl Default for ServerKeys {
    /// The keys of the QQ servers. protocol/01 §2.2, §2.3
    fn default() -> Self {
        const SECP192K1: &str = "04928D8850673088B343264E0C6BACB8496D697799F37211DEB25BB73906CB089FEA9639B4E0260498B51A992D50813DA8";
        const P256: &str = "049D1423332735980EDABE7E9EA451B3395B6F35250DB8FC56F25889F628CBAE3E8E73077914071EEEBC108F4E0170057792BB17AA303AF652313D17C1AC815E79";
        Self {
            secp192k1: key(SECP192K1).unwrap_or([4; 49]),
            p256: key(P256).unwrap_or([4; 65]),
        }
    }
}

/// Timeouts and intervals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timings {
    /// Timeout for opening a connection. Default 10 s.
    pub connect: Duration,
    /// Timeout for a reply (protocol/01 §1.10). Default 15 s.
    pub reply: Duration,
    /// Interval of connection heartbeats (protocol/01 §4.3). Default 15 s.
    pub alive: Duration,
    /// Interval of session heartbeats (protocol/01 §4.3). Default 270 s.
    pub heartbeat: Duration,
    /// Interval of polls of a QR code; the first poll is immediate. Default 2 s.
    pub poll: Duration,
    /// Least time between two pages of history of one conversation (protocol/02 §6.5). Default 300 ms.
    pub history: Duration,
    /// Wait after each member list that is fetched in the background ([`Config::fill_caches`]). Default 100 ms.
    pub fill: Duration,
    /// Wait before the first retry of a connection. It doubles with each retry; jitter reduces it by up to half. Default
    /// 500 ms.
    pub backoff_min: Duration,
    /// Longest wait between two tries. Default 60 s.
    pub backoff_max: Duration,
}

impl Default for Timings {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            reply: Duration::from_secs(15),
            alive: Duration::from_secs(15),
            heartbeat: Duration::from_secs(270),
            poll: Duration::from_secs(2),
            history: Duration::from_millis(300),
            fill: Duration::from_millis(100),
            backoff_min: Duration::from_millis(500),
            backoff_max: Duration::from_secs(60),
        }
    }
}

/// Configuration of a client. The default connects to the QQ servers, stores nothing on disk and signs nothing.
#[derive(Clone)]
pub struct Config {
    /// Servers, tried in turn: after each failure the next one. Must not be empty.
    pub servers: Vec<Address>,
    /// Public keys of the servers.
    pub keys: ServerKeys,
    /// The official client to present as; it must match the sign provider (protocol/01 §5.2).
    pub profile: Profile,
    /// File that stores the session. Without one, every start needs a QR code.
    pub keystore: Option<PathBuf>,
    /// Signs the commands that need a signature (protocol/01 §6). A sandbox needs none.
    pub sign: Option<Arc<dyn SignProvider>>,
    /// Plain-HTTP address used in place of QQ's web hosts, such as the wire port of a sandbox. `None` uses QQ's hosts.
    pub web: Option<Address>,
    /// Proxy for the connections to the servers and to QQ's web hosts. `None` connects directly.
    pub proxy: Option<Proxy>,
    /// Timeouts and intervals.
    pub timings: Timings,
    /// Messages received by an earlier run, so that later ones can be fetched from history.
    pub known: Known,
    /// Whether the friends, the groups and the members of all groups are fetched in the background each time the client
    /// comes online, instead of on demand. Default false.
    pub fill_caches: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            servers: vec![
                Address::new("msfwifi.3g.qq.com", 8080),
                Address::new("msfwifiv6.3g.qq.com", 14000),
            ],
            keys: ServerKeys::default(),
            profile: Profile::default(),
            keystore: None,
            sign: None,
            web: None,
            proxy: None,
            timings: Timings::default(),
            known: Known::default(),
            fill_caches: false,
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("servers", &self.servers)
            .field("profile", &self.profile.version)
            .field("keystore", &self.keystore)
            .field("sign", &self.sign.is_some())
            .field("timings", &self.timings)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// Checks whether a client can be started with this configuration.
    ///
    /// # Errors
    /// The first invalid setting.
    pub fn check(&self) -> Result<(), ConfigError> {
        if self.servers.is_empty() {
            return Err(ConfigError::NoServer);
        }
        for address in &self.servers {
            if address.host.is_empty() || address.port == 0 {
                return Err(ConfigError::Address(address.to_string()));
            }
        }
        if self.keys.secp192k1[0] != 4 {
            return Err(ConfigError::Key("secp192k1"));
        }
        if self.keys.p256[0] != 4 {
            return Err(ConfigError::Key("p256"));
        }
        let timings = &self.timings;
        for (name, duration) in [
            ("connect", timings.connect),
            ("reply", timings.reply),
            ("alive", timings.alive),
            ("heartbeat", timings.heartbeat),
            ("poll", timings.poll),
            ("backoff_min", timings.backoff_min),
        ] {
            if duration.is_zero() {
                return Err(ConfigError::Zero(name));
            }
        }
        if timings.backoff_max < timings.backoff_min {
            return Err(ConfigError::BackOff);
        }
        Ok(())
    }
}

/// An invalid setting.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// The list of servers is empty.
    #[error("no server is configured")]
    NoServer,
    /// The text is not a host and a port.
    #[error("{0:?} is not host:port")]
    Address(String),
    /// The named key is not an uncompressed public key.
    #[error("the {0} key is not an uncompressed public key in hex")]
    Key(&'static str),
    /// The named timeout or interval is zero.
    #[error("the interval {0} is zero")]
    Zero(&'static str),
    /// `backoff_max` is shorter than `backoff_min`.
    #[error("backoff_max is shorter than backoff_min")]
    BackOff,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_is_valid_and_has_the_keys_of_qq() {
        let config = Config::default();
        assert_eq!(config.check(), Ok(()));
        assert_eq!(config.keys.secp192k1[1], 0x92);
        assert_eq!(config.keys.p256[1], 0x9d);
    }

    #[test]
    fn addresses_round_trip() {
        for text in ["127.0.0.1:8080", "[::1]:14000", "msfwifi.3g.qq.com:8080"] {
            assert_eq!(text.parse::<Address>().expect(text).to_string(), text);
        }
        for wrong in ["", "host", ":80", "host:0", "host:x", "::1:80", "[::1:80"] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn invalid_settings_are_named() {
        let mut config = Config {
            servers: Vec::new(),
            ..Config::default()
        };
        assert_eq!(config.check(), Err(ConfigError::NoServer));
        config.servers.push(Address::new("localhost", 1));
        config.timings.poll = Duration::ZERO;
        assert_eq!(config.check(), Err(ConfigError::Zero("poll")));
        assert_eq!(
            ServerKeys::from_hex("05", ""),
            Err(ConfigError::Key("secp192k1"))
        );
    }
}
