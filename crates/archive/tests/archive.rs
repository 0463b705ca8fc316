//! The public behaviour of the archive.

use nekonap_archive::{Archive, Arrival, Config, Entry, MAX_COLLECTIONS, Recall, Record};
use nekonap_ids::{Conversation, Sequence, Uin};
use std::{collections::HashSet, path::Path};

/// The id of `own:group:20001:99`, computed with Python's hashlib.
const OWN_99: i32 = 2_035_222_730;

fn uin(number: u64) -> Uin {
    Uin::new(number).expect("an account")
}

fn conversation(text: &str) -> Conversation {
    text.parse().expect("a conversation")
}

fn record_at(place: &str, sequence: u64, text: &str) -> Record {
    Record {
        conversation: conversation(place),
        sequence: Some(Sequence::new(sequence)),
        client_sequence: 0,
        random: u32::try_from(sequence).expect("small") + 7,
        time: 1_700_000_000 + sequence,
        sender: uin(10_002),
        own: false,
        elements: text.as_bytes().to_vec(),
    }
}

fn pushed(record: Record) -> Vec<Entry> {
    vec![Entry {
        record,
        arrival: Arrival::Pushed,
    }]
}

async fn open(directory: Option<&Path>) -> Archive {
    let config = Config {
        directory: directory.map(Path::to_path_buf),
        ..Config::default()
    };
    let (archive, set_aside) = Archive::open(uin(10_001), config).await.expect("opened");
    assert_eq!(set_aside, None);
    archive
}

#[tokio::test]
async fn repeated_message_keeps_its_id_across_restarts() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(Some(folder.path())).await;
    let first = archive
        .record(pushed(record_at("group:20001", 5, "hi")))
        .await
        .expect("recorded")[0];
    assert!(first.report);
    let again = archive
        .record(pushed(record_at("group:20001", 5, "hi")))
        .await
        .expect("recorded")[0];
    assert_eq!((again.id, again.report), (first.id, false));
    let other = archive
        .record(pushed(record_at("group:20002", 5, "hi")))
        .await
        .expect("recorded")[0];
    assert_ne!(other.id, first.id);
    archive.close().await;

    let archive = open(Some(folder.path())).await;
    let stored = archive
        .message(first.id)
        .await
        .expect("read")
        .expect("a stored message");
    assert_eq!(
        stored.record.expect("its content"),
        record_at("group:20001", 5, "hi")
    );
    let again = archive
        .record(pushed(record_at("group:20001", 5, "hi")))
        .await
        .expect("recorded")[0];
    assert_eq!((again.id, again.report), (first.id, false));
    let last = archive.last_sequences().await.expect("read");
    assert_eq!(last.len(), 2);
    assert!(last.contains(&(conversation("group:20001"), Sequence::new(5))));
}

/// An own message without a reply to its send, and the same message with its sequence.
fn send_without_reply(random: u32, sequence: u64) -> (Entry, Record) {
    let record = Record {
        own: true,
        sender: uin(10_001),
        random,
        ..record_at("group:20001", sequence, "maybe")
    };
    let sent = Entry {
        record: Record {
            sequence: None,
            ..record.clone()
        },
        arrival: Arrival::Sent,
    };
    (sent, record)
}

#[tokio::test]
async fn send_without_a_reply_keeps_its_id_when_its_echo_arrives() {
    let archive = open(None).await;
    let (sent, echo) = send_without_reply(99, 8);
    let sent = archive.record_one(sent).await.expect("recorded");
    assert_eq!(sent.id.get(), OWN_99, "own:group:20001:99");
    assert!(!sent.report, "the server may not have received it");
    let echo = archive.record(pushed(echo)).await.expect("recorded")[0];
    assert_eq!((echo.id, echo.report), (sent.id, true));
    let stored = archive.message(sent.id).await.expect("read");
    let stored = stored.expect("a stored message");
    assert_eq!(stored.sequence, Some(Sequence::new(8)));
    // A later message with the same random is a different message.
    let (_, later) = send_without_reply(99, 9);
    let later = archive.record(pushed(later)).await.expect("recorded")[0];
    assert_ne!(later.id, sent.id);
}

#[tokio::test]
async fn send_without_a_reply_keeps_its_id_when_history_contains_it() {
    let archive = open(None).await;
    let (sent, record) = send_without_reply(99, 8);
    let sent = archive.record_one(sent).await.expect("recorded");
    let fetched = Entry {
        record,
        arrival: Arrival::Fetched,
    };
    let fetched = archive.record_one(fetched).await.expect("recorded");
    assert_eq!((fetched.id, fetched.report), (sent.id, false));
    let quoted = archive.id_at(conversation("group:20001"), Sequence::new(8));
    assert_eq!(quoted.await.expect("recorded"), sent.id);
}

