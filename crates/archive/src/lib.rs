//! What must survive: which message has which id, what was said, and which conversations spoke last.
//!
//! An [`Archive`] belongs to one account. What [`Archive::record`] returns has been committed: no id is seen before its
//! row is on disk, and none is given out twice, even after a power cut (ARCHITECTURE "Invariants"). While the disk cannot
//! be written, messages still get ids, from a block that was reserved before, and [`Archive::healthy`] says so.

mod ids;
mod keep;
mod messages;
mod place;
mod places;

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use nekonap_ids::{Conversation, MessageId, Sequence};
use nekonap_sqlite::{Database, OpenError, Opened, Options, SetAside};
use rusqlite::Connection;
use thiserror::Error;

pub use ids::BLOCK;
pub use keep::Keep;
pub use messages::{Arrival, Recall, Record, Stored};
pub use places::Recent;

use ids::{Ids, Key, Unwritten};
use messages::{Placed, Supply, Which};

/// The schema, step by step. Steps are added and never changed.
const MIGRATIONS: &[&str] = &[include_str!("schema.sql")];

/// The database's page cache, KiB for each connection: most reads are of the newest messages.
const CACHE_KIB: u32 = 512;

/// How an archive is opened.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Where its file is; `None` keeps it in memory, gone with the process.
    pub directory: Option<PathBuf>,
    /// How much is kept.
    pub keep: Keep,
}

/// Why the archive has no answer.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// It could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It could not be read or written.
    #[error(transparent)]
    Database(#[from] nekonap_sqlite::Error),
    /// It cannot be written, and the ids that were reserved before are used up.
    #[error("there are no message ids left, and none can be reserved: {0}")]
    NoIds(nekonap_sqlite::Error),
}

/// A message, and how it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The message.
    pub record: Record,
    /// How it came.
    pub arrival: Arrival,
}

/// What recording a message came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// The message's id.
    pub id: MessageId,
    /// Whether it is to be told to frameworks now: the first time that it arrived, or that it was recalled.
    pub news: bool,
}

/// One account's archive. Cheap to clone; all clones are the same archive.
#[derive(Debug, Clone)]
pub struct Archive(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    database: Database,
    keep: Keep,
    ids: Ids,
    /// Ids given out while the database could not be written.
    unwritten: Mutex<Unwritten>,
    healthy: AtomicBool,
}

