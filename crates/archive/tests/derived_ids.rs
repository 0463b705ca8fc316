//! Ids derived from messages (protocol/02 §12): they agree between archives, and a collision takes the next free id.
//!
//! The colliding sequences were searched with Python's hashlib.

use std::path::Path;

use nekonap_archive::{Archive, Arrival, Config, Entry, Record};
use nekonap_ids::{Conversation, Sequence, Uin};
use rusqlite::{Connection, params};

/// `group:20001:24514` and `private:10001:10002:17362` have the same first 30 bits.
const COLLIDING: [(&str, u64); 2] = [("group:20001", 24_514), ("friend:10002", 17_362)];
const COLLISION: i32 = 1_392_261_977;

/// In the group 20001 the first two collide, and the third derives the id after theirs.
const CHAIN: [u64; 3] = [71_890, 831_817, 1_531_709];
const CHAIN_START: i32 = 1_289_518_808;

/// `group:20001:518927` derives an id near the end of the range.
const NEAR_THE_END: u64 = 518_927;
const NEAR_THE_END_ID: i32 = i32::MAX - 117;

fn uin(number: u64) -> Uin {
    Uin::new(number).expect("an account")
}

fn conversation(text: &str) -> Conversation {
    text.parse().expect("a conversation")
}

fn record_at(place: &str, sequence: u64) -> Record {
    Record {
        conversation: conversation(place),
        sequence: Some(Sequence::new(sequence)),
        client_sequence: 0,
        random: 7,
        time: 1_700_000_000,
        sender: uin(10_003),
        own: false,
        elements: format!("{place} {sequence}").into_bytes(),
    }
}

async fn open(account: u64, directory: Option<&Path>) -> Archive {
    let config = Config {
        directory: directory.map(Path::to_path_buf),
        ..Config::default()
    };
    let (archive, set_aside) = Archive::open(uin(account), config).await.expect("opened");
    assert_eq!(set_aside, None);
    archive
}

/// Records a pushed message. Returns its id and whether it is reported.
async fn push(archive: &Archive, record: Record) -> (i32, bool) {
    let entry = Entry {
        record,
        arrival: Arrival::Pushed,
    };
    let recorded = archive.record_one(entry).await.expect("recorded");
    (recorded.id.get(), recorded.report)
}

/// Looks up the message by its place and by its id, and returns the id.
async fn resolves(archive: &Archive, record: &Record) -> i32 {
    let sequence = record.sequence.expect("a sequence");
    let at = archive.at(record.conversation, sequence).await;
    let id = at.expect("read").expect("known").id;
    let stored = archive.message(id).await.expect("read").expect("known");
    assert_eq!(stored.record.as_ref(), Some(record));
    id.get()
}

#[tokio::test]
async fn accounts_in_one_group_give_a_message_the_same_id() {
    let (one, other) = (open(10_001, None).await, open(10_002, None).await);
    for sequence in 1..100 {
        let message = record_at("group:20001", sequence);
        let id = push(&one, message.clone()).await;
        assert_eq!(push(&other, message).await, id);
    }
}

#[tokio::test]
async fn both_sides_of_a_private_chat_give_a_message_the_same_id() {
    let (one, other) = (open(10_001, None).await, open(10_002, None).await);
    let id = push(&one, record_at("friend:10002", 5)).await;
    assert_eq!(push(&other, record_at("friend:10001", 5)).await, id);
    let through_a_group = record_at("temporary:20001:10002", 6);
    let id = push(&one, through_a_group).await;
    assert_eq!(
        push(&other, record_at("temporary:20001:10001", 6)).await,
        id
    );
}

#[tokio::test]
async fn colliding_message_gets_the_next_id_and_both_resolve() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(10_001, Some(folder.path())).await;
    let [group, private] = COLLIDING.map(|(place, sequence)| record_at(place, sequence));
    assert_eq!(push(&archive, group.clone()).await, (COLLISION, true));
    assert_eq!(push(&archive, private.clone()).await, (COLLISION + 1, true));
    archive.close().await;

    let archive = open(10_001, Some(folder.path())).await;
    assert_eq!(
        push(&archive, private.clone()).await,
        (COLLISION + 1, false)
    );
    assert_eq!(resolves(&archive, &group).await, COLLISION);
    assert_eq!(resolves(&archive, &private).await, COLLISION + 1);

    // In the other order, the other message gets the next id.
    let archive = open(10_001, None).await;
    assert_eq!(push(&archive, private).await, (COLLISION, true));
    assert_eq!(push(&archive, group).await, (COLLISION + 1, true));
}

