//! The configuration file: TOML with optional keys. An unknown key is an error, because a misspelt key would otherwise have no
//! effect.

use super::{
    Config,
    account::Account,
    entries::{Http, ReverseWs, Webhook, Ws},
    log::Log,
    media::Media,
    metrics::Metrics,
    on_offline::OnOffline,
    onebot::OneBot,
    overrides::Overrides,
    qq::Qq,
    sends::Sends,
};
use nekonap_endpoint::OptionalEvents;
use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::Deserialize;
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};
use toml::{Table, Value};

/// The example with comments, which `nekonap run` writes when there is no configuration file.
pub const EXAMPLE: &str = include_str!("example.toml");

/// The keys at the top level of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(title = "nekonap.toml")]
pub struct File {
    /// Logging.
    pub log: Log,
    /// Folder for the saved session, the messages and the QR code. A relative path starts at the configuration file's folder.
    /// Default: `nekonap-data`.
    pub data: Option<PathBuf>,
    /// Number of the account. If set, no other account can log in.
    pub uin: Option<Uin>,
    /// Connection to QQ.
    pub qq: Qq,
    /// Settings of the bot, and the defaults of all its entries.
    pub onebot: OneBot,
    /// How fast messages are sent.
    pub sends: Sends,
    /// Where pictures, voices, videos and files come from, and how much of them is kept.
    pub media: Media,
    /// Events that are off by default.
    pub events: OptionalEvents,
    /// What is called when the account is logged out.
    pub on_offline: OnOffline,
    /// Who may read `/metrics`.
    pub metrics: Metrics,
    /// HTTP servers. Without any entry, there is one on 127.0.0.1:3000, and a WebSocket server on 127.0.0.1:3001.
    pub http: Vec<Http>,
    /// WebSocket servers.
    pub ws: Vec<Ws>,
    /// Frameworks that this program connects to.
    pub reverse_ws: Vec<ReverseWs>,
    /// Frameworks that events are posted to.
    pub webhook: Vec<Webhook>,
    /// Several accounts. Then `data`, `uin` and the entries are in these tables, not at the top level.
    pub account: Vec<Account>,
}

/// Keys that are only at the top level.
pub(super) const PROCESS_KEYS: &[&str] = &["log", "account"];

/// Tables that apply to every account.
const SHARED_TABLES: &[&str] = &[
    "qq",
    "onebot",
    "sends",
    "media",
    "events",
    "on_offline",
    "metrics",
];

/// Arrays of tables: a single table under such a key is a frequent mistake.
const ARRAYS: &[&str] = &["http", "ws", "reverse_ws", "webhook", "account"];

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
    #[error("{}: {source}{hint}", path.display())]
    Syntax {
        /// Path of the file.
        path: PathBuf,
        /// Cause, with line and column.
        source: Box<toml::de::Error>,
        /// What to write instead, if that is known.
        hint: String,
    },
    /// Keys of one account are beside `[[account]]` tables.
    #[error(
        "{}: {keys}: with [[account]] tables these keys belong into them (such as [[account.http]]), not at the top level / 使用 [[account]] 时,这些项要写在 [[account]] 里",
        path.display()
    )]
    Mixed {
        /// Path of the file.
        path: PathBuf,
        /// The keys.
        keys: String,
    },
    /// A flag or environment variable sets a key that every account has.
    #[error("{}: the file has several accounts, so {flag} cannot be used: set it in the [[account]] tables", path.display())]
    Several {
        /// Path of the file.
        path: PathBuf,
        /// Name of the flag.
        flag: &'static str,
    },
}

/// Reads a configuration file and applies the flags over it.
///
/// # Errors
///
/// When the file cannot be read, is not TOML, has an unknown key or a value of the wrong type, or mixes one account with several.
pub fn read(path: &Path, overrides: &Overrides) -> Result<Config, FileError> {
    let text = fs::read_to_string(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => FileError::Absent(path.to_path_buf()),
        _ => FileError::Io {
            path: path.to_path_buf(),
            source,
        },
    })?;
    parse(path, &text, overrides)
}

