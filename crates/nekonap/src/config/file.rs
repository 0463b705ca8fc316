//! The file as it is written: TOML, every key optional, an unknown key refused (a misspelt one would be silent).

use serde::Deserialize;
use std::{
    fs,
    io::{self, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// The commented example, written where no file is yet.
pub const EXAMPLE: &str = include_str!("example.toml");

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct File {
    /// The account's folder; relative to the configuration file's own.
    pub data: PathBuf,
    /// A `tracing` filter.
    pub log: String,
    /// How to reach QQ.
    pub qq: Qq,
    /// The HTTP server.
    pub http: Http,
    /// The forward WebSocket server.
    pub ws: Ws,
    /// What all connections of frameworks share.
    pub onebot: OneBot,
}

/// How to reach QQ.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Qq {
    /// `host:port`, tried in turn; none is the well-known ones.
    pub servers: Vec<String>,
    /// The servers' key on secp192k1, 49 bytes in hex; none is the well-known one.
    pub secp192k1: Option<String>,
    /// The servers' key on P-256, 65 bytes in hex; none is the well-known one.
    pub p256: Option<String>,
    /// The signing service.
    pub sign_url: Option<String>,
    /// How the signing service is spoken to.
    pub sign_style: SignStyle,
    /// The signing service's token, if it asks for one.
    pub sign_token: Option<String>,
}

/// How a signing service is spoken to: what it is given and what it answers (protocol/01 §6.2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignStyle {
    /// `cmd`, `seq`, `src`.
    #[default]
    Plain,
    /// `uin`, `command`, `seq`, `body`, `guid`, `qua`.
    Secured,
}

/// The HTTP server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// Whether it listens.
    pub enabled: bool,
    /// Where.
    pub listen: SocketAddr,
}

/// The forward WebSocket server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ws {
    /// Whether it listens.
    pub enabled: bool,
    /// Where.
    pub listen: SocketAddr,
    /// Milliseconds between heartbeat events; 0 is none.
    pub heartbeat: u64,
}

/// What all connections of frameworks share.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OneBot {
    /// The access token; none is one that is made at the first start.
    pub token: Option<String>,
    /// How messages are written in events.
    pub format: Format,
    /// Whether the account's own messages are reported.
    pub report_self: bool,
    /// The form of the replies that have two.
    pub response_profile: nekonap_endpoint::Profile,
    /// The service that signs music cards.
    pub music_sign_url: Option<String>,
}

/// How messages are written in events.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// A list of segments.
    #[default]
    Array,
    /// CQ codes.
    String,
}

impl Default for File {
    fn default() -> Self {
        Self {
            data: "nekonap-data".into(),
            log: "info".to_owned(),
            qq: Qq::default(),
            http: Http::default(),
            ws: Ws::default(),
            onebot: OneBot::default(),
        }
    }
}

impl Default for Http {
    fn default() -> Self {
        Self {
            enabled: true,
            listen: SocketAddr::from(([127, 0, 0, 1], 3000)),
        }
    }
}

impl Default for Ws {
    fn default() -> Self {
        Self {
            enabled: true,
            listen: SocketAddr::from(([127, 0, 0, 1], 3001)),
            heartbeat: 30_000,
        }
    }
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It is not there.
    #[error(
        "there is no {}: `nekonap run` writes one with comments at its first start; --config names another / 没有配置文件,首次运行 nekonap run 会写出一份",
        .0.display()
    )]
    Absent(PathBuf),
    /// It cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What happened.
        source: io::Error,
    },
    /// It is not what it should be; the message has line and column.
    #[error("{}: {source}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        source: Box<toml::de::Error>,
    },
}

/// Reads a file.
///
/// # Errors
///
/// When it cannot be read, is not TOML, or has an unknown key or a value of the wrong type.
pub fn read(path: &Path) -> Result<File, FileError> {
    let text = fs::read_to_string(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => FileError::Absent(path.to_path_buf()),
        _ => FileError::Io {
            path: path.to_path_buf(),
            source,
        },
    })?;
    toml::from_str(&text).map_err(|source| FileError::Syntax {
        path: path.to_path_buf(),
        source: Box::new(source),
    })
}

/// Writes the example where there is no file yet; true when it did. A token may come to stand in it: 0600.
///
/// # Errors
///
/// When it cannot be written.
pub fn write_example(path: &Path) -> Result<bool, FileError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => Err(error),
        Ok(mut file) => file.write_all(EXAMPLE.as_bytes()),
    };
    written.map_err(|source| FileError::Io {
        path: path.to_path_buf(),
        source,
    })?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_says_the_defaults() {
        let example: File = toml::from_str(EXAMPLE).expect("the example is valid");
        assert_eq!(example, File::default());
    }

    #[test]
    fn every_key_that_the_example_only_mentions_is_known() {
        let uncommented: String = EXAMPLE
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(key) if key.contains(" = ") => format!("{key}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let file: File = toml::from_str(&uncommented).expect("its keys are known");
        assert!(file.qq.secp192k1.is_some() && file.onebot.token.is_some());
        assert_eq!(file.qq.servers, ["msfwifi.3g.qq.com:8080"]);
    }

    #[test]
    fn a_misspelt_key_is_refused_with_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("nekonap.toml");
        fs::write(&path, "data = \"x\"\n[http]\nlisten_on = \"127.0.0.1:1\"\n").expect("written");
        let error = read(&path).expect_err("refused").to_string();
        assert!(
            error.contains("line 3") && error.contains("listen_on"),
            "{error}"
        );
    }

    #[test]
    fn an_existing_file_is_never_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("nekonap.toml");
        assert!(write_example(&path).expect("written"));
        fs::write(&path, "data = \"mine\"").expect("written");
        assert!(!write_example(&path).expect("there"));
        assert_eq!(read(&path).expect("read").data, Path::new("mine"));
    }
}