#[tokio::test]
async fn send_with_an_echo_is_reported_by_its_echo() {
    let archive = open(None).await;
    let record = Record {
        own: true,
        sender: uin(10_001),
        ..record_at("group:20001", 4, "mine")
    };
    let sent = Entry {
        record: record.clone(),
        arrival: Arrival::SentBeforeEcho,
    };
    let sent = archive.record(vec![sent]).await.expect("recorded")[0];
    assert!(!sent.report);
    let recents = archive.recents(1).await.expect("read");
    assert_eq!(recents[0].message, sent.id, "it is the newest");
    for report in [true, false] {
        let echo = archive.record(pushed(record.clone())).await;
        let echo = echo.expect("recorded")[0];
        assert_eq!((echo.id, echo.report), (sent.id, report));
    }
}

#[tokio::test]
async fn quoted_message_has_an_id_and_gets_its_content_later() {
    let archive = open(None).await;
    let place = conversation("friend:10002");
    let named = archive
        .id_at(place, Sequence::new(3))
        .await
        .expect("recorded");
    let stored = archive
        .message(named)
        .await
        .expect("read")
        .expect("a stored message");
    assert_eq!(
        (stored.sequence, stored.record),
        (Some(Sequence::new(3)), None)
    );
    let fetched = Entry {
        record: record_at("friend:10002", 3, "old"),
        arrival: Arrival::Fetched,
    };
    let fetched = archive.record(vec![fetched]).await.expect("recorded")[0];
    assert_eq!((fetched.id, fetched.report), (named, false));
    assert!(
        archive.recents(10).await.expect("read").is_empty(),
        "history does not make a conversation recent"
    );
    // A temporary chat shares the sequences of the private chat.
    let same = archive
        .id_at(conversation("temporary:20001:10002"), Sequence::new(3))
        .await
        .expect("recorded");
    assert_eq!(same, named);
}

#[tokio::test]
async fn recall_is_reported_once() {
    let archive = open(None).await;
    let id = archive
        .record(pushed(record_at("group:20001", 4, "oops")))
        .await
        .expect("recorded")[0]
        .id;
    let recall = Recall {
        time: 1_700_000_100,
        by: Some(uin(10_003)),
    };
    let place = conversation("group:20001");
    for report in [true, false] {
        let recalled = archive
            .recall(place, Sequence::new(4), recall)
            .await
            .expect("marked");
        assert_eq!((recalled.id, recalled.report), (id, report));
    }
    let stored = archive
        .message(id)
        .await
        .expect("read")
        .expect("a stored message");
    assert_eq!(stored.recalled, Some(recall));
    assert!(stored.record.is_some(), "its content is kept");
}

#[tokio::test]
async fn private_message_is_found_by_its_client_sequence() {
    let archive = open(None).await;
    let place = conversation("friend:10002");
    for (sequence, client_sequence) in [(1, 500), (2, 501), (3, 500), (4, 502)] {
        let record = Record {
            client_sequence,
            ..record_at("friend:10002", sequence, "x")
        };
        archive.record(pushed(record)).await.expect("recorded");
    }
    for (number, found) in [(500, Some(3)), (501, Some(2)), (503, None)] {
        let stored = archive.by_client_sequence(place, number).await;
        let stored = stored.expect("read").and_then(|stored| stored.sequence);
        assert_eq!(stored, found.map(Sequence::new), "{number}");
    }
    let other = archive.by_client_sequence(conversation("friend:10003"), 500);
    assert_eq!(other.await.expect("read"), None);
    // Older ones are not found.
    let record = record_at("friend:10002", 5_000, "x");
    archive.record(pushed(record)).await.expect("recorded");
    let far = archive.by_client_sequence(place, 501).await;
    assert_eq!(far.expect("read"), None);
}

#[tokio::test]
async fn conversations_with_newer_messages_come_first() {
    let archive = open(None).await;
    for (place, sequence) in [
        ("group:20001", 1),
        ("friend:10002", 2),
        ("group:20002", 3),
        ("group:20001", 4),
    ] {
        archive
            .record(pushed(record_at(place, sequence, "x")))
            .await
            .expect("recorded");
    }
    let recents = archive.recents(2).await.expect("read");
    let places: Vec<Conversation> = recents.iter().map(|recent| recent.conversation).collect();
    assert_eq!(
        places,
        [conversation("group:20001"), conversation("group:20002")]
    );
    assert_eq!(recents[0].sequence, Some(Sequence::new(4)));
}

