//! What the archive promises, seen from outside.

use nekonap_archive::{Archive, Arrival, BLOCK, Config, Entry, Recall, Record};
use nekonap_ids::{Conversation, Sequence, Uin};
use std::{collections::HashSet, path::Path};

fn uin(number: u64) -> Uin {
    Uin::new(number).expect("an account")
}

fn conversation(text: &str) -> Conversation {
    text.parse().expect("a conversation")
}

fn said(place: &str, sequence: u64, text: &str) -> Record {
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
    let (archive, set_aside) = Archive::open(config).await.expect("opened");
    assert_eq!(set_aside, None);
    archive
}

#[tokio::test]
async fn a_message_has_one_id_however_often_it_comes_and_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(Some(folder.path())).await;
    let first = archive
        .record(pushed(said("group:20001", 5, "hi")))
        .await
        .expect("recorded")[0];
    assert!(first.news);
    let again = archive
        .record(pushed(said("group:20001", 5, "hi")))
        .await
        .expect("recorded")[0];
    assert_eq!((again.id, again.news), (first.id, false));
    let other = archive
        .record(pushed(said("group:20002", 5, "hi")))
        .await
        .expect("recorded")[0];
    assert_ne!(other.id, first.id);
    archive.close().await;

    let archive = open(Some(folder.path())).await;
    let stored = archive
        .message(first.id)
        .await
        .expect("read")
        .expect("there");
    assert_eq!(
        stored.record.expect("its content"),
        said("group:20001", 5, "hi")
    );
    let again = archive
        .record(pushed(said("group:20001", 5, "hi")))
        .await
        .expect("recorded")[0];
    assert_eq!((again.id, again.news), (first.id, false));
    let last = archive.last_sequences().await.expect("read");
    assert_eq!(last.len(), 2);
    assert!(last.contains(&(conversation("group:20001"), Sequence::new(5))));
}

#[tokio::test]
async fn a_send_without_an_answer_is_found_by_its_random_when_its_echo_comes() {
    let archive = open(None).await;
    let unanswered = Record {
        sequence: None,
        own: true,
        sender: uin(10_001),
        random: 99,
        ..said("group:20001", 1, "maybe")
    };
    let sent = Entry {
        record: unanswered.clone(),
        arrival: Arrival::Sent,
    };
    let sent = archive.record(vec![sent]).await.expect("recorded")[0];
    assert!(!sent.news, "it may never have arrived");
    let echo = Record {
        sequence: Some(Sequence::new(8)),
        ..unanswered.clone()
    };
    let heard = archive.record(pushed(echo)).await.expect("recorded")[0];
    assert_eq!((heard.id, heard.news), (sent.id, true));
    let stored = archive
        .message(sent.id)
        .await
        .expect("read")
        .expect("there");
    assert_eq!(stored.sequence, Some(Sequence::new(8)));
    // The same random in a later message is another message.
    let later = Record {
        sequence: Some(Sequence::new(9)),
        ..unanswered
    };
    let later = archive.record(pushed(later)).await.expect("recorded")[0];
    assert_ne!(later.id, sent.id);
}

#[tokio::test]
async fn a_message_that_was_taken_is_told_by_its_echo() {
    let archive = open(None).await;
    let record = Record {
        own: true,
        sender: uin(10_001),
        ..said("group:20001", 4, "mine")
    };
    let taken = Entry {
        record: record.clone(),
        arrival: Arrival::Taken,
    };
    let taken = archive.record(vec![taken]).await.expect("recorded")[0];
    assert!(!taken.news);
    let recents = archive.recents(1).await.expect("read");
    assert_eq!(recents[0].message, taken.id, "it is what was said last");
    for news in [true, false] {
        let echo = archive.record(pushed(record.clone())).await;
        let echo = echo.expect("recorded")[0];
        assert_eq!((echo.id, echo.news), (taken.id, news));
    }
}

