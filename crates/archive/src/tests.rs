//! An archive on a full disk: messages still get their derived ids, and each message is reported once.

use nekonap_ids::{Conversation, Sequence, Uin};

use crate::{Archive, Arrival, Config, Entry, Recall, Record};

fn conversation() -> Conversation {
    "group:20001".parse().expect("a conversation")
}

fn uin(number: u64) -> Uin {
    Uin::new(number).expect("an account")
}

/// A message large enough to need new database pages.
fn large(sequence: u64) -> Record {
    Record {
        conversation: conversation(),
        sequence: Some(Sequence::new(sequence)),
        client_sequence: 0,
        random: 7,
        time: 1_700_000_000,
        sender: uin(10_002),
        own: false,
        elements: vec![b'x'; 50_000],
    }
}

async fn open(folder: &tempfile::TempDir) -> Archive {
    let config = Config {
        directory: Some(folder.path().to_path_buf()),
        ..Config::default()
    };
    let (archive, _) = Archive::open(uin(10_001), config).await.expect("opened");
    archive
}

/// Limits the database to its current size, or removes the limit.
async fn set_full(archive: &Archive, full: bool) {
    let pages = if full { 1 } else { 1_000_000 };
    archive
        .store
        .0
        .database
        .write(move |connection| {
            connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
        })
        .await
        .expect("set");
}

async fn record(archive: &Archive, record: Record, arrival: Arrival) -> (i32, bool) {
    let entry = Entry { record, arrival };
    let recorded = archive.record_one(entry).await.expect("recorded");
    (recorded.id.get(), recorded.report)
}

async fn push(archive: &Archive, message: Record) -> (i32, bool) {
    record(archive, message, Arrival::Pushed).await
}

#[tokio::test]
async fn ids_on_a_full_disk_equal_those_on_a_healthy_disk() {
    let (folder, other) = (
        tempfile::tempdir().expect("a folder"),
        tempfile::tempdir().expect("a folder"),
    );
    let archive = open(&folder).await;
    let healthy = open(&other).await;
    set_full(&archive, true).await;
    for sequence in 1..=5 {
        let expected = push(&healthy, large(sequence)).await;
        assert!(expected.1);
        assert_eq!(push(&archive, large(sequence)).await, expected);
        assert_eq!(push(&archive, large(sequence)).await, (expected.0, false));
    }
    assert!(!archive.healthy());

    set_full(&archive, false).await;
    let expected = push(&healthy, large(1)).await;
    assert_eq!(
        push(&archive, large(1)).await,
        expected,
        "not reported again"
    );
    assert!(archive.healthy());
    let stored = archive.at(conversation(), Sequence::new(1)).await;
    let stored = stored.expect("read").expect("it has a row now");
    assert_eq!(stored.id.get(), expected.0);
    assert_eq!(stored.record, Some(large(1)));
    archive.close().await;

    // After a restart the archive no longer knows that the others were reported; their ids are the same.
    let archive = open(&folder).await;
    let (id, _) = push(&healthy, large(2)).await;
    assert_eq!(push(&archive, large(2)).await, (id, true));
    assert!(!push(&archive, large(1)).await.1);
}

#[tokio::test]
async fn ids_in_use_are_read_while_the_disk_is_full() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(&folder).await;
    // These two derive the same id, and the third derives the next one.
    let (first, _) = push(&archive, large(71_890)).await;
    set_full(&archive, true).await;
    assert_eq!(push(&archive, large(831_817)).await, (first + 1, true));
    assert_eq!(push(&archive, large(1_531_709)).await, (first + 2, true));
    set_full(&archive, false).await;
    // They keep those ids once they can be written, in any order.
    assert_eq!(push(&archive, large(1_531_709)).await, (first + 2, false));
    assert_eq!(push(&archive, large(831_817)).await, (first + 1, false));
}

#[tokio::test]
async fn id_of_an_unwritten_message_is_not_given_to_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(&folder).await;
    set_full(&archive, true).await;
    let (first, _) = push(&archive, large(71_890)).await;
    set_full(&archive, false).await;
    assert_eq!(push(&archive, large(831_817)).await, (first + 1, true));
    assert_eq!(push(&archive, large(71_890)).await, (first, false));
}

#[tokio::test]
async fn send_without_a_reply_on_a_full_disk_keeps_its_id() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(&folder).await;
    let echo = |random, sequence| Record {
        own: true,
        random,
        sender: uin(10_001),
        ..large(sequence)
    };
    let sent = |random| Record {
        sequence: None,
        ..echo(random, 1)
    };
    set_full(&archive, true).await;
    let one = record(&archive, sent(50), Arrival::Sent).await;
    let other = record(&archive, sent(51), Arrival::Sent).await;
    assert_eq!((one.1, other.1), (false, false));
    assert_ne!(one.0, other.0);
    assert_eq!(push(&archive, echo(50, 1)).await, (one.0, true));
    set_full(&archive, false).await;
    assert_eq!(push(&archive, echo(50, 1)).await, (one.0, false));
    assert_eq!(push(&archive, echo(51, 2)).await, (other.0, true));
    // A later message with the same random is a different message.
    let later = push(&archive, echo(51, 3)).await;
    assert_ne!(later.0, other.0);
}

#[tokio::test]
async fn row_that_cannot_be_completed_keeps_its_id_and_is_reported_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(&folder).await;
    let quoted = archive.id_at(conversation(), Sequence::new(9)).await;
    let quoted = quoted.expect("recorded").get();
    set_full(&archive, true).await;
    assert_eq!(push(&archive, large(9)).await, (quoted, true));
    set_full(&archive, false).await;
    assert_eq!(push(&archive, large(9)).await, (quoted, false));
    assert_eq!(push(&archive, large(9)).await, (quoted, false));
}

#[tokio::test]
async fn recall_of_a_message_without_a_row_is_reported_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(&folder).await;
    set_full(&archive, true).await;
    let (id, _) = push(&archive, large(3)).await;
    let recall = Recall {
        time: 1_700_000_100,
        by: None,
    };
    for report in [true, false] {
        let recalled = archive
            .recall(conversation(), Sequence::new(3), recall)
            .await
            .expect("recorded");
        assert_eq!((recalled.id.get(), recalled.report), (id, report));
    }
}
