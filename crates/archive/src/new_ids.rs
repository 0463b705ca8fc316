//! Finding rows by message id.
//!
//! Derived ids are in random order (protocol/02 §12). With an index over all of them, each insert would change a page of its
//! own, which halves the speed with millions of messages. So the ids of the newest rows are kept in memory, and are moved to the
//! table `settled_ids` in batches, in the order of the ids: then one page takes several of them. A batch is written in
//! small steps, one for every [`STEP`] messages, so that no message waits for long. After a restart, the ids that were in
//! memory are read from the rows, and the batch continues.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
};

use nekonap_ids::MessageId;
use rusqlite::{Connection, OptionalExtension, params};

/// Ids in a batch. Up to twice as many are in memory, in some 2 MiB. (A hash table of this size fills its memory.)
const BATCH: usize = 57_344;

/// Messages after which a step is due, and ids that a step moves.
const STEP: usize = 256;

/// Number of deleted rows after which the next batch deletes their entries from `settled_ids`.
const DELETED: i64 = 1_000_000;

/// The ids that are not all in `settled_ids` yet.
#[derive(Debug)]
pub(crate) struct NewIds {
    ids: Mutex<Ids>,
    /// Ids in a batch, ids in a step, and deleted rows after which entries are deleted.
    batch: usize,
    step: usize,
    deleted: i64,
    /// Number of the oldest row.
    oldest: AtomicI64,
    /// `settled_ids` has no entries of rows below this number.
    cleaned: AtomicI64,
    /// Messages recorded since the last step.
    unsettled: AtomicUsize,
}

#[derive(Debug, Default)]
struct Ids {
    /// Row numbers of the rows after the batch. May also have numbers of rows that were rolled back.
    new: HashMap<MessageId, i64>,
    batch: Batch,
}

/// Ids that are being moved.
#[derive(Debug, Default)]
struct Batch {
    /// Counts the batches.
    number: u64,
    /// With their row numbers, in the order of the ids. Empty: no batch.
    ids: Vec<(MessageId, i64)>,
    /// How many of them are in `settled_ids`.
    settled: usize,
    /// Entries of rows below this number are deleted. `None`: none are.
    clean: Option<i64>,
}

/// A part of a batch, to be written in one job.
#[derive(Debug)]
pub(crate) struct Step {
    /// Number of its batch.
    batch: u64,
    /// How many ids of the batch are settled after it.
    settles: usize,
    ids: Vec<(MessageId, i64)>,
    /// The range of ids that the step covers, both ends included.
    range: (i64, i64),
    clean: Option<i64>,
    /// Greatest row number of the batch.
    last: i64,
    /// Whether this is the last step of the batch.
    ends: bool,
}

impl NewIds {
    /// Reads the ids of the rows that are not settled.
    pub(crate) fn load(connection: &Connection) -> rusqlite::Result<Self> {
        Self::with_sizes(connection, BATCH, STEP, DELETED)
    }

