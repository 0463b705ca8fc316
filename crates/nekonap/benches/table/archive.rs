//! Cost of derived message ids: the archive's table with 5 million messages, compared with a table that has sequential ids
//! as its row numbers.

use crate::{Row, load::median};
use nekonap_sqlite::rusqlite::{self, Connection, OptionalExtension, Statement, params};
use std::{
    path::Path,
    sync::LazyLock,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

const KEPT: u64 = 5_000_000;
const GROUPS: u64 = 200;
/// Rounds, each of which measures both tables. The result is the median.
const ROUNDS: u64 = 5;
/// Messages that a round inserts, in transactions of [`BATCH`].
const INSERTED: u32 = 20_000;
const BATCH: u32 = 50;
/// Lookups in a round.
const LOOKUPS: u32 = 50_000;
/// Messages that count as new.
const NEW: u64 = 20_000;

/// Time of the first message, Unix seconds. Recent: the archive deletes messages after 30 days.
static START: LazyLock<i64> = LazyLock::new(|| {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("a clock").as_secs().cast_signed() - 10 * 86_400
});

/// A table of messages.
struct Table {
    connection: Connection,
    derived: bool,
}

/// Place, sequence and id of a message. Successive numbers belong to successive groups.
fn message(number: u64, derived: bool) -> (i64, i64, i64) {
    let (group, sequence) = (30_001 + number % GROUPS, number / GROUPS + 1);
    let id = if derived {
        scattered(number) >> 34
    } else {
        number
    };
    let column = u64::cast_signed;
    (
        column(group << 1 | 1),
        column(sequence),
        column((1 << 30) + id),
    )
}

/// A number without order, like that of a hash (SplitMix64).
fn scattered(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

impl Table {
    /// Creates a table with [`KEPT`] messages. The table with sequential ids has the archive's first schema, with the
    /// indexes of today.
    fn fill(path: &Path, derived: bool) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")?;
        connection.execute_batch(include_str!("../../../archive/src/schema/1.sql"))?;
        if derived {
            connection.execute_batch(include_str!("../../../archive/src/schema/2.sql"))?;
        }
        connection.execute_batch(include_str!("../../../archive/src/schema/5.sql"))?;
        insert_all(&connection, KEPT, derived)?;
        // The same settings as in the archive.
        connection.close().map_err(|(_, error)| error)?;
        let connection = Connection::open(path)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -512;
             PRAGMA journal_size_limit = 8388608",
        )?;
        Ok(Self {
            connection,
            derived,
        })
    }

    /// Inserted messages per second. As in the archive, each message is looked up by its place first.
    fn inserts(&self, first: u64) -> rusqlite::Result<f64> {
        let mut known = self
            .connection
            .prepare("SELECT id FROM messages WHERE place = ?1 AND sequence = ?2")?;
        let mut insert = self
            .connection
            .prepare(&insert_sql(self.derived, "ON CONFLICT (id) DO NOTHING"))?;
        let start = Instant::now();
        for batch in 0..INSERTED / BATCH {
            let first = first + u64::from(batch * BATCH);
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
            for number in first..first + u64::from(BATCH) {
                let (place, sequence, _) = message(number, self.derived);
                let found: Option<i64> = known
                    .query_row(params![place, sequence], |row| row.get(0))
                    .optional()?;
                assert_eq!(found, None, "it is new");
                insert_one(&mut insert, number, self.derived)?;
            }
            self.connection.execute_batch("COMMIT")?;
        }
        Ok(f64::from(INSERTED) / start.elapsed().as_secs_f64())
    }

    /// Lookups per second by id. `which` chooses a message for a random number.
    fn lookups(&self, which: impl Fn(u64) -> u64) -> rusqlite::Result<f64> {
        let mut find = self
            .connection
            .prepare("SELECT elements FROM messages WHERE id = ?1")?;
        let start = Instant::now();
        for number in 0..LOOKUPS {
            let (_, _, id) = message(which(scattered(u64::from(number))), self.derived);
            let found: Option<Vec<u8>> = find.query_row([id], |row| row.get(0)).optional()?;
            assert!(found.is_some(), "it is kept");
        }
        Ok(f64::from(LOOKUPS) / start.elapsed().as_secs_f64())
    }
}

