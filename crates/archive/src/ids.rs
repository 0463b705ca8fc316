//! Message ids: reserved in blocks that reach the disk before the first of them is used, so that none is given out
//! twice even after a power cut (ARCHITECTURE "Invariants").

use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher, RandomState},
    sync::{Mutex, PoisonError},
};

use nekonap_ids::{Conversation, MessageId, Sequence};
use nekonap_sqlite::Database;
use rusqlite::{Connection, OptionalExtension};

use crate::{
    ArchiveError,
    keep::{self, Keep},
    now,
    place::damaged,
};

/// How many ids one reservation takes: it costs a synchronous commit (2 ms), which a block spreads thin.
pub const BLOCK: u16 = 4096;

/// When fewer ids are left, the next block is reserved: so many messages can be named though the disk is full.
const LOW: usize = BLOCK as usize / 2;

/// The smallest id. Below it are the sequences of conversations, which frameworks hand in where ids are meant
/// (api/actions §3.3), so the two rarely meet. A billion ids are left.
const FIRST: i64 = 1 << 30;

/// One more than the largest id.
const END: i64 = 1 << 31;

/// Ids given out while the database could not be written, so that the same message keeps its id. 4,096 of them: what
/// one block can name.
const UNWRITTEN: usize = BLOCK as usize;

/// The ids that are reserved and not yet used.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    free: Mutex<VecDeque<MessageId>>,
    /// Held while a block is being reserved, so that one reservation serves all who wait.
    reserving: tokio::sync::Mutex<()>,
}

impl Ids {
    /// Takes so many ids, and reserves the next block when few are left: then what is too old or too much is deleted as
    /// well, so that a process that never ends keeps no more than one that is started anew.
    pub(crate) async fn take(
        &self,
        database: &Database,
        count: usize,
        keep: Keep,
    ) -> Result<Vec<MessageId>, ArchiveError> {
        if self.left() >= count + LOW
            && let Some(ids) = self.pop(count)
        {
            return Ok(ids);
        }
        let _turn = self.reserving.lock().await;
        while self.left() < count + LOW {
            let swept = move |connection: &Connection| {
                keep::sweep(connection, keep, now())?;
                reserve(connection)
            };
            match database.write_full(swept).await {
                Ok(ids) => self.lock().extend(ids),
                Err(error) if self.left() >= count => {
                    tracing::debug!(%error, "no new block of message ids; the old one still has some");
                    break;
                }
                Err(error) => return Err(ArchiveError::NoIds(error)),
            }
        }
        // Another's hurried `pop` may have come between: then there are too few indeed.
        self.pop(count)
            .ok_or(ArchiveError::NoIds(nekonap_sqlite::Error::Closed))
    }

    /// Takes back what was not used after all.
    pub(crate) fn give_back(&self, unused: impl IntoIterator<Item = MessageId>) {
        let mut free = self.lock();
        for id in unused {
            free.push_front(id);
        }
    }

    /// Adds a reserved block.
    pub(crate) fn add(&self, block: Vec<MessageId>) {
        self.lock().extend(block);
    }

    fn left(&self) -> usize {
        self.lock().len()
    }

    fn pop(&self, count: usize) -> Option<Vec<MessageId>> {
        let mut free = self.lock();
        (free.len() >= count).then(|| free.drain(..count).collect())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<MessageId>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reserves the next block in which no kept message has an id. To be committed with `synchronous=FULL`.
pub(crate) fn reserve(connection: &Connection) -> rusqlite::Result<Vec<MessageId>> {
    let block = i64::from(BLOCK);
    let blocks = (END - FIRST) / block;
    let next: Option<i64> = connection
        .query_row(
            "SELECT value FROM facts WHERE name = 'next_id'",
            [],
            |row| row.get(0),
        )
        .optional()?;
    let mut start = next
        .filter(|next| (FIRST..END).contains(next))
        .unwrap_or_else(|| FIRST + anywhere(blocks) * block);
    let mut taken = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM messages WHERE id >= ?1 AND id < ?2)")?;
    for _ in 0..blocks {
        if !taken.query_row([start, start + block], |row| row.get::<_, bool>(0))? {
            break;
        }
        start = after(start, block);
    }
    connection.execute(
        "INSERT INTO facts (name, value) VALUES ('next_id', ?1)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [after(start, block)],
    )?;
    (start..start + block)
        .map(|id| MessageId::new(id).map_err(damaged))
        .collect()
}

/// The start of the block after this one; after the last comes the first.
fn after(start: i64, block: i64) -> i64 {
    if start + 2 * block > END {
        FIRST
    } else {
        start + block
    }
}

/// Where a new archive starts, at random: after a lost archive, ids that frameworks remember should not point at new
/// messages.
fn anywhere(blocks: i64) -> i64 {
    let random = RandomState::new().hash_one(blocks);
    i64::try_from(random % blocks.unsigned_abs()).unwrap_or(0)
}

/// What a message without a row is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Sequence(Conversation, Sequence),
    /// An own message, by its random.
    Random(Conversation, u32),
}

/// The ids given out while the database could not be written, the newest [`UNWRITTEN`] of them.
#[derive(Debug, Default)]
pub(crate) struct Unwritten {
    ids: HashMap<Key, MessageId>,
    order: VecDeque<Key>,
}

impl Unwritten {
    pub(crate) fn get(&self, keys: &[Key]) -> Option<MessageId> {
        if self.ids.is_empty() {
            return None;
        }
        keys.iter().find_map(|key| self.ids.get(key)).copied()
    }

    pub(crate) fn remember(&mut self, keys: &[Key], id: MessageId) {
        for key in keys {
            if self.ids.insert(*key, id).is_none() {
                self.order.push_back(*key);
            }
        }
        while self.order.len() > UNWRITTEN {
            if let Some(oldest) = self.order.pop_front() {
                self.ids.remove(&oldest);
            }
        }
    }
}