    pub(crate) fn with_sizes(
        connection: &Connection,
        batch: usize,
        step: usize,
        deleted: i64,
    ) -> rusqlite::Result<Self> {
        let rows = |range: &str| -> rusqlite::Result<Vec<(MessageId, i64)>> {
            connection
                .prepare(&format!(
                    "SELECT id, number FROM messages, settled WHERE number {range}"
                ))?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        };
        let mut moving = rows("> through AND number <= batch")?;
        moving.sort_unstable();
        let (oldest, cleaned, moved) = connection.query_row(
            "SELECT coalesce((SELECT min(number) FROM messages), 0), cleaned, moved FROM settled",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?)),
        )?;
        Ok(Self {
            ids: Mutex::new(Ids {
                new: rows("> batch")?.into_iter().collect(),
                batch: Batch {
                    number: 0,
                    settled: moving.partition_point(|&(id, _)| i64::from(id.get()) <= moved),
                    ids: moving,
                    clean: None,
                },
            }),
            batch,
            step,
            deleted,
            oldest: AtomicI64::new(oldest),
            cleaned: AtomicI64::new(cleaned),
            // So that restarts in short intervals do not let the memory grow.
            unsettled: AtomicUsize::new(step),
        })
    }

    /// The number of the row with this id. The connection must not have read anything in its transaction yet, unless it is the
    /// writer's: an id that leaves the memory afterwards would not be found.
    pub(crate) fn row(
        &self,
        connection: &Connection,
        id: MessageId,
    ) -> rusqlite::Result<Option<i64>> {
        if let Some(number) = self.ids().number(id) {
            let found = connection
                .prepare_cached("SELECT number FROM messages WHERE number = ?1 AND id = ?2")?
                .query_row(params![number, id], |row| row.get(0))
                .optional()?;
            if found.is_some() {
                return Ok(found);
            }
        }
        connection
            .prepare_cached(
                "SELECT number FROM messages
                 WHERE number = (SELECT number FROM settled_ids WHERE id = ?1) AND id = ?1",
            )?
            .query_row([id], |row| row.get(0))
            .optional()
    }

    /// Adds the id of a row that was inserted.
    pub(crate) fn add(&self, id: MessageId, number: i64) {
        self.ids().new.insert(id, number);
    }

    /// Sets the number of the oldest row, after rows were deleted.
    pub(crate) fn set_oldest(&self, number: i64) {
        self.oldest.store(number, Ordering::Relaxed);
    }

    /// The next step, if it is due after this many further messages.
    pub(crate) fn due(&self, recorded: usize) -> Option<Step> {
        let unsettled = self.unsettled.fetch_add(recorded, Ordering::Relaxed) + recorded;
        if unsettled < self.step {
            return None;
        }
        self.unsettled.store(0, Ordering::Relaxed);
        let oldest = self.oldest.load(Ordering::Relaxed);
        let deleted = oldest - self.cleaned.load(Ordering::Relaxed);
        let clean = (deleted >= self.deleted).then_some(oldest);
        self.ids().next_step(self.batch, self.step, clean)
    }

    /// Notes that a step is committed. Its batch leaves the memory with its last step.
    pub(crate) fn written(&self, step: &Step) {
        let batch = &mut self.ids().batch;
        // It is the step of an earlier batch if it was written twice.
        if batch.number != step.batch {
            return;
        }
        batch.settled = batch.settled.max(step.settles);
        if batch.settled == batch.ids.len() {
            if let Some(cleaned) = batch.clean {
                self.cleaned.store(cleaned, Ordering::Relaxed);
            }
            batch.ids = Vec::new();
        }
    }

    fn ids(&self) -> MutexGuard<'_, Ids> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ids {
    /// The row number of an id in memory.
    fn number(&self, id: MessageId) -> Option<i64> {
        let settling = || {
            let ids = &self.batch.ids;
            let at = ids.binary_search_by_key(&id, |&(id, _)| id).ok()?;
            ids.get(at).map(|&(_, number)| number)
        };
        self.new.get(&id).copied().or_else(settling)
    }

    /// The next step. Begins a batch if there is none and enough ids are new.
    fn next_step(&mut self, batch: usize, step: usize, clean: Option<i64>) -> Option<Step> {
        if self.batch.ids.is_empty() {
            if self.new.len() < batch {
                return None;
            }
            let mut ids: Vec<(MessageId, i64)> = self.new.drain().collect();
            ids.sort_unstable();
            self.batch = Batch {
                number: self.batch.number + 1,
                ids,
                settled: 0,
                clean,
            };
        }
        let Batch {
            number,
            ids,
            settled,
            clean,
        } = &self.batch;
        let (before, rest) = ids.split_at(*settled);
        let (now, later) = rest.split_at(rest.len().min(step));
        let end = |ids: &[(MessageId, i64)]| ids.last().map(|&(id, _)| i64::from(id.get()));
        // Together the ranges of a batch cover all ids.
        let first = end(before).map_or(0, |last| last + 1);
        let last = later
            .first()
            .and_then(|_| end(now))
            .unwrap_or(i64::from(i32::MAX));
        let greatest = ids.iter().map(|&(_, number)| number).max();
        Some(Step {
            batch: *number,
            settles: settled + now.len(),
            ids: now.to_vec(),
            range: (first, last),
            clean: *clean,
            last: greatest.unwrap_or_default(),
            ends: later.is_empty(),
        })
    }
}

