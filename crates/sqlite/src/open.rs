//! Opens a database: creates the directory, takes the lock, applies settings and migrations, and moves a damaged file
//! aside.

use std::{
    fs::{self, File, OpenOptions},
    io,
    ops::{Deref, DerefMut},
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::{beside, error::OpenError, lock::Lock, migrate::migrate};

/// Options of opening a database.
#[derive(Debug, Clone)]
pub struct Options {
    /// The file; missing directories are created. `None` for a database in memory, which is lost when it is closed.
    pub path: Option<PathBuf>,
    /// The migrations, each one or more SQL statements, in order. New ones are added at the end; existing ones never change.
    pub migrations: &'static [&'static str],
    /// Page cache of each connection in KiB. SQLite's default is 2,000.
    pub cache_kib: u32,
}

impl Options {
    /// Options with a page cache of 1 MiB.
    pub fn new(path: Option<PathBuf>, migrations: &'static [&'static str]) -> Self {
        Self {
            path,
            migrations,
            cache_kib: 1024,
        }
    }
}

/// An open database, and the damaged file that it replaces, if any.
#[derive(Debug)]
pub struct Opened<T> {
    /// The database.
    pub database: T,
    /// The damaged file that was moved aside. The user should be informed.
    pub set_aside: Option<SetAside>,
}

/// A damaged database file that was moved aside unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// Original path.
    pub from: PathBuf,
    /// New path. The `-wal` and `-shm` files, if any, are beside it.
    pub to: PathBuf,
    /// Why the file could not be used.
    pub reason: String,
}

/// The only connection of a database, together with its lock.
#[derive(Debug)]
pub struct Exclusive {
    // Fields are dropped in order: the file is closed before it is unlocked.
    connection: Connection,
    _lock: Option<Lock>,
}

impl Deref for Exclusive {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl DerefMut for Exclusive {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

/// Maximum size in bytes of a database that is checked page by page when it is opened (about 30 ms). Of a larger one only
/// the schema is read.
const CHECKED_BYTES: u64 = 16 << 20;

/// The WAL is truncated to this size in bytes after a checkpoint, which frees the disk space of a burst.
const WAL_BYTES: i64 = 8 << 20;

/// Timeout of waiting for another connection's lock. Only a checkpoint holds one, and only briefly.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens a database for a thread that owns it: locked against other processes, in WAL mode with `synchronous=NORMAL`, and
/// migrated. Blocks on file I/O. [`crate::Database`] is the asynchronous alternative.
///
/// # Errors
/// See [`OpenError`]. A damaged file is not an error: it is moved aside, see [`Opened::set_aside`].
pub fn open_connection(options: &Options) -> Result<Opened<Exclusive>, OpenError> {
    let Some(path) = options.path.as_deref() else {
        let memory = Path::new(":memory:");
        let mut connection =
            Connection::open_in_memory().map_err(|source| sqlite(memory, source))?;
        configure(&connection, options.cache_kib).map_err(|source| sqlite(memory, source))?;
        migrate(&mut connection, memory, options.migrations)?;
        return Ok(Opened {
            database: Exclusive {
                connection,
                _lock: None,
            },
            set_aside: None,
        });
    };
    make_directory(path)?;
    let lock = Lock::take(path)?;
    let (connection, set_aside) = match open_file(path, options) {
        Ok(connection) => (connection, None),
        Err(Failure::Broken(reason)) => {
            let set_aside = set_aside(path, reason)?;
            let connection = open_file(path, options).map_err(|failure| match failure {
                Failure::Other(error) => error,
                Failure::Broken(reason) => OpenError::File {
                    what: "the new database that replaces a damaged one is also damaged",
                    path: path.to_owned(),
                    source: io::Error::other(reason),
                },
            })?;
            (connection, Some(set_aside))
        }
        Err(Failure::Other(error)) => return Err(error),
    };
    Ok(Opened {
        database: Exclusive {
            connection,
            _lock: Some(lock),
        },
        set_aside,
    })
}

/// Number of prepared statements that a connection keeps. More than any of our connections uses, so that each statement is
/// prepared once.
const STATEMENTS: usize = 128;

/// Settings of a connection that writes.
pub(crate) fn configure(connection: &Connection, cache_kib: u32) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "journal_size_limit", WAL_BYTES)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -i64::from(cache_kib))
}

