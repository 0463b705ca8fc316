//! Persistent store: messages with their ids, the newest message of every conversation, the journal of events, and the
//! account's favourites.
//!
//! An [`Archive`] belongs to one account. A message's id is derived from the message, so it is the same in every
//! archive, including a new one after the old file was lost (protocol/02 §12). [`Archive::record`] returns after the
//! commit (ARCHITECTURE "Invariants"). While the disk cannot be written, messages still get ids, and
//! [`Archive::healthy`](Store::healthy) returns false.

mod collections;
mod ids;
mod journal;
mod keep;
mod messages;
mod new_ids;
mod place;
mod places;
mod publish;
#[cfg(test)]
mod tests;
mod unwritten;

use std::{
    ops::Deref,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use nekonap_ids::{Conversation, MessageId, Sequence, Uin};
use nekonap_sqlite::{Database, OpenError, Opened, Options, SetAside};
use thiserror::Error;

pub use collections::{Collection, MAX_COLLECTIONS};
pub use journal::{JOURNAL_BYTES, JOURNAL_EVENTS, Kept, Lapsed, Publish, Row, Subscriber};
pub use keep::{Keep, Size};
pub use messages::{Arrival, Recall, Record, Stored};
pub use places::Recent;

use ids::Identity;
use journal::Journal;
use messages::{Key, Recording};
use new_ids::NewIds;
use unwritten::{Report, Unwritten};

/// Schema migrations, in order. Existing ones never change.
const MIGRATIONS: &[&str] = &[
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
    include_str!("schema/5.sql"),
    include_str!("schema/6.sql"),
    include_str!("schema/7.sql"),
];

/// Number of recorded messages after which messages beyond the limits of [`Keep`] are deleted.
pub const SWEEP_INTERVAL: usize = 1024;

/// Page cache of each database connection, in KiB. Small, because most reads are of the newest messages.
const CACHE_KIB: u32 = 512;

/// Configuration of an archive.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Directory of the database file; `None` keeps the archive in memory only.
    pub directory: Option<PathBuf>,
    /// How much is kept before old messages are deleted.
    pub keep: Keep,
}

/// Why an archive call failed.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// The database could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database could not be read, or it is closed.
    #[error(transparent)]
    Database(#[from] nekonap_sqlite::Error),
}

/// A message to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The message.
    pub record: Record,
    /// How the message arrived.
    pub arrival: Arrival,
}

impl Entry {
    fn report(&self) -> (Identity, Report) {
        let report = if self.arrival.reports(&self.record) {
            Report::Message
        } else {
            Report::Nothing
        };
        (self.record.identity(), report)
    }
}

/// Result of recording a message or a recall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// The message's id.
    pub id: MessageId,
    /// Whether the caller should report it to frameworks now: each message and each recall is reported once.
    pub report: bool,
}

/// An open archive whose account is not known yet, as before the first log-in. It can do everything except
/// record. Cheap to clone; all clones share one archive.
#[derive(Debug, Clone)]
pub struct Store(Arc<Inner>);

/// The archive of an account. Cheap to clone; all clones share one archive. Reads go through its [`Store`].
#[derive(Debug, Clone)]
pub struct Archive {
    store: Store,
    /// Own account: message ids of private chats are derived from both accounts.
    account: Uin,
}

impl Deref for Archive {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

#[derive(Debug)]
struct Inner {
    database: Database,
    keep: Keep,
    /// In an `Arc`, so that jobs on the writer thread work on a snapshot without holding the lock.
    unwritten: Mutex<Arc<Unwritten>>,
    new_ids: NewIds,
    /// Arrival number of the newest message, see `newest_arrival` in the schema.
    arrivals: AtomicI64,
    /// Messages recorded since the last sweep.
    unswept: AtomicUsize,
    healthy: AtomicBool,
    journal: Journal,
}

impl Inner {
    /// Records one message of a job.
    fn store(&self, recording: &Recording<'_>, entry: &Entry) -> rusqlite::Result<Recorded> {
        let Entry { record, arrival } = entry;
        let recorded = recording.store(record, *arrival)?;
        // Reading history does not make a conversation recent.
        if *arrival != Arrival::Fetched {
            let number = self.arrivals.fetch_add(1, Ordering::Relaxed) + 1;
            places::update(recording.connection, record, recorded.id, *arrival, number)?;
        }
        Ok(recorded)
    }

