//! What a large archive costs: 5 million messages, compared with an archive that is nearly empty.

use crate::{Row, load::median};
use nekonap_archive::{Archive, Arrival, Config, Entry, Record};
use nekonap_ids::{Conversation, GroupUin, MessageId, Sequence, Uin};
use nekonap_sqlite::rusqlite::{self, Connection, params};
use std::{
    path::Path,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

const KEPT: u64 = 5_000_000;
const GROUPS: u64 = 200;
/// Rounds, each of which measures both archives. The result is the median.
const ROUNDS: u64 = 5;
/// Messages that a round records, in calls of [`BATCH`].
const RECORDED: u64 = 20_000;
const BATCH: u64 = 50;
/// Lookups in a round.
const LOOKUPS: u64 = 20_000;

/// Group, sequence and id of a message. Successive numbers belong to successive groups.
fn message(number: u64) -> (Conversation, Sequence, MessageId) {
    let group = GroupUin::new(30_001 + number % GROUPS).expect("a group");
    let id = (1 << 30) + (scattered(number) >> 34).cast_signed();
    (
        Conversation::Group(group),
        Sequence::new(number / GROUPS + 1),
        MessageId::new(id).expect("an id"),
    )
}

/// A number without order, like that of a hash (SplitMix64).
fn scattered(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Time of the first message, Unix seconds. Recent: the archive deletes messages after 30 days.
fn start() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("a clock").as_secs() - 10 * 86_400
}

/// Adds messages to an empty archive that no process has open. They are recent, and in other groups than those of the demo.
///
/// # Errors
/// The file is not an archive, or cannot be written.
pub(crate) fn fill(path: &Path, messages: u64) -> rusqlite::Result<()> {
    let connection = Connection::open(path)?;
    connection.execute_batch("PRAGMA synchronous = OFF; BEGIN; DROP INDEX messages_by_sequence")?;
    let mut insert = connection.prepare(
        "INSERT INTO messages (id, place, sequence, recorded, reported, sender, time, random, elements)
         VALUES (?1, ?2, ?3, ?4, 1, ?5, ?4, ?6, ?7)",
    )?;
    let start = start();
    for number in 0..messages {
        let (conversation, sequence, id) = message(number);
        let group = conversation.group().expect("a group").get();
        insert.execute(params![
            id,
            (group << 1 | 1).cast_signed(),
            sequence,
            (start + number / 20).cast_signed(),
            10_001 + (number % 5_000).cast_signed(),
            (scattered(number) >> 32).cast_signed(),
            [0x5a_u8; 90]
        ])?;
    }
    drop(insert);
    // Creating indexes after the inserts is faster than updating them on each insert. Of two messages with one id, the
    // newer is found.
    connection.execute_batch(
        "INSERT OR REPLACE INTO settled_ids SELECT id, number FROM messages ORDER BY id, number;
         UPDATE settled SET (through, batch) = (SELECT max(number), max(number) FROM messages)
         WHERE EXISTS (SELECT 1 FROM messages);
         CREATE UNIQUE INDEX messages_by_sequence ON messages (place, sequence) WHERE sequence IS NOT NULL;
         COMMIT",
    )?;
    connection.close().map_err(|(_, error)| error)
}

/// Records messages with these numbers; returns how many per second, and their ids.
async fn record(archive: &Archive, first: u64) -> (f64, Vec<MessageId>) {
    let mut ids = Vec::new();
    let begin = Instant::now();
    for first in (first..first + RECORDED).step_by(usize::try_from(BATCH).expect("small")) {
        let entries = (first..first + BATCH).map(|number| {
            let (conversation, sequence, _) = message(number);
            Entry {
                record: Record {
                    conversation,
                    sequence: Some(sequence),
                    client_sequence: 0,
                    random: 7,
                    time: start(),
                    sender: Uin::new(10_002).expect("an account"),
                    own: false,
                    elements: vec![0x5a; 90],
                },
                arrival: Arrival::Pushed,
            }
        });
        let recorded = archive.record(entries.collect()).await.expect("recorded");
        ids.extend(recorded.iter().map(|recorded| recorded.id));
    }
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let rate = RECORDED as f64 / begin.elapsed().as_secs_f64();
    (rate, ids)
}

/// Lookups per second by id.
async fn look_up(archive: &Archive, id: impl Fn(u64) -> MessageId) -> f64 {
    let begin = Instant::now();
    for number in 0..LOOKUPS {
        let found = archive.message(id(scattered(number))).await.expect("read");
        assert!(found.is_some(), "it is kept");
    }
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let rate = LOOKUPS as f64 / begin.elapsed().as_secs_f64();
    rate
}

pub(crate) async fn rows() -> Vec<Row> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut archives = Vec::new();
    for kept in [KEPT, RECORDED] {
        let directory = folder.path().join(kept.to_string());
        std::fs::create_dir(&directory).expect("created");
        let config = Config {
            directory: Some(directory.clone()),
            ..Config::default()
        };
        let account = Uin::new(10_001).expect("an account");
        let open = || Archive::open(account, config.clone());
        open().await.expect("created").0.close().await;
        fill(&directory.join("archive.db"), kept).expect("SQLite works");
        archives.push((kept, open().await.expect("opened").0));
    }
    let mut figures: [[Vec<f64>; 3]; 2] = Default::default();
    for round in 0..ROUNDS {
        for ((kept, archive), figures) in archives.iter().zip(&mut figures) {
            let (rate, ids) = record(archive, kept + round * RECORDED).await;
            figures[0].push(rate);
            let new = |any: u64| ids[usize::try_from(any % RECORDED).expect("small")];
            figures[1].push(look_up(archive, new).await);
            // The oldest may have been deleted for the new ones.
            let some = |any: u64| message(kept / 2 + any % (kept / 2)).2;
            figures[2].push(look_up(archive, some).await);
        }
    }
    let [large, small] = figures;
    let whats = [
        "archive of 5 million messages, recorded",
        "archive of 5 million messages, lookups of new ones by id",
        "archive of 5 million messages, lookups of any by id",
    ];
    whats
        .into_iter()
        .zip(large.into_iter().zip(small))
        .map(|(what, (mut large, mut small))| Row {
            what,
            figure: median(&mut large),
            unit: "/s",
            baseline: Some(("an archive of 20,000", median(&mut small))),
            reach: ">= 0.9",
        })
        .collect()
}
