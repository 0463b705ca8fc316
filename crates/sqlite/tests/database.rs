//! The writer thread, the readers, and files that are damaged, locked or private.

use std::{fs, path::Path, sync::Arc};

use nekonap_sqlite::{Database, Error, OpenError, Options, QUEUED_JOBS, open_connection, rusqlite};

const SCHEMA: &[&str] = &["CREATE TABLE messages (number INTEGER PRIMARY KEY, text TEXT NOT NULL)"];

fn on_disk(folder: &tempfile::TempDir) -> Options {
    Options::new(Some(folder.path().join("below/test.db")), SCHEMA)
}

fn open(options: &Options) -> Database {
    let opened = Database::open(options).expect("opened");
    assert_eq!(opened.set_aside, None);
    opened.database
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

async fn insert(database: &Database, number: u32) -> Result<usize, Error> {
    database
        .write(move |connection| {
            connection.execute(
                "INSERT INTO messages (number, text) VALUES (?1, 'x')",
                [number],
            )
        })
        .await
}

async fn numbers(database: &Database) -> Vec<u32> {
    database
        .read(|connection| {
            connection
                .prepare("SELECT number FROM messages ORDER BY rowid")?
                .query_map([], |row| row.get(0))?
                .collect()
        })
        .await
        .expect("read")
}

#[tokio::test]
async fn written_rows_are_read_and_survive_a_restart() {
    let folder = folder();
    let options = on_disk(&folder);
    let database = open(&options);
    for number in 1..=3 {
        insert(&database, number).await.expect("written");
    }
    assert_eq!(numbers(&database).await, [1, 2, 3]);
    database.close().await;
    assert!(matches!(insert(&database, 4).await, Err(Error::Closed)));
    let closed = database.read(|_| Ok(())).await;
    assert!(matches!(closed, Err(Error::Closed)));
    assert_eq!(numbers(&open(&options)).await, [1, 2, 3]);
}

#[tokio::test]
async fn job_that_fails_or_panics_is_rolled_back_alone() {
    let database = open(&Options::new(None, SCHEMA));
    let failing = database.write(|connection| {
        connection.execute("INSERT INTO messages VALUES (10, 'half')", [])?;
        connection.execute("INSERT INTO messages VALUES (10, 'again')", [])
    });
    let panicking = database.write::<(), _>(|connection| {
        connection.execute("INSERT INTO messages VALUES (11, 'gone')", [])?;
        panic!("in a job")
    });
    // Whether the writer runs them in one batch or several, each job succeeds or fails on its own.
    let (first, failed, panicked, last) = tokio::join!(
        insert(&database, 1),
        failing,
        panicking,
        insert(&database, 2)
    );
    assert_eq!((first.ok(), last.ok()), (Some(1), Some(1)));
    assert!(matches!(failed, Err(Error::Job(_))), "{failed:?}");
    assert!(matches!(panicked, Err(Error::Panicked)), "{panicked:?}");
    assert_eq!(numbers(&database).await, [1, 2]);
}

#[tokio::test]
async fn job_without_a_savepoint_that_fails_rolls_back_its_transaction() {
    let database = open(&Options::new(None, SCHEMA));
    let (release, released) = std::sync::mpsc::channel();
    let (run, running) = tokio::sync::oneshot::channel();
    let waiting = tokio::spawn({
        let database = database.clone();
        async move {
            database
                .write(move |_| Ok(run.send(()).is_ok() && released.recv().is_ok()))
                .await
        }
    });
    running.await.expect("the first batch runs");
    // These are queued while the first batch runs, so that they are one batch.
    let failing = database.write_then(
        |connection| {
            connection.execute("INSERT INTO messages VALUES (10, 'half')", [])?;
            connection.execute("INSERT INTO messages VALUES (10, 'again')", [])
        },
        |outcome| outcome,
    );
    let (before, failed, after, ()) =
        tokio::join!(insert(&database, 1), failing, insert(&database, 2), async {
            release.send(()).expect("the first job waits");
        },);
    let waited = waiting.await.expect("joined").expect("its own batch");
    assert!(waited);
    let failed = failed.expect("handled");
    assert!(matches!(failed, Err(Error::Job(_))), "{failed:?}");
    let before = before.expect_err("it was in the failing job's transaction");
    assert!(
        matches!(before, Error::Transaction(_)) && before.is_storage(),
        "{before:?}"
    );
    after.expect("a new transaction");
    let job = |connection: &rusqlite::Connection| -> rusqlite::Result<()> {
        connection.execute("INSERT INTO messages VALUES (11, 'gone')", [])?;
        panic!("in a job")
    };
    let panicked = database
        .write_then(job, |outcome| outcome)
        .await
        .expect("handled");
    assert!(matches!(panicked, Err(Error::Panicked)), "{panicked:?}");
    assert_eq!(numbers(&database).await, [2]);
}

#[tokio::test]
async fn jobs_beyond_the_queue_capacity_run_in_order() {
    let folder = folder();
    let database = Arc::new(open(&on_disk(&folder)));
    let count = u32::try_from(2 * QUEUED_JOBS).expect("few");
    let mut jobs = tokio::task::JoinSet::new();
    for number in 0..count {
        let database = database.clone();
        // Tasks of a current-thread runtime are polled first in the order in which they were spawned.
        jobs.spawn(async move {
            let before = database.write(move |connection| {
                let before =
                    connection.query_row("SELECT count(*) FROM messages", [], |row| row.get(0))?;
                connection.execute("INSERT INTO messages VALUES (?1, 'x')", [number])?;
                Ok::<u32, _>(before)
            });
            (number, before.await.expect("written"))
        });
    }
    while let Some(job) = jobs.join_next().await {
        let (number, before) = job.expect("joined");
        assert_eq!(before, number, "jobs run in order");
    }
}

#[tokio::test]
async fn outcomes_are_handled_in_the_order_of_the_jobs() {
    let folder = folder();
    let database = open(&on_disk(&folder));
    let handled = Arc::new(std::sync::Mutex::new(Vec::new()));
    let mut jobs = tokio::task::JoinSet::new();
    for number in 0..200_u32 {
        let (database, handled) = (database.clone(), Arc::clone(&handled));
        jobs.spawn(async move {
            let job = move |connection: &rusqlite::Connection| {
                connection.execute("INSERT INTO messages VALUES (?1, 'x')", [number])
            };
            let then = move |outcome: Result<usize, Error>| {
                let mut handled = handled.lock().expect("the list");
                handled.push((number, outcome.is_ok()));
            };
            database.write_then(job, then).await.expect("handled");
        });
    }
    jobs.join_all().await;
    let expected: Vec<_> = (0..200).map(|number| (number, true)).collect();
    assert_eq!(*handled.lock().expect("the list"), expected);
    assert_eq!(numbers(&database).await.len(), 200);
}

#[tokio::test]
async fn readers_cannot_write_and_survive_panics() {
    let folder = folder();
    let database = open(&on_disk(&folder));
    insert(&database, 1).await.expect("written");
    let refused = database
        .read(|connection| connection.execute("DELETE FROM messages", []))
        .await;
    assert!(matches!(refused, Err(Error::Job(_))), "{refused:?}");
    let panicked = database.read::<(), _>(|_| panic!("in a job")).await;
    assert!(matches!(panicked, Err(Error::Panicked)));
    // Reading still works after as many panics as there are readers.
    let _ = database.read::<(), _>(|_| panic!("in a job")).await;
    let _ = database.read::<(), _>(|_| panic!("in a job")).await;
    assert_eq!(numbers(&database).await, [1]);
}

#[tokio::test]
async fn second_open_fails_with_the_process_id() {
    let folder = folder();
    let options = on_disk(&folder);
    let database = open(&options);
    let Err(OpenError::InUse { process, path }) = Database::open(&options) else {
        panic!("opened twice");
    };
    assert_eq!(process, Some(std::process::id()));
    assert_eq!(Some(path), options.path);
    database.close().await;
    open(&options);
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_private_to_their_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let options = on_disk(&folder);
    let database = open(&options);
    insert(&database, 1).await.expect("written");
    let path = options.path.expect("a path");
    for suffix in ["", "-wal", ".lock"] {
        let file = path.with_file_name(format!("test.db{suffix}"));
        let mode = fs::metadata(&file).expect(suffix).permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{suffix}");
    }
}

/// Asserts that the file at `path` is moved aside unchanged and replaced with a new database.
fn assert_set_aside(options: &Options, path: &Path, kept: &[u8]) {
    let opened = open_connection(options).expect("opened");
    let aside = opened.set_aside.expect("set aside");
    assert_eq!(aside.from, path);
    assert_eq!(fs::read(&aside.to).expect("kept"), kept);
    let empty: u32 = opened
        .database
        .query_row("SELECT count(*) FROM messages", [], |row| row.get(0))
        .expect("a new database");
    assert_eq!(empty, 0);
}

#[test]
fn file_that_is_not_a_database_is_moved_aside() {
    let folder = folder();
    let options = on_disk(&folder);
    let path = options.path.clone().expect("a path");
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    let garbage = b"this is no database at all, however one looks at it".repeat(100);
    fs::write(&path, &garbage).expect("written");
    assert_set_aside(&options, &path, &garbage);
}

#[test]
fn damaged_page_is_found_when_opening() {
    let folder = folder();
    let options = on_disk(&folder);
    let path = options.path.clone().expect("a path");
    {
        let opened = open_connection(&options).expect("opened");
        for number in 0..500 {
            opened
                .database
                .execute(
                    "INSERT INTO messages VALUES (?1, hex(randomblob(200)))",
                    [number],
                )
                .expect("written");
        }
    }
    let mut bytes = fs::read(&path).expect("a file");
    // A page in the middle: the root page of the table is intact, so only the thorough check finds the damage.
    let page = 4096 * 10;
    bytes[page..page + 2048].fill(0xff);
    fs::write(&path, &bytes).expect("written");
    assert_set_aside(&options, &path, &bytes);
}

#[test]
fn write_ahead_log_without_a_database_is_kept() {
    let folder = folder();
    let options = on_disk(&folder);
    let path = options.path.clone().expect("a path");
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(&path, b"").expect("written");
    fs::write(path.with_file_name("test.db-wal"), b"all that is left").expect("written");
    let aside = open_connection(&options)
        .expect("opened")
        .set_aside
        .expect("set aside");
    let log = format!("{}-wal", aside.to.display());
    assert_eq!(fs::read(log).expect("kept"), b"all that is left");
}

#[test]
fn database_with_a_newer_schema_is_not_changed() {
    let folder = folder();
    let options = on_disk(&folder);
    drop(open_connection(&options).expect("opened"));
    let older = Options {
        migrations: &[],
        ..options.clone()
    };
    assert!(matches!(
        open_connection(&older),
        Err(OpenError::Newer {
            found: 1,
            known: 0,
            ..
        })
    ));
    assert_eq!(open_connection(&options).expect("opened").set_aside, None);
}
