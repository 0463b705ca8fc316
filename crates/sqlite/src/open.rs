//! Opening a database: its directory and lock, its settings, its schema, and moving a damaged file aside.

use std::{
    fs::{self, File, OpenOptions},
    io,
    ops::{Deref, DerefMut},
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::{beside, error::OpenError, lock::Lock, migrate::migrate};

/// How to open a database.
#[derive(Debug, Clone)]
pub struct Options {
    /// The file, or None for a database in memory that is gone with its connection. Missing directories are made.
    pub path: Option<PathBuf>,
    /// The schema: one text of SQL statements a step, in order. Steps are added at the end and never changed.
    pub migrations: &'static [&'static str],
    /// The page cache of each connection, in KiB. SQLite's own default is 2,000.
    pub cache_kib: u32,
}

impl Options {
    /// A database with this schema, at this path or in memory, with a page cache of 1 MiB.
    pub fn new(path: Option<PathBuf>, migrations: &'static [&'static str]) -> Self {
        Self {
            path,
            migrations,
            cache_kib: 1024,
        }
    }
}

/// An open database, and what had to be done for it.
#[derive(Debug)]
pub struct Opened<T> {
    /// The database.
    pub database: T,
    /// The broken file that was there before, if there was one. Tell the user.
    pub set_aside: Option<SetAside>,
}

/// A file that could not be read as a database and was moved out of the way, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// Where it was.
    pub from: PathBuf,
    /// Where it is now; its `-wal` and `-shm`, if it had them, are beside it.
    pub to: PathBuf,
    /// What was wrong with it.
    pub reason: String,
}

/// The one connection of a thread that owns its database, with the lock that keeps others out.
#[derive(Debug)]
pub struct Exclusive {
    // Fields are dropped in this order: the file is closed before it is unlocked.
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

/// A database of up to this size is checked page by page when it is opened (some 30 ms); a larger one only as far as
/// opening it reads.
const CHECKED_BYTES: u64 = 16 << 20;

/// The WAL is cut back to this size after a checkpoint: a burst need not keep its disk space.
const WAL_BYTES: i64 = 8 << 20;

/// How long one connection waits for another's lock. Only a checkpoint ever holds one, and briefly.
const BUSY: Duration = Duration::from_secs(5);

/// Opens a database for a thread that will own it: locked against other processes, in WAL mode with
/// `synchronous=NORMAL`, migrated. Synchronous; [`crate::Database`] is built on it.
///
/// # Errors
/// See [`OpenError`]. A broken file is no error: it is set aside, and the result says so.
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
                    what: "a new database in place of the broken one is broken too",
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

/// The settings of every connection that writes.
pub(crate) fn configure(connection: &Connection, cache_kib: u32) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "journal_size_limit", WAL_BYTES)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -i64::from(cache_kib))
}

/// A connection that only reads a database which a writer of this process has open.
pub(crate) fn open_reader(path: &Path, cache_kib: u32) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "cache_size", -i64::from(cache_kib))?;
    Ok(connection)
}

/// Options that create a file which only its owner may read.
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

/// Why a file did not open.
enum Failure {
    /// It is no database, or a damaged one.
    Broken(String),
    /// Anything that setting the file aside would not mend.
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

/// Whether SQLite's error means that the file itself is bad.
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

/// One attempt: the file is made if it is missing, examined, set up and migrated.
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

/// Makes sure that there is a readable, writable file, ours alone, and returns its size in bytes.
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
        // SQLite would delete such a log, and with it perhaps all that is left of somebody's messages.
        return Err(Failure::Broken(
            "the database is empty but has a write-ahead log".to_owned(),
        ));
    }
    keep_private(&file, path);
    Ok(size)
}

/// Makes a database file readable for its owner only.
fn keep_private(file: &File, path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if let Err(error) = file.set_permissions(fs::Permissions::from_mode(0o600)) {
            tracing::warn!(%error, path = %path.display(), "others may be able to read the database");
        }
    }
    #[cfg(not(unix))]
    let _ = (file, path);
}

/// What is wrong with the database, if anything. The quick look reads the schema, the thorough one every page.
fn check(connection: &Connection, thorough: bool) -> rusqlite::Result<Option<String>> {
    let _tables: u32 =
        connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))?;
    if !thorough {
        return Ok(None);
    }
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok((verdict != "ok").then_some(verdict))
}

/// Makes the directory of the database, closed to others if it is new.
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
        what: "cannot make the directory",
        path: directory.to_owned(),
        source,
    })
}

/// Moves the file and what belongs to it to a free name: `name.db.broken-<unix seconds>`.
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
                    what: "cannot set aside the broken file",
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