impl Archive {
    /// Opens the archive, or makes a new one. A file that cannot be read as a database is set aside, whole, and the
    /// result says so: tell the user.
    ///
    /// # Errors
    /// The file is in use by another process, is of a newer version, or cannot be made; or no ids can be reserved.
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
        let block = database
            .write_full(ids::reserve)
            .await
            .map_err(ArchiveError::NoIds)?;
        let keep = config.keep;
        let now = now();
        database
            .write(move |connection| keep::sweep(connection, keep, now))
            .await?;
        let archive = Self(Arc::new(Inner {
            database,
            keep,
            ids: Ids::default(),
            unwritten: Mutex::default(),
            healthy: AtomicBool::new(true),
        }));
        archive.0.ids.add(block);
        Ok((archive, set_aside))
    }

    /// Writes messages down and returns their ids, in the same order. A message that is known keeps its id: found by
    /// its place, or, for an own message whose answer had not come, by its random.
    ///
    /// When the database cannot be written, the ids come from the block that was reserved before, and messages are
    /// remembered in memory as far as 4,096 go.
    ///
    /// # Errors
    /// There are no ids left.
    pub async fn record(&self, entries: Vec<Entry>) -> Result<Vec<Recorded>, ArchiveError> {
        let keys: Vec<Vec<Key>> = entries.iter().map(|entry| entry.record.keys()).collect();
        let news: Vec<bool> = entries
            .iter()
            .map(|entry| entry.arrival.tells(&entry.record))
            .collect();
        self.commit(keys, news, move |connection, supply, now| {
            let mut placed = Vec::with_capacity(entries.len());
            for entry in &entries {
                let one = messages::store(connection, &entry.record, entry.arrival, supply, now)?;
                // An old page of history says nothing of who spoke last.
                if entry.arrival != Arrival::Fetched {
                    places::note(connection, &entry.record, one.id, entry.arrival)?;
                }
                placed.push(one);
            }
            Ok(placed)
        })
        .await
    }

    /// Writes one message down; see [`Archive::record`].
    ///
    /// # Errors
    /// There are no ids left.
    pub async fn record_one(&self, entry: Entry) -> Result<Recorded, ArchiveError> {
        first(&self.record(vec![entry]).await?)
    }

    /// The id of the message at this place, given now if it had none: for what only quotes or names a message.
    ///
    /// # Errors
    /// There are no ids left.
    pub async fn name(
        &self,
        conversation: Conversation,
        sequence: Sequence,
    ) -> Result<MessageId, ArchiveError> {
        let keys = vec![vec![Key::Sequence(conversation.counted_in(), sequence)]];
        let named = self
            .commit(keys, vec![false], move |connection, supply, now| {
                messages::name(connection, conversation, sequence, supply, now)
                    .map(|placed| vec![placed])
            })
            .await?;
        first(&named).map(|named| named.id)
    }

    /// Marks the message at this place as taken back. It is news the first time.
    ///
    /// # Errors
    /// There are no ids left.
    pub async fn recall(
        &self,
        conversation: Conversation,
        sequence: Sequence,
        recall: Recall,
    ) -> Result<Recorded, ArchiveError> {
        let keys = vec![vec![Key::Sequence(conversation.counted_in(), sequence)]];
        let marked = self
            .commit(keys, vec![true], move |connection, supply, now| {
                messages::recall(connection, conversation, sequence, recall, supply, now)
                    .map(|placed| vec![placed])
            })
            .await?;
        first(&marked)
    }

    /// The message with this id, or what is known of it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn message(&self, id: MessageId) -> Result<Option<Stored>, ArchiveError> {
        self.find(Which::Id(id)).await
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
        self.find(Which::At(conversation, sequence)).await
    }

    /// The account's own message with this random, the newest if there are several.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn own(
        &self,
        conversation: Conversation,
        random: u32,
    ) -> Result<Option<Stored>, ArchiveError> {
        self.find(Which::Random(conversation, random)).await
    }

    /// The message of a private chat with this number of its sender's, the newest if there are several, among the last
    /// 2,000: old clients name what they quote so.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn by_client_sequence(
        &self,
        conversation: Conversation,
        client_sequence: u32,
    ) -> Result<Option<Stored>, ArchiveError> {
        self.find(Which::Client(conversation, client_sequence))
            .await
    }

    /// The conversations that spoke last, the newest first.
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

    /// How far the conversation has been received from the server.
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

    /// How far every conversation has been received: what came later is to be fetched from history.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn last_sequences(&self) -> Result<Vec<(Conversation, Sequence)>, ArchiveError> {
        let last = self.0.database.read(places::last_sequences).await?;
        Ok(last)
    }

    /// Whether the last write reached the disk. While it did not, nothing is promised of ids after a restart.
    pub fn healthy(&self) -> bool {
        self.0.healthy.load(Ordering::Relaxed)
    }

    /// Commits what is under way and closes the file. Later calls fail.
    pub async fn close(&self) {
        self.0.database.close().await;
    }

    async fn find(&self, which: Which) -> Result<Option<Stored>, ArchiveError> {
        let stored = self
            .0
            .database
            .read(move |connection| messages::find(connection, which))
            .await?;
        Ok(stored)
    }

    /// Runs a job that may need one new id for each list of keys, and commits it. `news`: what is told when it cannot
    /// be written.
    async fn commit<F>(
        &self,
        keys: Vec<Vec<Key>>,
        news: Vec<bool>,
        job: F,
    ) -> Result<Vec<Recorded>, ArchiveError>
    where
        F: FnOnce(&Connection, &mut Supply<'_>, u64) -> rusqlite::Result<Vec<Placed>>
            + Send
            + 'static,
    {
        let inner = &self.0;
        let fresh = inner
            .ids
            .take(&inner.database, keys.len(), inner.keep)
            .await?;
        let now = now();
        let (shared, offered) = (Arc::clone(inner), fresh.clone());
        let outcome = inner
            .database
            .write(move |connection| {
                let unwritten = shared
                    .unwritten
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                let mut supply = Supply {
                    fresh: offered.into_iter(),
                    unwritten: &unwritten,
                };
                let placed = job(connection, &mut supply, now)?;
                Ok((placed, supply.fresh.as_slice().to_vec()))
            })
            .await;
        match outcome {
            Ok((placed, unused)) => {
                inner.ids.give_back(unused.into_iter().rev());
                self.is_healthy(true);
                Ok(placed
                    .into_iter()
                    .map(|placed| Recorded {
                        id: placed.id,
                        news: placed.news,
                    })
                    .collect())
            }
            Err(error) if error.is_storage() => {
                self.is_healthy(false);
                tracing::debug!(%error, "a message could not be written down");
                Ok(self.remembered(&keys, &news, fresh))
            }
            Err(error) => {
                inner.ids.give_back(fresh.into_iter().rev());
                Err(error.into())
            }
        }
    }

    /// Ids for what could not be written: the same for the same message, as far as memory goes.
    fn remembered(&self, keys: &[Vec<Key>], news: &[bool], fresh: Vec<MessageId>) -> Vec<Recorded> {
        let mut unwritten = self
            .0
            .unwritten
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let named = keys
            .iter()
            .zip(news)
            .zip(fresh)
            .map(|((keys, news), fresh)| {
                if let Some(id) = unwritten.get(keys) {
                    return Recorded { id, news: false };
                }
                unwritten.remember(keys, fresh);
                Recorded {
                    id: fresh,
                    news: *news,
                }
            });
        named.collect()
    }

    fn is_healthy(&self, healthy: bool) {
        if self.0.healthy.swap(healthy, Ordering::Relaxed) != healthy {
            if healthy {
                tracing::info!("the archive can be written again");
            } else {
                tracing::error!(
                    "the archive cannot be written: message ids will not survive a restart"
                );
            }
        }
    }
}

fn first(recorded: &[Recorded]) -> Result<Recorded, ArchiveError> {
    // One was asked for, so one came.
    recorded
        .first()
        .copied()
        .ok_or(ArchiveError::Database(nekonap_sqlite::Error::Closed))
}

/// Unix seconds.
fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
