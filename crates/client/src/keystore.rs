//! The session on disk. The file is written atomically, has mode 0600, and is moved aside when it cannot be read.
//! protocol/01 §5.1.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use nekonap_ids::{Uid, Uin};
use nekonap_wire::login::Guid;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Version of the file format. A file of another version is moved aside.
const VERSION: u32 = 1;
/// Largest file that is read, in bytes; a normal file has about 2 KB.
const LARGEST: u64 = 1 << 20;

/// Why a keystore cannot be written, or can be neither read nor moved aside.
#[derive(Debug, Error)]
#[error("the keystore {path}: {what}: {source}", path = path.display())]
pub struct KeystoreError {
    /// Path of the file.
    pub path: PathBuf,
    /// The failed operation, such as "cannot be written".
    pub what: &'static str,
    /// Error of the file system.
    #[source]
    pub source: io::Error,
}

/// Content of the keystore. The D2 key and the A1 work like a password and must never be logged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Keys {
    version: u32,
    /// GUID of the device. It must not change while tickets are in use.
    #[serde(with = "guid")]
    pub(crate) guid: Guid,
    pub(crate) device_name: String,
    pub(crate) account: Option<Account>,
}

/// An account and its tickets.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) uin: Uin,
    pub(crate) uid: Uid,
    pub(crate) nickname: String,
    /// Age in years; 0 when unknown.
    pub(crate) age: u8,
    /// 1 male, 2 female, other values unknown.
    pub(crate) gender: u8,
    #[serde(with = "hexed")]
    pub(crate) d2: Vec<u8>,
    #[serde(with = "hex16")]
    pub(crate) d2_key: [u8; 16],
    #[serde(with = "hexed")]
    pub(crate) tgt: Vec<u8>,
    /// Encrypted A1 for easy log-in; empty when there is none.
    #[serde(with = "hexed")]
    pub(crate) a1: Vec<u8>,
    /// Time of the log-in that gave these tickets, Unix seconds.
    pub(crate) logged_in: u64,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("uin", &self.uin)
            .field("uid", &self.uid)
            .finish_non_exhaustive()
    }
}

impl Keys {
    /// A new random device without an account.
    pub(crate) fn fresh() -> Self {
        let guid = Guid::random();
        Self {
            version: VERSION,
            guid,
            device_name: format!("nekonap-{}", hex::encode(&guid.0[..3])),
            account: None,
        }
    }
}

/// The keystore file. Without a path the session is kept in memory only.
#[derive(Debug, Clone)]
pub(crate) struct Keystore {
    path: Option<PathBuf>,
}

/// Result of [`Keystore::open`].
pub(crate) struct Opened {
    pub(crate) store: Keystore,
    pub(crate) keys: Keys,
    /// New path of an unusable file, and why it is unusable.
    pub(crate) set_aside: Option<(PathBuf, String)>,
}

impl Keystore {
    /// Reads the file. A file that cannot be read or parsed is moved aside under a new name.
    ///
    /// # Errors
    /// The file cannot be moved aside either.
    pub(crate) fn open(path: Option<PathBuf>) -> Result<Opened, KeystoreError> {
        let store = Self { path };
        let mut set_aside = None;
        let keys = match store.path.as_deref().map(read) {
            None | Some(Ok(None)) => Keys::fresh(),
            Some(Ok(Some(keys))) => keys,
            Some(Err(why)) => {
                if let Some(path) = &store.path {
                    set_aside = Some((move_aside(path)?, why));
                }
                Keys::fresh()
            }
        };
        Ok(Opened {
            store,
            keys,
            set_aside,
        })
    }

    /// Writes the keys: to a temporary file in the same folder, which is synced and renamed over the old one.
    ///
    /// # Errors
    /// A file system error; the old file is then unchanged.
    pub(crate) fn save(&self, keys: &Keys) -> Result<(), KeystoreError> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        write(path, keys).map_err(|source| KeystoreError {
            path: path.clone(),
            what: "cannot be written",
            source,
        })
    }
}

