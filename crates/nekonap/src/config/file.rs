//! The contents of the configuration file: TOML with optional keys. An unknown key is an error, because a misspelt key would
//! otherwise have no effect.

use serde::Deserialize;
use std::{
    fs,
    io::{self, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// The example with comments, which `nekonap run` writes when there is no configuration file.
pub const EXAMPLE: &str = include_str!("example.toml");

/// The configuration file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct File {
    /// The account's data folder. A relative path starts at the configuration file's folder.
    pub data: PathBuf,
    /// Log filter in the syntax of `tracing`, such as `info,nekonap_client=debug`.
    pub log: String,
    /// Connection to QQ.
    pub qq: Qq,
    /// The HTTP server.
    pub http: Http,
    /// The forward WebSocket server.
    pub ws: Ws,
    /// Settings that all connections to frameworks share.
    pub onebot: OneBot,
}

/// Connection to QQ.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Qq {
    /// Servers as `host:port`, tried in this order. An empty list means the public QQ servers.
    pub servers: Vec<String>,
    /// The servers' public key on secp192k1, 49 bytes in hex. `None` means the key of the public QQ servers.
    pub secp192k1: Option<String>,
    /// The servers' public key on P-256, 65 bytes in hex. `None` means the key of the public QQ servers.
    pub p256: Option<String>,
    /// URL of the signing service.
    pub sign_url: Option<String>,
    /// Request format of the signing service.
    pub sign_style: SignStyle,
    /// Token for the signing service, if it requires one.
    pub sign_token: Option<String>,
}

/// Request and response format of a signing service (protocol/01 §6.2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignStyle {
    /// The request has the fields `cmd`, `seq` and `src`.
    #[default]
    Plain,
    /// The request has the fields `uin`, `command`, `seq`, `body`, `guid` and `qua`.
    Secured,
}

/// The HTTP server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// Whether the server runs.
    pub enabled: bool,
    /// Address that the server listens on; port 0 picks a free port.
    pub listen: SocketAddr,
}

/// The forward WebSocket server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ws {
    /// Whether the server runs.
    pub enabled: bool,
    /// Address that the server listens on; port 0 picks a free port.
    pub listen: SocketAddr,
    /// Milliseconds between heartbeat events; 0 turns them off.
    pub heartbeat: u64,
}

/// Settings that all connections to frameworks share.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OneBot {
    /// Access token. `None` means a token that is generated at the first start; an empty token turns the check off.
    pub token: Option<String>,
    /// Format of messages in events.
    pub format: Format,
    /// Whether the account's own messages are reported as `message_sent` events.
    pub report_self: bool,
    /// Variant of the replies that differ between NapCat versions.
    pub response_profile: nekonap_endpoint::Profile,
    /// URL of the service that signs music cards. Without it, music cards are refused.
    pub music_sign_url: Option<String>,
}

/// Format of messages in events.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// A list of segments.
    #[default]
    Array,
    /// Text with CQ codes.
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

/// Why the configuration file cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file does not exist.
    #[error(
        "{} does not exist: `nekonap run` writes one with comments at its first start; use --config for another path / 没有配置文件,首次运行 nekonap run 会写出一份",
        .0.display()
    )]
    Absent(PathBuf),
    /// The file cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// Path of the file.
        path: PathBuf,
        /// Cause.
        source: io::Error,
    },
    /// The contents are not valid; the message has the line and column.
    #[error("{}: {source}", path.display())]
    Syntax {
        /// Path of the file.
        path: PathBuf,
        /// Cause, with line and column.
        source: Box<toml::de::Error>,
    },
}

/// Reads a configuration file.
///
/// # Errors
///
/// When the file cannot be read, is not TOML, or has an unknown key or a value of the wrong type.
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

/// Writes the example if the file does not exist; returns whether it did. The mode is 0600, because the user may add a
/// token.
///
/// # Errors
///
/// When the file cannot be written.
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
    fn example_has_the_default_values() {
        let example: File = toml::from_str(EXAMPLE).expect("the example is valid");
        assert_eq!(example, File::default());
    }

    #[test]
    fn commented_keys_of_the_example_are_known() {
        let uncommented: String = EXAMPLE
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(key) if key.contains(" = ") => format!("{key}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let file: File = toml::from_str(&uncommented).expect("all keys are known");
        assert!(file.qq.secp192k1.is_some() && file.onebot.token.is_some());
        assert_eq!(file.qq.servers, ["msfwifi.3g.qq.com:8080"]);
    }

    #[test]
    fn misspelt_key_is_refused_with_its_line() {
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
    fn existing_file_is_not_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("nekonap.toml");
        assert!(write_example(&path).expect("written"));
        fs::write(&path, "data = \"mine\"").expect("written");
        assert!(!write_example(&path).expect("there"));
        assert_eq!(read(&path).expect("read").data, Path::new("mine"));
    }
}