#[tokio::test]
async fn message_whose_derived_id_was_taken_by_a_collision_gets_the_next_id() {
    let archive = open(10_001, None).await;
    let place = conversation("group:20001");
    // A quoted message uses an id like any other.
    let quoted = archive.id_at(place, Sequence::new(CHAIN[0])).await;
    assert_eq!(quoted.expect("recorded").get(), CHAIN_START);
    let batch = CHAIN[1..].iter().map(|sequence| Entry {
        record: record_at("group:20001", *sequence),
        arrival: Arrival::Fetched,
    });
    let recorded = archive.record(batch.collect()).await.expect("recorded");
    let ids: Vec<i32> = recorded.iter().map(|recorded| recorded.id.get()).collect();
    assert_eq!(ids, [CHAIN_START + 1, CHAIN_START + 2]);
    for sequence in &CHAIN[1..] {
        resolves(&archive, &record_at("group:20001", *sequence)).await;
    }
}

#[tokio::test]
async fn search_for_a_free_id_wraps_to_the_start_of_the_range() {
    let folder = tempfile::tempdir().expect("a folder");
    open(10_001, Some(folder.path())).await.close().await;
    let connection = Connection::open(folder.path().join("archive.db")).expect("opened");
    let taken = (NEAR_THE_END_ID..=i32::MAX).chain([1 << 30]);
    for (sequence, id) in (1..).zip(taken) {
        connection
            .execute(
                "INSERT INTO messages (id, place, sequence, recorded) VALUES (?1, 60005, ?2, 4000000000)",
                params![id, sequence],
            )
            .expect("inserted");
    }
    connection.close().expect("closed");

    let archive = open(10_001, Some(folder.path())).await;
    let message = record_at("group:20001", NEAR_THE_END);
    assert_eq!(push(&archive, message.clone()).await, ((1 << 30) + 1, true));
    resolves(&archive, &message).await;
    let archive = open(10_001, None).await;
    assert_eq!(push(&archive, message).await, (NEAR_THE_END_ID, true));
}

/// Creates an archive with the first schema, whose ids come from a counter.
fn first_schema(directory: &Path) {
    let connection = Connection::open(directory.join("archive.db")).expect("created");
    connection
        .execute_batch(include_str!("../src/schema/1.sql"))
        .expect("the schema");
    connection
        .execute_batch(
            "PRAGMA user_version = 1;
             INSERT INTO facts (name, value) VALUES ('next_id', 1392266072);
             INSERT INTO messages (id, place, via, sequence, recorded, told, sender, own, time, random, elements) VALUES
                 (1392261976, 40003, NULL, 1, 4000000000, 1, 10003, 0, 1700000000, 7, CAST('group:20001 1' AS BLOB)),
                 (1392261977, 20004, 20001, 2, 4000000000, 0, 10003, 0, 1700000000, 7, CAST('old' AS BLOB));
             INSERT INTO messages (id, place, sequence, recorded) VALUES (1392261978, 40003, 3, 4000000000);
             INSERT INTO messages (id, place, recorded, sender, own, time, random, elements) VALUES
                 (1392261979, 40003, 4000000000, 10001, 1, 1700000000, 99, CAST('maybe' AS BLOB));
             UPDATE messages SET recalled_at = 5, recalled_by = 10003 WHERE id = 1392261977;
             INSERT INTO places VALUES (40003, 1, 1392261976, NULL, 1, 1700000000, 10003);",
        )
        .expect("filled");
}

#[tokio::test]
async fn ids_of_an_archive_with_the_first_schema_stay_valid() {
    let folder = tempfile::tempdir().expect("a folder");
    first_schema(folder.path());
    let archive = open(10_001, Some(folder.path())).await;
    // Messages with content, quoted ones and sends without an answer keep their ids and marks.
    let message = record_at("group:20001", 1);
    assert_eq!(resolves(&archive, &message).await, 1_392_261_976);
    assert_eq!(push(&archive, message).await, (1_392_261_976, false));
    let stored = archive
        .at(conversation("friend:10002"), Sequence::new(2))
        .await
        .expect("read")
        .expect("known");
    assert_eq!(stored.id.get(), 1_392_261_977);
    assert_eq!(stored.conversation, conversation("temporary:20001:10002"));
    assert_eq!(stored.recalled.expect("recalled").by, Some(uin(10_003)));
    let quoted = record_at("group:20001", 3);
    assert_eq!(push(&archive, quoted.clone()).await, (1_392_261_978, true));
    resolves(&archive, &quoted).await;
    let echo = Record {
        own: true,
        random: 99,
        sender: uin(10_001),
        ..record_at("group:20001", 4)
    };
    assert_eq!(push(&archive, echo).await, (1_392_261_979, true));
    let recents = archive.recents(5).await.expect("read");
    assert_eq!(recents.len(), 1);
    // A new message whose derived id is in use by an old message gets the next free id.
    let (place, sequence) = COLLIDING[0];
    assert_eq!(
        push(&archive, record_at(place, sequence)).await,
        (1_392_261_980, true)
    );
}