    fn unwritten(&self) -> MutexGuard<'_, Arc<Unwritten>> {
        self.unwritten
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes messages that have a row now.
    fn forget_unwritten(&self, recorded: &[Recorded]) {
        let mut unwritten = self.unwritten();
        if !unwritten.is_empty() {
            Arc::make_mut(&mut unwritten).forget(recorded);
        }
    }
}

impl Store {
    /// Opens the archive, or creates it. A file that is not a readable database is moved aside; the result then
    /// contains its new path.
    ///
    /// # Errors
    /// The file is in use by another process, was written by a newer version, or cannot be created.
    pub async fn open(config: Config) -> Result<(Self, Option<SetAside>), ArchiveError> {
        let path = config
            .directory
            .map(|directory| directory.join("archive.db"));
        let mut options = Options::new(path, MIGRATIONS);
        options.cache_kib = CACHE_KIB;
        let opened = tokio::task::spawn_blocking(move || Database::open(&options))
            .await
            .map_err(|_| nekonap_sqlite::Error::Panicked)??;
        let Opened {
            database,
            set_aside,
        } = opened;
        let milliseconds = now().saturating_mul(1_000);
        let (last_arrival, journal, new_ids) = database
            .read(move |connection| {
                Ok((
                    places::last_arrival(connection)?,
                    Journal::load(connection, milliseconds)?,
                    NewIds::load(connection)?,
                ))
            })
            .await?;
        let store = Self(Arc::new(Inner {
            database,
            keep: config.keep,
            unwritten: Mutex::default(),
            new_ids,
            arrivals: AtomicI64::new(last_arrival),
            unswept: AtomicUsize::new(0),
            healthy: AtomicBool::new(true),
            journal,
        }));
        store.sweep().await?;
        Ok((store, set_aside))
    }

    /// The archive of this account.
    pub fn of(self, account: Uin) -> Archive {
        Archive {
            store: self,
            account,
        }
    }

    /// The message with this id. [`Stored::record`] is `None` when only its place is known.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn message(&self, id: MessageId) -> Result<Option<Stored>, ArchiveError> {
        self.find(Key::Id(id)).await
    }