#[tokio::test]
async fn what_is_only_named_has_an_id_and_gets_its_content_later() {
    let archive = open(None).await;
    let place = conversation("friend:10002");
    let named = archive.name(place, Sequence::new(3)).await.expect("named");
    let stored = archive.message(named).await.expect("read").expect("there");
    assert_eq!(
        (stored.sequence, stored.record),
        (Some(Sequence::new(3)), None)
    );
    let fetched = Entry {
        record: said("friend:10002", 3, "old"),
        arrival: Arrival::Fetched,
    };
    let fetched = archive.record(vec![fetched]).await.expect("recorded")[0];
    assert_eq!((fetched.id, fetched.news), (named, false));
    assert!(
        archive.recents(10).await.expect("read").is_empty(),
        "history is not what was said last"
    );
    // A temporary chat counts with the pair.
    let same = archive
        .name(conversation("temporary:20001:10002"), Sequence::new(3))
        .await
        .expect("named");
    assert_eq!(same, named);
}

#[tokio::test]
async fn a_recall_is_news_once() {
    let archive = open(None).await;
    let id = archive
        .record(pushed(said("group:20001", 4, "oops")))
        .await
        .expect("recorded")[0]
        .id;
    let recall = Recall {
        time: 1_700_000_100,
        by: Some(uin(10_003)),
    };
    let place = conversation("group:20001");
    for news in [true, false] {
        let recalled = archive
            .recall(place, Sequence::new(4), recall)
            .await
            .expect("marked");
        assert_eq!((recalled.id, recalled.news), (id, news));
    }
    let stored = archive.message(id).await.expect("read").expect("there");
    assert_eq!(stored.recalled, Some(recall));
    assert!(stored.record.is_some(), "what was said is kept");
}

#[tokio::test]
async fn a_private_message_is_found_by_its_senders_number() {
    let archive = open(None).await;
    let place = conversation("friend:10002");
    for (sequence, client_sequence) in [(1, 500), (2, 501), (3, 500), (4, 502)] {
        let record = Record {
            client_sequence,
            ..said("friend:10002", sequence, "x")
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
    // Far back it is not looked for.
    let record = said("friend:10002", 5_000, "x");
    archive.record(pushed(record)).await.expect("recorded");
    let far = archive.by_client_sequence(place, 501).await;
    assert_eq!(far.expect("read"), None);
}

#[tokio::test]
async fn those_who_spoke_last_come_first() {
    let archive = open(None).await;
    for (place, sequence) in [
        ("group:20001", 1),
        ("friend:10002", 2),
        ("group:20002", 3),
        ("group:20001", 4),
    ] {
        archive
            .record(pushed(said(place, sequence, "x")))
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

#[tokio::test]
async fn ids_are_never_given_twice_across_blocks_and_restarts() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut seen = HashSet::new();
    let mut sequence = 0;
    for _ in 0..3 {
        let archive = open(Some(folder.path())).await;
        for _ in 0..8 {
            let batch = (0..u64::from(BLOCK) / 6)
                .map(|number| Entry {
                    record: said("group:20001", sequence + number + 1, ""),
                    arrival: Arrival::Pushed,
                })
                .collect();
            sequence += u64::from(BLOCK) / 6;
            for recorded in archive.record(batch).await.expect("recorded") {
                assert!(seen.insert(recorded.id), "{} twice", recorded.id);
            }
        }
        archive.close().await;
    }
}

#[tokio::test]
async fn a_broken_file_is_set_aside_and_not_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("archive.db");
    std::fs::write(
        &file,
        b"not a database at all, but somebody's text".repeat(50),
    )
    .expect("written");
    let config = Config {
        directory: Some(folder.path().to_path_buf()),
        ..Config::default()
    };
    let (_archive, set_aside) = Archive::open(config).await.expect("opened");
    let set_aside = set_aside.expect("told");
    assert!(
        std::fs::read(&set_aside.to)
            .expect("kept")
            .starts_with(b"not a database")
    );
}