fn insert_sql(derived: bool, conflict: &str) -> String {
    let reported = if derived { "reported" } else { "told" };
    format!(
        "INSERT INTO messages (id, place, sequence, recorded, {reported}, sender, time, random, elements)
         VALUES (?1, ?2, ?3, ?4, 1, ?5, ?4, ?6, ?7) {conflict}"
    )
}

/// Adds messages to an empty archive that no process has open. They are recent, and in other groups than those of the demo.
///
/// # Errors
/// The file is not an archive, or cannot be written.
pub(crate) fn fill(path: &Path, messages: u64) -> rusqlite::Result<()> {
    let connection = Connection::open(path)?;
    connection.execute_batch("PRAGMA synchronous = OFF")?;
    insert_all(&connection, messages, true)?;
    connection.close().map_err(|(_, error)| error)
}

/// Inserts messages into an empty table.
fn insert_all(connection: &Connection, messages: u64, derived: bool) -> rusqlite::Result<()> {
    // Creating an index after the inserts is faster than updating it on each insert.
    let indexes: Vec<(String, String)> = connection
        .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'messages' AND sql NOT NULL")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    connection.execute_batch("BEGIN")?;
    for (name, _) in &indexes {
        connection.execute(&format!("DROP INDEX {name}"), [])?;
    }
    let mut insert = connection.prepare(&insert_sql(derived, ""))?;
    for number in 0..messages {
        insert_one(&mut insert, number, derived)?;
    }
    if derived {
        connection.execute(
            "DELETE FROM messages WHERE number IN
             (SELECT number FROM (SELECT number, lag(id) OVER (ORDER BY id) = id AS taken FROM messages) WHERE taken)",
            [],
        )?;
    }
    for (_, sql) in &indexes {
        connection.execute_batch(sql)?;
    }
    connection.execute_batch("COMMIT")
}

fn insert_one(insert: &mut Statement<'_>, number: u64, derived: bool) -> rusqlite::Result<()> {
    let (place, sequence, id) = message(number, derived);
    let time = *START + (number / 20).cast_signed();
    let sender = 10_001 + (number % 5_000).cast_signed();
    let random = (scattered(number) >> 32).cast_signed();
    insert.execute(params![
        id,
        place,
        sequence,
        time,
        sender,
        random,
        [0x5a_u8; 90]
    ])?;
    Ok(())
}

pub(crate) fn rows() -> Vec<Row> {
    measure().expect("SQLite works")
}

fn measure() -> rusqlite::Result<Vec<Row>> {
    let folder = tempfile::tempdir().expect("a folder");
    let tables = [
        Table::fill(&folder.path().join("derived.db"), true)?,
        Table::fill(&folder.path().join("sequential.db"), false)?,
    ];
    let mut figures: [[Vec<f64>; 3]; 2] = Default::default();
    for round in 0..ROUNDS {
        for (table, figures) in tables.iter().zip(&mut figures) {
            let first = KEPT + round * u64::from(INSERTED);
            let last = first + u64::from(INSERTED) - 1;
            figures[0].push(table.inserts(first)?);
            figures[1].push(table.lookups(|any| last - any % NEW)?);
            figures[2].push(table.lookups(|any| any % KEPT)?);
        }
    }
    let [derived, sequential] = figures;
    let whats = [
        "archive of 5 million messages, inserts",
        "archive of 5 million messages, lookups of new ones by id",
        "archive of 5 million messages, lookups of any by id",
    ];
    Ok(whats
        .into_iter()
        .zip(derived.into_iter().zip(sequential))
        .map(|(what, (mut derived, mut sequential))| Row {
            what,
            figure: median(&mut derived),
            unit: "/s",
            baseline: Some(("sequential ids", median(&mut sequential))),
            reach: ">= 0.9",
        })
        .collect())
}