/// Reads the file; `Ok(None)` when there is none. The error text says why it is unusable.
fn read(path: &Path) -> Result<Option<Keys>, String> {
    let length = match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return Err("it is not a file".to_owned()),
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    if length > LARGEST {
        return Err("it is too large".to_owned());
    }
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    // The error position and kind only: serde's own text may contain secrets of the file.
    let keys: Keys = serde_json::from_slice(&bytes).map_err(|error| {
        format!(
            "line {}, column {}: {:?}",
            error.line(),
            error.column(),
            error.classify()
        )
    })?;
    if keys.version != VERSION {
        return Err(format!("its format is {}, not {VERSION}", keys.version));
    }
    Ok(Some(keys))
}

fn write(path: &Path, keys: &Keys) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    // NamedTempFile creates the file with mode 0600; the rename keeps it.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer_pretty(&mut file, keys)?;
    file.write_all(b"\n")?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    // The rename survives a power failure only after the folder is synced.
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}

/// Renames `path` to a free name of the form `path.broken-<unix seconds>[-n]`.
fn move_aside(path: &Path) -> Result<PathBuf, KeystoreError> {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs());
    let mut aside = PathBuf::new();
    for attempt in 0..1_000 {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".broken-{seconds}"));
        if attempt > 0 {
            name.push(format!("-{attempt}"));
        }
        aside = name.into();
        if fs::symlink_metadata(&aside).is_err() {
            break;
        }
    }
    fs::rename(path, &aside).map_err(|source| KeystoreError {
        path: path.to_owned(),
        what: "can be neither used nor moved aside",
        source,
    })?;
    Ok(aside)
}

mod hexed {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&hex::encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        hex::decode(String::deserialize(from)?).map_err(|_| D::Error::custom("not hex"))
    }
}

mod guid {
    use nekonap_wire::login::Guid;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(guid: &Guid, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(guid)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Guid, D::Error> {
        String::deserialize(from)?
            .parse()
            .map_err(|_| D::Error::custom("not 16 bytes of hex"))
    }
}

mod hex16 {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8; 16], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&hex::encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 16], D::Error> {
        let mut bytes = [0; 16];
        hex::decode_to_slice(String::deserialize(from)?, &mut bytes)
            .map_err(|_| D::Error::custom("not 16 bytes of hex"))?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys {
            account: Some(Account {
                uin: Uin::new(10001).expect("a uin"),
                uid: Uid::new("u_bot").expect("a uid"),
                nickname: "bot".to_owned(),
                age: 3,
                gender: 1,
                d2: b"d2".to_vec(),
                d2_key: [7; 16],
                tgt: b"tgt".to_vec(),
                a1: Vec::new(),
                logged_in: 1_700_000_000,
            }),
            ..Keys::fresh()
        }
    }

    #[test]
    fn saved_keys_round_trip_in_a_file_with_mode_0600() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("below/session.json");
        let opened = Keystore::open(Some(path.clone())).expect("no file yet");
        assert!(opened.keys.account.is_none());
        let keys = keys();
        opened.store.save(&keys).expect("saved");
        opened.store.save(&keys).expect("saved again");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).expect("a file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let again = Keystore::open(Some(path)).expect("opened");
        assert!(again.keys == keys);
        assert!(again.set_aside.is_none());
    }

    #[test]
    fn broken_file_is_moved_aside_and_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("session.json");
        for (attempt, broken) in ["", "{", "{\"version\":2}", "\u{0}"].iter().enumerate() {
            fs::write(&path, broken).expect("written");
            let opened = Keystore::open(Some(path.clone())).expect("opened");
            let (aside, _why) = opened.set_aside.expect("set aside");
            assert_eq!(fs::read_to_string(aside).expect("kept"), *broken);
            assert!(!path.exists());
            assert_eq!(
                fs::read_dir(folder.path()).expect("a folder").count(),
                attempt + 1
            );
        }
    }

    #[test]
    fn error_text_contains_no_secrets() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("session.json");
        let text = serde_json::to_string(&keys()).expect("json");
        fs::write(&path, text.replace("64", "zz")).expect("written");
        let opened = Keystore::open(Some(path)).expect("opened");
        let (_, why) = opened.set_aside.expect("set aside");
        assert!(!why.contains("0707"), "{why}");
    }

    #[test]
    fn file_that_cannot_be_moved_aside_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        // A path below a regular file can be neither read nor moved.
        let file = folder.path().join("file");
        fs::write(&file, "x").expect("written");
        assert!(Keystore::open(Some(file.join("session.json"))).is_err());
        assert!(file.exists());
    }
}