/// Records a pushed message of this second.
async fn push_at(archive: &Archive, place: &str, sequence: u64, time: u64) {
    let record = Record {
        time,
        ..record_at(place, sequence, "x")
    };
    archive.record(pushed(record)).await.expect("recorded");
}

async fn recent(archive: &Archive) -> Vec<String> {
    let recents = archive.recents(10).await.expect("read");
    recents
        .iter()
        .map(|recent| recent.conversation.to_string())
        .collect()
}

#[tokio::test]
async fn conversations_of_the_same_second_are_ordered_by_arrival() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(Some(folder.path())).await;
    // Sequences of different conversations do not order them.
    push_at(&archive, "group:20001", 900, 50).await;
    push_at(&archive, "friend:10002", 3, 50).await;
    push_at(&archive, "group:20002", 40, 50).await;
    let order = ["group:20002", "friend:10002", "group:20001"];
    assert_eq!(recent(&archive).await, order);
    // Neither a repeated message nor an older one of the same conversation counts as a new arrival.
    push_at(&archive, "group:20001", 900, 50).await;
    push_at(&archive, "group:20001", 899, 50).await;
    assert_eq!(recent(&archive).await, order);
    // A message that arrives late is ordered by its second.
    push_at(&archive, "group:20003", 1, 49).await;
    assert_eq!(recent(&archive).await[3], "group:20003");
    archive.close().await;

    let archive = open(Some(folder.path())).await;
    push_at(&archive, "group:20004", 1, 50).await;
    assert_eq!(
        recent(&archive).await,
        [
            "group:20004",
            "group:20002",
            "friend:10002",
            "group:20001",
            "group:20003"
        ]
    );
}

#[tokio::test]
async fn send_without_a_reply_is_ordered_by_the_servers_second() {
    let archive = open(None).await;
    let (sent, echo) = send_without_reply(99, 8);
    let late = Record {
        time: 1_700_001_000,
        ..sent.record
    };
    let sent = Entry {
        record: late,
        ..sent
    };
    archive.record_one(sent).await.expect("recorded");
    let time = echo.time;
    archive.record(pushed(echo)).await.expect("recorded");
    assert_eq!(archive.recents(1).await.expect("read")[0].time, time);
}

#[tokio::test]
async fn messages_of_one_archive_never_share_an_id() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut seen = HashSet::new();
    let mut sequence = 0;
    for _ in 0..3 {
        let archive = open(Some(folder.path())).await;
        for _ in 0..8 {
            let batch = (0..682)
                .map(|number| Entry {
                    record: record_at("group:20001", sequence + number + 1, ""),
                    arrival: Arrival::Pushed,
                })
                .collect();
            sequence += 682;
            for recorded in archive.record(batch).await.expect("recorded") {
                assert!(seen.insert(recorded.id), "{} twice", recorded.id);
            }
        }
        archive.close().await;
    }
}

#[tokio::test]
async fn broken_file_is_moved_aside_and_not_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("archive.db");
    std::fs::write(&file, b"not a database at all, but plain text".repeat(50)).expect("written");
    let config = Config {
        directory: Some(folder.path().to_path_buf()),
        ..Config::default()
    };
    let (_archive, set_aside) = Archive::open(uin(10_001), config).await.expect("opened");
    let set_aside = set_aside.expect("reported");
    assert!(
        std::fs::read(&set_aside.to)
            .expect("kept")
            .starts_with(b"not a database")
    );
}

#[tokio::test]
async fn favourites_are_kept_across_restarts_newest_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(Some(folder.path())).await;
    assert_eq!(archive.collections(9).await.expect("read"), []);
    for (brief, content) in [("one", "the first"), ("🐱\u{200b}", "\u{202e}the second")] {
        let added = archive.add_collection(brief.to_owned(), content.to_owned());
        assert!(added.await.expect("written").is_some());
    }
    archive.close().await;
    let archive = open(Some(folder.path())).await;
    let kept = archive.collections(9).await.expect("read");
    let shown: Vec<(&str, &str)> = kept
        .iter()
        .map(|one| (one.brief.as_str(), one.content.as_str()))
        .collect();
    assert_eq!(
        shown,
        [("🐱\u{200b}", "\u{202e}the second"), ("one", "the first")]
    );
    assert!(kept[0].number > kept[1].number && kept[0].created >= kept[1].created);
    assert_eq!(archive.collections(1).await.expect("read"), kept[..1]);
}

#[tokio::test]
async fn favourites_have_a_limit() {
    let archive = open(None).await;
    let add = || archive.add_collection("x".to_owned(), "x".to_owned());
    for _ in 0..MAX_COLLECTIONS {
        assert!(add().await.expect("written").is_some());
    }
    assert_eq!(add().await.expect("written"), None);
}