/// Reads the text of a configuration file, as [`read`].
///
/// # Errors
///
/// As [`read`].
pub fn parse(path: &Path, text: &str, overrides: &Overrides) -> Result<Config, FileError> {
    let syntax = |source: toml::de::Error| FileError::Syntax {
        path: path.to_path_buf(),
        source: Box::new(source),
        hint: hint(text),
    };
    let file: File = toml::from_str(text).map_err(syntax)?;
    let root: Table = toml::from_str(text).map_err(syntax)?;
    let accounts = tables(root).map_err(|keys| FileError::Mixed {
        path: path.to_path_buf(),
        keys: keys.join(", "),
    })?;
    let several = !file.account.is_empty();
    let beside = path.parent().unwrap_or(Path::new(""));
    let mut config = Config {
        log: Log {
            file: file.log.file.map(|file| beside.join(file)),
            ..file.log
        },
        accounts: Vec::with_capacity(accounts.len()),
    };
    for (index, table) in accounts.into_iter().enumerate() {
        let mut account: Account = table.try_into().map_err(syntax)?;
        account.complete(beside, several.then_some(index));
        config.accounts.push(account);
    }
    overrides
        .apply(&mut config)
        .map_err(|flag| FileError::Several {
            path: path.to_path_buf(),
            flag,
        })?;
    Ok(config)
}

/// One table for each account. Shared tables are merged into those of the accounts, key by key.
///
/// # Errors
///
/// Keys of one account beside `[[account]]` tables.
fn tables(mut root: Table) -> Result<Vec<Table>, Vec<String>> {
    let accounts = root.remove("account");
    for key in PROCESS_KEYS {
        root.remove(*key);
    }
    let Some(Value::Array(accounts)) = accounts.filter(|value| !is_empty(value)) else {
        return Ok(vec![root]);
    };
    let mixed: Vec<String> = root
        .keys()
        .filter(|key| !SHARED_TABLES.contains(&key.as_str()))
        .cloned()
        .collect();
    if !mixed.is_empty() {
        return Err(mixed);
    }
    let accounts = accounts.into_iter().filter_map(|account| match account {
        Value::Table(mut account) => {
            merge(&mut account, &root);
            Some(account)
        }
        _ => None,
    });
    Ok(accounts.collect())
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
}

/// Adds the keys of `shared` that `own` does not have, also in tables that both have.
fn merge(own: &mut Table, shared: &Table) {
    for (key, value) in shared {
        match (own.get_mut(key), value) {
            (Some(Value::Table(own)), Value::Table(shared)) => merge(own, shared),
            (Some(_), _) => {}
            (None, _) => {
                own.insert(key.clone(), value.clone());
            }
        }
    }
}

/// What to write instead of a frequent mistake: `[http]` in place of `[[http]]`, or `log = "…"` in place of `[log]`.
fn hint(text: &str) -> String {
    let Ok(root) = toml::from_str::<Table>(text) else {
        return String::new();
    };
    let mut hints = Vec::new();
    if root.get("log").is_some_and(Value::is_str) {
        hints.push(
            "\n  write [log] and below it level = \"…\" / 日志级别写在 [log] 下的 level".to_owned(),
        );
    }
    let inside = root
        .get("account")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_table)
        .map(|account| ("account.", account));
    for (prefix, table) in inside.chain([("", &root)]) {
        for key in ARRAYS {
            if table.get(*key).is_some_and(Value::is_table) {
                hints.push(format!(
                    "\n  write [[{prefix}{key}]] with two brackets instead of [{prefix}{key}]: there may be several / 可以有多个,要写成 [[{prefix}{key}]]"
                ));
            }
        }
    }
    hints.dedup();
    hints.concat()
}

/// Writes the example if the file does not exist; returns whether it did.
///
/// # Errors
///
/// When the file cannot be written.
pub fn write_example(path: &Path) -> Result<bool, FileError> {
    create(path, EXAMPLE)
}

/// Writes a configuration file if it does not exist; returns whether it did. The mode is 0600, because it may contain a token.
///
/// # Errors
///
/// When the file cannot be written.
pub fn create(path: &Path, text: &str) -> Result<bool, FileError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => Err(error),
        Ok(mut file) => file.write_all(text.as_bytes()),
    };
    written.map_err(|source| FileError::Io {
        path: path.to_path_buf(),
        source,
    })?;
    Ok(true)
}