impl Step {
    /// Writes the step. Writing it again changes nothing.
    pub(crate) fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        if let Some(oldest) = self.clean {
            connection
                .prepare_cached(
                    "DELETE FROM settled_ids WHERE id BETWEEN ?1 AND ?2 AND number < ?3",
                )?
                .execute(params![self.range.0, self.range.1, oldest])?;
        }
        let mut insert = connection
            .prepare_cached("INSERT OR REPLACE INTO settled_ids (id, number) VALUES (?1, ?2)")?;
        for (id, number) in &self.ids {
            insert.execute(params![id, number])?;
        }
        if self.ends {
            connection
                .prepare_cached(
                    "UPDATE settled SET through = ?1, batch = ?1, moved = 0, cleaned = coalesce(?2, cleaned)",
                )?
                .execute(params![self.last, self.clean])?;
        } else {
            connection
                .prepare_cached("UPDATE settled SET batch = ?1, moved = ?2")?
                .execute([self.last, self.range.1])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BATCH: usize = 20;
    const STEP: usize = 6;
    const DELETED: i64 = 30;

    /// An archive's tables in memory.
    fn tables() -> Connection {
        let connection = Connection::open_in_memory().expect("SQLite works");
        for migration in crate::MIGRATIONS {
            connection.execute_batch(migration).expect("a schema");
        }
        connection
    }

    fn load(connection: &Connection) -> NewIds {
        NewIds::with_sizes(connection, BATCH, STEP, DELETED).expect("loaded")
    }

    /// An id without order.
    fn id(number: i64) -> MessageId {
        MessageId::new((number * 7_919) % 100_003 + 1).expect("an id")
    }

    fn insert(connection: &Connection, new_ids: &NewIds, number: i64) {
        connection
            .execute(
                "INSERT INTO messages (number, id, place, sequence, recorded) VALUES (?1, ?2, 40003, ?1, 0)",
                params![number, id(number)],
            )
            .expect("inserted");
        new_ids.add(id(number), number);
    }

    fn settled(connection: &Connection) -> i64 {
        connection
            .query_row("SELECT count(*) FROM settled_ids", [], |row| row.get(0))
            .expect("counted")
    }

    fn found(connection: &Connection, new_ids: &NewIds, number: i64) -> bool {
        let row = new_ids.row(connection, id(number)).expect("read");
        assert!(row.is_none_or(|row| row == number), "{row:?} is of another");
        row.is_some()
    }

    #[test]
    fn every_id_is_found_while_batches_are_moved_and_after_each_restart() {
        let connection = tables();
        let mut new_ids = load(&connection);
        for number in 1..=500 {
            insert(&connection, &new_ids, number);
            if let Some(step) = new_ids.due(1) {
                assert!(step.ids.len() <= STEP);
                step.write(&connection).expect("written");
                // Between the commit and the note, an id is in both places.
                assert!((1..=number).all(|number| found(&connection, &new_ids, number)));
                new_ids.written(&step);
            }
            assert!((1..=number).all(|number| found(&connection, &new_ids, number)));
            assert!(!found(&connection, &new_ids, number + 1));
            // More often than a batch ends.
            if number % 17 == 0 {
                new_ids = load(&connection);
            }
        }
        assert!(settled(&connection) >= 400, "{}", settled(&connection));
    }

    #[test]
    fn step_that_was_not_written_is_taken_again_and_a_second_note_of_it_changes_nothing() {
        let connection = tables();
        let new_ids = load(&connection);
        let count = i64::try_from(BATCH).expect("small");
        (1..=count).for_each(|number| insert(&connection, &new_ids, number));
        let lost = new_ids.due(STEP).expect("due");
        let again = new_ids.due(STEP).expect("due");
        assert_eq!(lost.ids, again.ids);
        let mut steps = vec![again];
        loop {
            let step = steps.last().expect("one");
            step.write(&connection).expect("written");
            new_ids.written(step);
            match new_ids.due(STEP) {
                Some(step) => steps.push(step),
                None => break,
            }
        }
        assert_eq!(steps.len(), BATCH.div_ceil(STEP));
        assert_eq!(settled(&connection), count);
        (count + 1..=2 * count).for_each(|number| insert(&connection, &new_ids, number));
        let next = new_ids.due(STEP).expect("due");
        new_ids.written(&lost);
        assert_eq!(new_ids.due(STEP).expect("due").ids, next.ids);
    }

    #[test]
    fn ids_of_rows_that_were_rolled_back_or_deleted_are_free() {
        let connection = tables();
        let new_ids = load(&connection);
        connection.execute_batch("SAVEPOINT job").expect("begun");
        insert(&connection, &new_ids, 1);
        connection
            .execute_batch("ROLLBACK TO job; RELEASE job")
            .expect("rolled back");
        assert!(!found(&connection, &new_ids, 1));
        // Another message gets the row number.
        connection
            .execute(
                "INSERT INTO messages (number, id, place, recorded) VALUES (1, 5, 40003, 0)",
                [],
            )
            .expect("inserted");
        assert!(!found(&connection, &new_ids, 1));
        connection
            .execute("DELETE FROM messages", [])
            .expect("deleted");

        let mut number = 0;
        let mut write_all = |messages: i64| {
            for _ in 0..messages {
                number += 1;
                insert(&connection, &new_ids, number);
                if let Some(step) = new_ids.due(1) {
                    step.write(&connection).expect("written");
                    new_ids.written(&step);
                }
            }
            number
        };
        let kept = write_all(100);
        connection
            .execute("DELETE FROM messages WHERE number <= 80", [])
            .expect("deleted");
        new_ids.set_oldest(81);
        assert!((1..=80).all(|number| !found(&connection, &new_ids, number)));
        assert!((81..=kept).all(|number| found(&connection, &new_ids, number)));
        // The next whole batch deletes their entries.
        let newest = write_all(60);
        assert!((81..=newest).all(|number| found(&connection, &new_ids, number)));
        let stale: i64 = connection
            .query_row(
                "SELECT count(*) FROM settled_ids WHERE number <= 80",
                [],
                |row| row.get(0),
            )
            .expect("counted");
        assert_eq!(stale, 0);
        let cleaned: i64 = connection
            .query_row("SELECT cleaned FROM settled", [], |row| row.get(0))
            .expect("read");
        assert_eq!(cleaned, 81);
    }
}