    /// The message at this place.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn at(
        &self,
        conversation: Conversation,
        sequence: Sequence,
    ) -> Result<Option<Stored>, ArchiveError> {
        self.find(Key::Place(conversation, sequence)).await
    }

    /// The message of a private chat with this client sequence: the newest one if there are several. Searches the last
    /// 2,000 sequences. Old clients quote messages by this number.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn by_client_sequence(
        &self,
        conversation: Conversation,
        client_sequence: u32,
    ) -> Result<Option<Stored>, ArchiveError> {
        self.find(Key::ClientSequence(conversation, client_sequence))
            .await
    }

    /// The conversations with the newest messages, newest first: ordered by the server's time, then by arrival.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn recents(&self, limit: u32) -> Result<Vec<Recent>, ArchiveError> {
        let recents = self
            .0
            .database
            .read(move |connection| places::recents(connection, limit))
            .await?;
        Ok(recents)
    }

    /// Newest sequence that was received from the server in this conversation.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn last_sequence(
        &self,
        conversation: Conversation,
    ) -> Result<Option<Sequence>, ArchiveError> {
        let last = self
            .0
            .database
            .read(move |connection| places::last_sequence(connection, conversation))
            .await?;
        Ok(last)
    }

    /// Newest received sequence of every conversation. Later messages have to be fetched from history.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn last_sequences(&self) -> Result<Vec<(Conversation, Sequence)>, ArchiveError> {
        let last = self.0.database.read(places::last_sequences).await?;
        Ok(last)
    }

    /// Whether the last write reached the disk. Messages that were recorded while writes failed have no row: they cannot
    /// be looked up by id until they are recorded again.
    pub fn healthy(&self) -> bool {
        self.0.healthy.load(Ordering::Relaxed)
    }

    /// Returns when the writer has done everything that was queued before, whether it could be written or not.
    pub async fn flush(&self) {
        // A failure is an answer of the writer too; `healthy` has it.
        let _ = self.0.database.write(|_| Ok(())).await;
    }

    /// How much is kept.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn size(&self) -> Result<Size, ArchiveError> {
        Ok(self.0.database.read(keep::size).await?)
    }

    /// Commits pending writes and the marks of the journal, and closes the file. Later calls fail.
    pub async fn close(&self) {
        if let Err(error) = self.tend_journal().await {
            tracing::debug!(%error, "the marks of the journal are not saved");
        }
        self.0.database.close().await;
    }

    async fn find(&self, key: Key) -> Result<Option<Stored>, ArchiveError> {
        let inner = Arc::clone(&self.0);
        let stored = self
            .0
            .database
            .read(move |connection| messages::find(connection, &inner.new_ids, key))
            .await?;
        Ok(stored)
    }

    async fn sweep_if_due(&self, recorded: usize) {
        let unswept = self.0.unswept.fetch_add(recorded, Ordering::Relaxed) + recorded;
        if unswept < SWEEP_INTERVAL {
            return;
        }
        self.0.unswept.store(0, Ordering::Relaxed);
        if let Err(error) = self.sweep().await {
            tracing::debug!(%error, "old messages could not be deleted");
        }
    }

    async fn sweep(&self) -> Result<(), nekonap_sqlite::Error> {
        let (keep, now) = (self.0.keep, now());
        let oldest = self
            .0
            .database
            .write(move |connection| keep::sweep(connection, keep, now))
            .await?;
        self.0.new_ids.set_oldest(oldest);
        Ok(())
    }

    /// Moves ids from memory to the database, if a step is due.
    async fn settle_if_due(&self, recorded: usize) {
        let Some(step) = self.0.new_ids.due(recorded) else {
            return;
        };
        let (step, inner) = (Arc::new(step), Arc::clone(&self.0));
        let done = Arc::clone(&step);
        let outcome = self
            .0
            .database
            .write_then(
                move |connection| step.write(connection),
                move |outcome| outcome.map(|()| inner.new_ids.written(&done)),
            )
            .await
            .and_then(|outcome| outcome);
        if let Err(error) = outcome {
            tracing::debug!(%error, "message ids stay in memory");
        }
    }

    fn set_healthy(&self, healthy: bool) {
        if self.0.healthy.swap(healthy, Ordering::Relaxed) != healthy {
            if healthy {
                tracing::info!("the archive can be written again");
            } else {
                tracing::error!("the archive cannot be written: new messages are not kept");
            }
        }
    }
}

impl Archive {
    /// Opens the archive of this account; see [`Store::open`].
    ///
    /// # Errors
    /// As for [`Store::open`].
    pub async fn open(
        account: Uin,
        config: Config,
    ) -> Result<(Self, Option<SetAside>), ArchiveError> {
        let (store, set_aside) = Store::open(config).await?;
        Ok((store.of(account), set_aside))
    }

    /// Records messages and returns their ids, in the same order. A known message keeps its id: it is found by its
    /// sequence or, for a send without a reply, by its random.
    ///
    /// While the database cannot be written, messages still get their derived ids. The newest 4,096 of them are kept in
    /// memory, so that each is reported once. A message recorded again after a restart is reported again, with the same
    /// id unless it was a send without a reply or its derived id was in use by another message.
    ///
    /// # Errors
    /// The database is closed.
    pub async fn record(&self, entries: Vec<Entry>) -> Result<Vec<Recorded>, ArchiveError> {
        let messages = entries.iter().map(Entry::report).collect();
        let inner = Arc::clone(&self.store.0);
        self.commit(messages, move |recording| {
            entries
                .iter()
                .map(|entry| inner.store(recording, entry))
                .collect()
        })
        .await
    }

    /// Records one message; see [`Archive::record`].
    ///
    /// # Errors
    /// The database is closed.
    pub async fn record_one(&self, entry: Entry) -> Result<Recorded, ArchiveError> {
        first(&self.record(vec![entry]).await?)
    }

    /// The id of the message at this place, for a reply, a reaction or an essence notice. An unknown message gets a row
    /// without content.
    ///
    /// # Errors
    /// The database is closed.
    pub async fn id_at(
        &self,
        conversation: Conversation,
        sequence: Sequence,
    ) -> Result<MessageId, ArchiveError> {
        let message = (Identity::at(conversation, sequence), Report::Nothing);
        let recorded = self
            .commit(vec![message], move |recording| {
                let id = recording.id_at(conversation, sequence)?;
                Ok(vec![Recorded { id, report: false }])
            })
            .await?;
        first(&recorded).map(|recorded| recorded.id)
    }

