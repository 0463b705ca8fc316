//! How `nekonap call` finds a running Nekonap of the same user. Each process writes a file to the user's runtime directory,
//! readable only by that user, and keeps it locked while it runs. A file without a lock belongs to a process that has ended.

use nekonap_ids::Uin;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// A bot of a running Nekonap, as written to the runtime directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// Account of the bot.
    pub self_id: Uin,
    /// URL of the bot's HTTP API, `http://host:port`.
    pub http: String,
    /// Access token; empty when no token is required.
    pub token: String,
}

/// The locked file of this process in the runtime directory. Dropping it deletes the file.
#[derive(Debug)]
pub struct Announcement {
    path: PathBuf,
    locked: File,
}

impl Drop for Announcement {
    fn drop(&mut self) {
        // If this fails, the next reader deletes the file, because its lock is free.
        let _ = fs::remove_file(&self.path);
    }
}

/// The user's runtime directory for Nekonap: `$XDG_RUNTIME_DIR/nekonap`, or a folder in the system's temporary directory.
pub fn directory() -> PathBuf {
    match std::env::var_os("XDG_RUNTIME_DIR") {
        Some(base) if !base.is_empty() => Path::new(&base).join("nekonap"),
        _ => {
            let user = std::env::var("USER").unwrap_or_default();
            let user: String = user.chars().filter(char::is_ascii_alphanumeric).collect();
            std::env::temp_dir().join(format!("nekonap-{user}"))
        }
    }
}

/// Writes the bots of this process to the runtime directory. `nekonap call` uses the first one by default.
///
/// # Errors
///
/// When the directory cannot be created, is open to other users, or the file cannot be written.
pub fn announce(directory: &Path, bots: &[Running]) -> io::Result<Announcement> {
    private_directory(directory)?;
    let path = directory.join(format!("{}.json", std::process::id()));
    let _ = fs::remove_file(&path);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path)?;
    file.lock()?;
    private_owner(directory, &file)?;
    let mut announcement = Announcement { path, locked: file };
    announcement.replace(bots)?;
    Ok(announcement)
}

impl Announcement {
    /// Replaces the bots. A reader at the same moment finds no bots or the new ones.
    fn replace(&mut self, bots: &[Running]) -> io::Result<()> {
        let text = serde_json::to_vec(bots)?;
        self.locked.set_len(0)?;
        self.locked.rewind()?;
        self.locked.write_all(&text)
    }
}

/// Announces the accounts of a process as they start and end.
pub struct Announcer {
    directory: PathBuf,
    state: Mutex<Announced>,
}

#[derive(Default)]
struct Announced {
    /// The accounts that serve HTTP, by their place in the configuration.
    bots: BTreeMap<usize, Running>,
    file: Option<Announcement>,
}

impl Announcer {
    /// An announcer without accounts: writes nothing yet.
    pub fn new(directory: PathBuf) -> Self {
        Self {
            directory,
            state: Mutex::default(),
        }
    }

    /// Sets what the account at a place of the configuration serves. A failure is logged, because only `nekonap call` needs the
    /// file.
    pub fn set(&self, index: usize, bot: Option<Running>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match bot {
            Some(bot) => state.bots.insert(index, bot),
            None => state.bots.remove(&index),
        };
        let bots: Vec<Running> = state.bots.values().cloned().collect();
        let written = match &mut state.file {
            Some(file) => file.replace(&bots),
            None if bots.is_empty() => Ok(()),
            None => announce(&self.directory, &bots).map(|file| state.file = Some(file)),
        };
        if let Err(error) = written {
            tracing::warn!(%error, "`nekonap call` cannot find this process");
        }
    }
}

/// Every running Nekonap of this user: one list of bots per process. Deletes the files of processes that have ended.
///
/// # Errors
///
/// When the directory exists but cannot be read.
pub fn running(directory: &Path) -> io::Result<Vec<Vec<Running>>> {
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let Ok(mut file) = File::open(&path) else {
            continue;
        };
        if private_owner(directory, &file).is_err() {
            continue;
        }
        match file.try_lock_shared() {
            Ok(()) => {
                let _ = fs::remove_file(&path);
            }
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                if file.read_to_string(&mut text).is_ok()
                    && let Ok(bots) = serde_json::from_str::<Vec<Running>>(&text)
                    && !bots.is_empty()
                {
                    found.push(bots);
                }
            }
            Err(TryLockError::Error(_)) => {}
        }
    }
    found.sort_by_key(|bots| bots.first().map(|bot| bot.http.clone()));
    Ok(found)
}

fn private_directory(directory: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// The directory must have the same owner as the file in it and mode 0700: in a shared temporary directory another user
/// could have created it first.
#[cfg(unix)]
fn private_owner(directory: &Path, file: &File) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let folder = fs::symlink_metadata(directory)?;
    let file = file.metadata()?;
    if folder.is_dir() && folder.uid() == file.uid() && folder.mode() & 0o777 == 0o700 {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        format!("{} is open to other users", directory.display()),
    ))
}

#[cfg(not(unix))]
fn private_owner(_: &Path, _: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bot(http: &str) -> Running {
        Running {
            self_id: Uin::new(10001).expect("a number"),
            http: http.to_owned(),
            token: "secret".to_owned(),
        }
    }

    #[test]
    fn running_process_is_found_and_stale_file_is_deleted() {
        let base = tempfile::tempdir().expect("a folder");
        let directory = base.path().join("nekonap");
        let announcement = announce(&directory, &[bot("http://127.0.0.1:1")]).expect("announced");
        fs::write(directory.join("1.json"), "[]").expect("a file left behind");
        let found = running(&directory).expect("readable");
        assert_eq!(found, vec![vec![bot("http://127.0.0.1:1")]]);
        assert!(!directory.join("1.json").exists());
        drop(announcement);
        assert_eq!(running(&directory).expect("readable").len(), 0);
    }

    #[test]
    fn accounts_are_announced_in_the_order_of_the_configuration() {
        let base = tempfile::tempdir().expect("a folder");
        let directory = base.path().join("nekonap");
        let announcer = Announcer::new(directory.clone());
        assert!(!directory.exists());
        announcer.set(1, Some(bot("http://127.0.0.1:11111")));
        announcer.set(0, Some(bot("http://127.0.0.1:2")));
        let both = vec![bot("http://127.0.0.1:2"), bot("http://127.0.0.1:11111")];
        assert_eq!(running(&directory).expect("readable"), vec![both.clone()]);
        announcer.set(1, None);
        assert_eq!(
            running(&directory).expect("readable"),
            vec![both[..1].to_vec()]
        );
        announcer.set(0, None);
        assert_eq!(running(&directory).expect("readable").len(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_user_can_read_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let base = tempfile::tempdir().expect("a folder");
        let directory = base.path().join("nekonap");
        let announcement = announce(&directory, &[bot("http://127.0.0.1:1")]).expect("announced");
        let mode = fs::metadata(&announcement.path)
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::set_permissions(&directory, fs::Permissions::from_mode(0o755)).expect("opened");
        assert!(announce(&directory, &[bot("http://127.0.0.1:1")]).is_err());
    }
}