/// A read-only connection. The writer must have the database open.
pub(crate) fn open_reader(path: &Path, cache_kib: u32) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "cache_size", -i64::from(cache_kib))?;
    Ok(connection)
}

/// Options that create a file that only its owner can read.
pub(crate) fn private() -> OpenOptions {
    #[cfg_attr(
        not(unix),
        expect(unused_mut, reason = "modes of files exist on Unix only")
    )]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Why a file could not be opened.
enum Failure {
    /// The file is damaged or is not a database: it is moved aside.
    Broken(String),
    /// Another error, which moving the file aside would not solve.
    Other(OpenError),
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        match &error {
            OpenError::Sqlite { source, .. } | OpenError::Migration { source, .. }
                if is_broken(source) =>
            {
                Self::Broken(source.to_string())
            }
            _ => Self::Other(error),
        }
    }
}

/// Whether the error means that the file is damaged.
fn is_broken(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)
    )
}

fn sqlite(path: &Path, source: rusqlite::Error) -> OpenError {
    OpenError::Sqlite {
        path: path.to_owned(),
        source,
    }
}

/// Creates the file if it is missing, checks it, applies the settings and migrates it.
fn open_file(path: &Path, options: &Options) -> Result<Connection, Failure> {
    let size = examine(path)?;
    let mut connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(|source| sqlite(path, source))?;
    let settled = configure(&connection, options.cache_kib)
        .and_then(|()| check(&connection, size <= CHECKED_BYTES));
    if let Some(damage) = settled.map_err(|source| sqlite(path, source))? {
        return Err(Failure::Broken(damage));
    }
    migrate(&mut connection, path, options.migrations)?;
    Ok(connection)
}

/// Ensures that the file exists, is readable and writable, and is private. Returns its size in bytes.
fn examine(path: &Path) -> Result<u64, Failure> {
    let opened = private()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path);
    let file = match opened {
        Ok(file) => file,
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::PermissionDenied | io::ErrorKind::IsADirectory
            ) =>
        {
            return Err(Failure::Broken(error.to_string()));
        }
        Err(source) => {
            return Err(Failure::Other(OpenError::File {
                what: "cannot open the database",
                path: path.to_owned(),
                source,
            }));
        }
    };
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    let wal = fs::metadata(beside(path, "-wal")).map_or(0, |metadata| metadata.len());
    if size == 0 && wal > 0 {
        // SQLite would delete such a log, which may contain all remaining data.
        return Err(Failure::Broken(
            "the database is empty but has a write-ahead log".to_owned(),
        ));
    }
    keep_private(&file, path);
    Ok(size)
}

/// Removes the permissions of other users on a database file.
fn keep_private(file: &File, path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if let Err(error) = file.set_permissions(fs::Permissions::from_mode(0o600)) {
            tracing::warn!(%error, path = %path.display(), "other users may be able to read the database");
        }
    }
    #[cfg(not(unix))]
    let _ = (file, path);
}

/// Checks the database and returns the first problem, if any. Reads the schema or, if `thorough`, every page.
fn check(connection: &Connection, thorough: bool) -> rusqlite::Result<Option<String>> {
    let _tables: u32 =
        connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))?;
    if !thorough {
        return Ok(None);
    }
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok((verdict != "ok").then_some(verdict))
}

/// Creates the directory of the database. A new directory is private to its owner.
fn make_directory(path: &Path) -> Result<(), OpenError> {
    let Some(directory) = path
        .parent()
        .filter(|directory| !directory.as_os_str().is_empty())
    else {
        return Ok(());
    };
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(|source| OpenError::File {
        what: "cannot create the directory",
        path: directory.to_owned(),
        source,
    })
}

/// Renames the file, with its `-wal` and `-shm`, to a free name: `name.db.broken-<unix seconds>`.
fn set_aside(path: &Path, reason: String) -> Result<SetAside, OpenError> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let mut stamp = now;
    let mut to = beside(path, &format!(".broken-{stamp}"));
    while to.exists() {
        stamp += 1;
        to = beside(path, &format!(".broken-{stamp}"));
    }
    for suffix in ["", "-wal", "-shm"] {
        let from = beside(path, suffix);
        match fs::rename(&from, beside(&to, suffix)) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => {
                return Err(OpenError::File {
                    what: "cannot move aside the damaged file",
                    path: from,
                    source,
                });
            }
        }
    }
    Ok(SetAside {
        from: path.to_owned(),
        to,
        reason,
    })
}