    /// Marks the message at this place as recalled. [`Recorded::report`] is true for the first recall.
    ///
    /// # Errors
    /// The database is closed.
    pub async fn recall(
        &self,
        conversation: Conversation,
        sequence: Sequence,
        recall: Recall,
    ) -> Result<Recorded, ArchiveError> {
        let message = (Identity::at(conversation, sequence), Report::Recall);
        let recorded = self
            .commit(vec![message], move |recording| {
                let recorded = recording.recall(conversation, sequence, recall)?;
                Ok(vec![recorded])
            })
            .await?;
        first(&recorded)
    }

    /// Runs a job that records messages, and commits it. `messages` are the same messages, used when the write fails.
    async fn commit<F>(
        &self,
        messages: Vec<(Identity, Report)>,
        job: F,
    ) -> Result<Vec<Recorded>, ArchiveError>
    where
        F: FnOnce(&Recording<'_>) -> rusqlite::Result<Vec<Recorded>> + Send + 'static,
    {
        self.commit_then(messages, job, |recorded| recorded).await
    }

    /// Like [`commit`](Self::commit), with a function that runs on the writer thread after the commit.
    async fn commit_then<R, F, T>(
        &self,
        messages: Vec<(Identity, Report)>,
        job: F,
        then: T,
    ) -> Result<Vec<Recorded>, ArchiveError>
    where
        F: FnOnce(&Recording<'_>) -> rusqlite::Result<R> + Send + 'static,
        T: FnOnce(R) -> Vec<Recorded> + Send + 'static,
        R: Send + 'static,
    {
        let inner = &self.store.0;
        let (shared, account, now) = (Arc::clone(inner), self.account, now());
        // Only a failing disk makes these jobs fail.
        let outcome = inner
            .database
            .write_then(
                move |connection| {
                    let unwritten = Arc::clone(&shared.unwritten());
                    job(&Recording {
                        connection,
                        account,
                        unwritten: &unwritten,
                        new_ids: &shared.new_ids,
                        now,
                    })
                },
                move |outcome| outcome.map(then),
            )
            .await
            .and_then(|outcome| outcome);
        match outcome {
            Ok(recorded) => {
                self.set_healthy(true);
                inner.forget_unwritten(&recorded);
                self.sweep_if_due(recorded.len()).await;
                self.settle_if_due(recorded.len()).await;
                Ok(recorded)
            }
            Err(error) if error.is_storage() => {
                self.set_healthy(false);
                tracing::debug!(%error, "a message could not be written");
                Ok(self.record_unwritten(messages).await)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Records messages in memory. If the database can still be read, it provides the ids of messages that have rows,
    /// and the ids in use.
    async fn record_unwritten(&self, messages: Vec<(Identity, Report)>) -> Vec<Recorded> {
        let (identities, reports): (Vec<Identity>, Vec<Report>) = messages.into_iter().unzip();
        let identities = Arc::new(identities);
        let account = self.account;
        let (inner, shared) = (Arc::clone(&self.store.0), Arc::clone(&identities));
        let read = inner
            .database
            .clone()
            .read(move |connection| {
                let mut unwritten = inner.unwritten();
                let unwritten = Arc::make_mut(&mut unwritten);
                shared
                    .iter()
                    .map(|message| unwritten.id(connection, &inner.new_ids, account, message))
                    .collect::<rusqlite::Result<Vec<MessageId>>>()
            })
            .await;
        let mut unwritten = self.store.0.unwritten();
        let unwritten = Arc::make_mut(&mut unwritten);
        let ids = read.unwrap_or_else(|error| {
            tracing::debug!(%error, "the archive cannot be read either: ids in use are unknown");
            identities
                .iter()
                .map(|message| unwritten.id_unread(account, message))
                .collect()
        });
        let messages: Vec<(MessageId, Report)> = ids.into_iter().zip(reports).collect();
        unwritten.report(&messages)
    }
}

/// The single result of a job with one message.
fn first(recorded: &[Recorded]) -> Result<Recorded, ArchiveError> {
    recorded
        .first()
        .copied()
        .ok_or(ArchiveError::Database(nekonap_sqlite::Error::Closed))
}

/// Current time in Unix seconds.
fn now() -> u64 {
    since_epoch().as_secs()
}

/// Time since 1970 by this machine's clock.
fn since_epoch() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}
