//! What a client is started with: where the servers are, which keys are theirs, who we say we are, and how patient we
//! are. protocol/01 §1.1, §2.6, §5.2.

use std::{fmt, path::PathBuf, str::FromStr, sync::Arc, time::Duration};

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

/// The server's public keys, uncompressed (a first byte of 4, then x and y). A sandbox has its own. protocol/01 §2.6
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerKeys {
    /// For the wtlogin envelope.
    pub secp192k1: [u8; 49],
    /// For the NT key exchange.
    pub p256: [u8; 65],
}

impl ServerKeys {
    /// Reads both from hex, either case.
    ///
    /// # Errors
    /// Text that is not hex, of the wrong length, or that does not begin with `04`.
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
    /// The QQ servers' own. protocol/01 §2.2, §2.3
    fn default() -> Self {
        const SECP192K1: &str = "04928D8850673088B343264E0C6BACB8496D697799F37211DEB25BB73906CB089FEA9639B4E0260498B51A992D50813DA8";
        const P256: &str = "049D1423332735980EDABE7E9EA451B3395B6F35250DB8FC56F25889F628CBAE3E8E73077914071EEEBC108F4E0170057792BB17AA303AF652313D17C1AC815E79";
        Self {
            secp192k1: key(SECP192K1).unwrap_or([4; 49]),
            p256: key(P256).unwrap_or([4; 65]),
        }
    }
}

/// How long things may take, and how often they are done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timings {
    /// How long a connection may take to open. 10 s.
    pub connect: Duration,
    /// How long an answer may take (protocol/01 §1.10). 15 s.
    pub reply: Duration,
    /// Between two heartbeats of the connection (protocol/01 §4.3). 15 s.
    pub alive: Duration,
    /// Between two heartbeats of the session (protocol/01 §4.3). 270 s.
    pub heartbeat: Duration,
    /// Between two polls of a QR code; the first is made at once. 2 s.
    pub poll: Duration,
    /// The wait before the second try of a connection; it doubles with each further one, jittered by half. 500 ms.
    pub backoff_min: Duration,
    /// The longest wait between two tries. 60 s.
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
            backoff_min: Duration::from_millis(500),
            backoff_max: Duration::from_secs(60),
        }
    }
}

/// What a client is started with. The default speaks to the QQ servers, keeps nothing on disk and signs nothing.
#[derive(Clone)]
pub struct Config {
    /// The servers, tried in order, the next after each failure. Not empty.
    pub servers: Vec<Address>,
    /// Their public keys.
    pub keys: ServerKeys,
    /// Which client we say we are; from the row that the sign provider serves (protocol/01 §5.2).
    pub profile: Profile,
    /// The file that keeps the session; without one every start needs a QR code.
    pub keystore: Option<PathBuf>,
    /// What signs the commands that want it (protocol/01 §6); a sandbox wants none.
    pub sign: Option<Arc<dyn SignProvider>>,
    /// What stands in for QQ's web hosts, over plain HTTP: a sandbox's wire port. `None`: the hosts themselves.
    pub web: Option<Address>,
    /// Patience.
    pub timings: Timings,
    /// What the embedder has seen before this start, so that what was said since can be fetched from history.
    pub known: Known,
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
            timings: Timings::default(),
            known: Known::default(),
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
    /// Whether a client can be started with this.
    ///
    /// # Errors
    /// The first thing that is wrong.
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

/// What is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// There is no server to connect to.
    #[error("no server is configured")]
    NoServer,
    /// This is not a host and a port.
    #[error("{0:?} is not host:port")]
    Address(String),
    /// This key is not an uncompressed public key.
    #[error("the {0} key is not an uncompressed public key in hex")]
    Key(&'static str),
    /// This interval must not be zero.
    #[error("the interval {0} is zero")]
    Zero(&'static str),
    /// The longest wait is shorter than the shortest.
    #[error("backoff_max is shorter than backoff_min")]
    BackOff,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_good_and_has_real_keys() {
        let config = Config::default();
        assert_eq!(config.check(), Ok(()));
        assert_eq!(config.keys.secp192k1[1], 0x92);
        assert_eq!(config.keys.p256[1], 0x9d);
    }

    #[test]
    fn an_address_reads_back() {
        for text in ["127.0.0.1:8080", "[::1]:14000", "msfwifi.3g.qq.com:8080"] {
            assert_eq!(text.parse::<Address>().expect(text).to_string(), text);
        }
        for wrong in ["", "host", ":80", "host:0", "host:x", "::1:80", "[::1:80"] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
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
