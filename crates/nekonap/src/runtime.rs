//! How `nekonap call` finds the Nekonap that the same user runs here: each running one keeps a file, readable by its
//! user alone, in the user's runtime directory, and holds a lock on it for as long as it lives. A file whose lock is
//! free belongs to a process that is gone.

use nekonap_ids::Uin;
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

/// What a running Nekonap says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// The bot's account.
    pub self_id: Uin,
    /// Its HTTP API, `http://host:port`.
    pub http: String,
    /// Its access token; empty when none is asked for.
    pub token: String,
}

/// A file in the runtime directory; it goes when this is dropped.
#[derive(Debug)]
pub struct Announcement {
    path: PathBuf,
    _locked: File,
}

impl Drop for Announcement {
    fn drop(&mut self) {
        // A file that stays behind is swept by the next reader, for nobody holds its lock.
        let _ = fs::remove_file(&self.path);
    }
}

/// The user's runtime directory for Nekonap: `$XDG_RUNTIME_DIR/nekonap`, or a private folder among the temporary files.
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

/// Announces the bots of this process, the first of which is the one to call by default.
///
/// # Errors
///
/// When the directory cannot be made, is not private to this user, or the file cannot be written.
pub fn announce(directory: &Path, bots: &[Running]) -> io::Result<Announcement> {
    private_directory(directory)?;
    let path = directory.join(format!("{}.json", std::process::id()));
    let _ = fs::remove_file(&path);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path)?;
    file.lock()?;
    private_owner(directory, &file)?;
    file.write_all(&serde_json::to_vec(bots)?)?;
    Ok(Announcement {
        path,
        _locked: file,
    })
}

/// Every Nekonap of this user that is running here: one list of bots a process.
///
/// # Errors
///
/// When the directory is there but cannot be read.
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

/// The folder must belong to whoever owns the file we made in it, and be closed to others: in a shared temporary
/// directory somebody else could have made it first.
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
    fn a_running_one_is_found_and_a_dead_one_is_swept() {
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

    #[cfg(unix)]
    #[test]
    fn the_file_is_for_its_user_alone() {
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
