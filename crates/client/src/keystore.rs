//! The session on disk: written whole or not at all, readable by its owner alone, and never overwritten when it cannot
//! be read. protocol/01 §5.1.

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

/// The format of the file. A file of another one is moved aside, and kept.
const VERSION: u32 = 1;
/// The largest file that is read; ours have about 2 KB.
const LARGEST: u64 = 1 << 20;

/// Why a keystore can be neither used nor moved aside.
#[derive(Debug, Error)]
#[error("the keystore {path}: {what}: {source}", path = path.display())]
pub struct KeystoreError {
    /// The file.
    pub path: PathBuf,
    /// What was tried.
    pub what: &'static str,
    /// What went wrong.
    #[source]
    pub source: io::Error,
}

/// Everything that outlives a run. The D2 key and A1 are as good as a password: never logged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Keys {
    version: u32,
    /// The device's GUID. It must not change while tickets are in use.
    #[serde(with = "guid")]
    pub(crate) guid: Guid,
    pub(crate) device_name: String,
    pub(crate) account: Option<Account>,
}

/// One account's tickets.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) uin: Uin,
    pub(crate) uid: Uid,
    pub(crate) nickname: String,
    /// Years, 0 when unknown.
    pub(crate) age: u8,
    /// 1 male, 2 female, else unknown.
    pub(crate) gender: u8,
    #[serde(with = "hexed")]
    pub(crate) d2: Vec<u8>,
    #[serde(with = "hex16")]
    pub(crate) d2_key: [u8; 16],
    #[serde(with = "hexed")]
    pub(crate) tgt: Vec<u8>,
    /// The encrypted A1, for easy log-in; empty when there is none or it is no longer good.
    #[serde(with = "hexed")]
    pub(crate) a1: Vec<u8>,
    /// When these tickets were made, in unix seconds.
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
    /// A device of its own, without an account.
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

/// The file, or nothing when the session is kept in memory only.
#[derive(Debug, Clone)]
pub(crate) struct Keystore {
    path: Option<PathBuf>,
}

/// What opening a keystore gave.
pub(crate) struct Opened {
    pub(crate) store: Keystore,
    pub(crate) keys: Keys,
    /// Where an unusable file was moved to, and why.
    pub(crate) set_aside: Option<(PathBuf, String)>,
}

impl Keystore {
    /// Reads the file. One that cannot be read or understood is moved aside, under a name of its own.
    ///
    /// # Errors
    /// A file that cannot be moved aside either.
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

    /// Writes the keys: into a file beside it first, synced, then renamed over it.
    ///
    /// # Errors
    /// What the file system says; the old file then stands as it was.
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

/// `Ok(None)` when there is no file; `Err` says why the file is unusable.
fn read(path: &Path) -> Result<Option<Keys>, String> {
    let length = match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return Err("it is not a file".to_owned()),
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    if length > LARGEST {
        return Err("it is far too large".to_owned());
    }
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    // Where it broke and why, and nothing of what it holds.
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
    // A named temporary file is made with mode 0600, and keeps it through the rename.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer_pretty(&mut file, keys)?;
    file.write_all(b"\n")?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    // The rename itself survives a power cut once the folder is synced.
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}

/// Renames `path` to the first free name of the form `path.broken-<unix seconds>[-n]`.
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
        what: "cannot be used, nor moved aside",
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
    fn what_is_saved_is_read_back_and_nobody_else_may_read_it() {
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
    fn a_broken_file_is_moved_aside_and_kept() {
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
    fn the_reason_holds_nothing_secret() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("session.json");
        let text = serde_json::to_string(&keys()).expect("json");
        fs::write(&path, text.replace("64", "zz")).expect("written");
        let opened = Keystore::open(Some(path)).expect("opened");
        let (_, why) = opened.set_aside.expect("set aside");
        assert!(!why.contains("0707"), "{why}");
    }

    #[test]
    fn what_cannot_be_moved_aside_is_an_error_and_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        // A folder in its place, below a file: neither readable nor movable.
        let file = folder.path().join("file");
        fs::write(&file, "x").expect("written");
        assert!(Keystore::open(Some(file.join("session.json"))).is_err());
        assert!(file.exists());
    }
}
