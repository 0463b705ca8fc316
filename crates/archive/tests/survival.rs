//! Recovery from a killed process, a damaged file and a full disk (ARCHITECTURE "What survives").

use std::{
    collections::{HashMap, HashSet},
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use nekonap_archive::{Archive, Arrival, Config, Entry, Keep, Recall, Record, SWEEP_INTERVAL};
use nekonap_ids::{Conversation, MessageId, Sequence, Uin};

/// The directory for the child process of [`recorded_messages_survive_kill_9`].
const CHILD: &str = "NEKONAP_ARCHIVE_CHILD";

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
        random: 1,
        time: 1_700_000_000 + sequence,
        sender: uin(10_002),
        own: false,
        elements: format!("{place} {sequence}").into_bytes(),
    }
}

fn pushed(record: Record) -> Entry {
    Entry {
        record,
        arrival: Arrival::Pushed,
    }
}

async fn open(directory: &Path) -> Archive {
    let config = Config {
        directory: Some(directory.to_path_buf()),
        ..Config::default()
    };
    let (archive, set_aside) = Archive::open(uin(10_001), config).await.expect("opened");
    assert_eq!(set_aside, None);
    archive
}

/// Copies the files as they are on disk now: what a new process finds after this one was killed.
fn as_if_killed(directory: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    for file in std::fs::read_dir(directory).expect("the folder") {
        let path = file.expect("a file").path();
        let name = path.file_name().expect("a name");
        std::fs::copy(&path, copy.path().join(name)).expect("copied");
    }
    copy
}

#[tokio::test]
async fn id_is_committed_before_it_is_returned() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    for sequence in 1..=5 {
        let recorded = archive
            .record_one(pushed(record_at("group:20001", sequence)))
            .await
            .expect("recorded");
        let quoted = archive
            .id_at(conversation("friend:10003"), Sequence::new(sequence))
            .await
            .expect("recorded");
        let copy = as_if_killed(folder.path());
        let later = open(copy.path()).await;
        let stored = later
            .message(recorded.id)
            .await
            .expect("read")
            .expect("the message is committed");
        assert_eq!(stored.record, Some(record_at("group:20001", sequence)));
        let last = later
            .last_sequence(conversation("group:20001"))
            .await
            .expect("read");
        assert_eq!(last, Some(Sequence::new(sequence)), "with its id");
        let stored = later
            .message(quoted)
            .await
            .expect("read")
            .expect("the quoted message is committed too");
        assert_eq!(stored.sequence, Some(Sequence::new(sequence)));
        let recents = later.recents(1).await.expect("read");
        assert_eq!(recents[0].message, recorded.id, "and as the newest");
        later.close().await;
    }
    archive.close().await;
}

#[tokio::test]
async fn after_a_kill_the_same_messages_get_the_same_ids() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    let record = async |archive: &Archive, sequence: u64| {
        let entry = pushed(record_at("group:20001", sequence));
        archive.record_one(entry).await.expect("recorded")
    };
    for sequence in 1..=10 {
        record(&archive, sequence).await;
    }
    let copy = as_if_killed(folder.path());
    let mut given = HashMap::new();
    for sequence in 1..=110 {
        given.insert(sequence, record(&archive, sequence).await.id);
    }
    let later = open(copy.path()).await;
    for sequence in 1..=110 {
        let again = record(&later, sequence).await;
        assert_eq!(again.id, given[&sequence]);
        assert_eq!(again.report, sequence > 10, "the copy has the first ten");
    }
    let mut ids: HashSet<MessageId> = given.into_values().collect();
    for sequence in 111..=4_216 {
        let id = record(&later, sequence).await.id;
        assert!(ids.insert(id), "{id} twice");
    }
}

#[tokio::test]
async fn concurrent_records_of_a_message_get_one_id_and_one_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    let mut tasks = Vec::new();
    for number in 0..64 {
        let archive = archive.clone();
        let record = record_at("group:20001", 1 + number % 4);
        tasks.push(tokio::spawn(async move {
            let recorded = archive.record_one(pushed(record)).await.expect("recorded");
            (number % 4, recorded)
        }));
    }
    let mut ids: HashMap<u64, HashSet<MessageId>> = HashMap::new();
    let mut reports = HashMap::new();
    for task in tasks {
        let (which, recorded) = task.await.expect("it ends");
        ids.entry(which).or_default().insert(recorded.id);
        *reports.entry(which).or_insert(0) += i32::from(recorded.report);
    }
    for which in 0..4 {
        assert_eq!(
            (ids[&which].len(), reports[&which]),
            (1, 1),
            "message {which}"
        );
    }
}

#[tokio::test]
async fn recents_and_recalls_survive_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    for (place, sequence) in [
        ("group:20001", 1),
        ("friend:10002", 2),
        ("temporary:20001:10004", 3),
    ] {
        archive
            .record_one(pushed(record_at(place, sequence)))
            .await
            .expect("recorded");
    }
    let recall = Recall {
        time: 5,
        by: Some(uin(10_003)),
    };
    archive
        .recall(conversation("group:20001"), Sequence::new(1), recall)
        .await
        .expect("marked");
    let before = archive.recents(10).await.expect("read");
    archive.close().await;

    let archive = open(folder.path()).await;
    let after = archive.recents(10).await.expect("read");
    assert_eq!(after, before);
    let places: Vec<Conversation> = after.iter().map(|recent| recent.conversation).collect();
    assert_eq!(
        places,
        ["temporary:20001:10004", "friend:10002", "group:20001"].map(conversation)
    );
    let stored = archive
        .at(conversation("group:20001"), Sequence::new(1))
        .await
        .expect("read")
        .expect("a stored message");
    assert_eq!(stored.recalled, Some(recall));
}

#[tokio::test]
async fn messages_beyond_the_limit_are_deleted_without_a_restart() {
    let config = Config {
        directory: None,
        keep: Keep {
            messages: 100,
            ..Keep::default()
        },
    };
    let (archive, _) = Archive::open(uin(10_001), config).await.expect("opened");
    let mut ids = Vec::new();
    let batch = SWEEP_INTERVAL as u64 / 2;
    for number in 0..32 {
        let first = number * batch;
        let entries = (first..first + batch)
            .map(|sequence| pushed(record_at("group:20001", sequence + 1)))
            .collect();
        let recorded = archive.record(entries).await.expect("recorded");
        ids.extend(recorded.iter().map(|recorded| recorded.id));
    }
    let mut kept = 0;
    for id in &ids {
        kept += u64::from(archive.message(*id).await.expect("read").is_some());
    }
    assert!((100..=100 + 2 * batch).contains(&kept), "{kept} are kept");
    let newest = ids.last().expect("some");
    assert!(archive.message(*newest).await.expect("read").is_some());
}

#[tokio::test]
async fn damaged_archive_is_moved_aside_and_a_new_one_gives_the_same_ids() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    let mut given = Vec::new();
    for sequence in 1..=500 {
        let recorded = archive
            .record_one(pushed(record_at("group:20001", sequence)))
            .await
            .expect("recorded");
        given.push(recorded.id);
    }
    archive.close().await;
    let file = folder.path().join("archive.db");
    let mut bytes = std::fs::read(&file).expect("read");
    let from = bytes.len() / 4;
    for byte in &mut bytes[from..from + 20_000] {
        *byte ^= 0x5a;
    }
    std::fs::write(&file, &bytes).expect("written");

    let config = Config {
        directory: Some(folder.path().to_path_buf()),
        ..Config::default()
    };
    let (archive, set_aside) = Archive::open(uin(10_001), config).await.expect("opened");
    let set_aside = set_aside.expect("reported");
    assert_eq!(set_aside.from, file);
    assert_eq!(
        std::fs::read(&set_aside.to).expect("kept"),
        bytes,
        "to the last byte"
    );
    assert!(!set_aside.reason.is_empty());
    for (sequence, id) in (1..).zip(given) {
        let again = archive
            .record_one(pushed(record_at("group:20001", sequence)))
            .await
            .expect("recorded");
        assert_eq!((again.id, again.report), (id, true));
    }
    assert!(archive.healthy());
}

#[tokio::test]
async fn second_process_cannot_open_the_same_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = open(folder.path()).await;
    let config = Config {
        directory: Some(folder.path().to_path_buf()),
        ..Config::default()
    };
    let error = Archive::open(uin(10_001), config)
        .await
        .expect_err("it is in use");
    assert!(error.to_string().contains("archive.db"), "{error}");
    archive.close().await;
    drop(archive);
    open(folder.path()).await;
}

/// The process that is killed: it records messages as fast as it can and prints each returned id.
#[tokio::test]
#[ignore = "it is the other process of recorded_messages_survive_kill_9"]
async fn the_killed_process() {
    let Some(directory) = std::env::var_os(CHILD) else {
        return;
    };
    let archive = open(Path::new(&directory)).await;
    let first = archive
        .last_sequence(conversation("group:20001"))
        .await
        .expect("read")
        .map_or(1, |last| last.get() + 1);
    for sequence in first.. {
        let recorded = archive
            .record_one(pushed(record_at("group:20001", sequence)))
            .await
            .expect("recorded");
        println!("given {sequence} {}", recorded.id);
    }
}

#[tokio::test]
async fn recorded_messages_survive_kill_9() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut given: HashMap<MessageId, u64> = HashMap::new();
    for round in 0..3 {
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "the_killed_process", "--ignored", "--nocapture"])
            .env(CHILD, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("started");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut seen = 0;
        for line in lines {
            let line = line.expect("text");
            let Some(given_line) = line.split("given ").nth(1) else {
                continue;
            };
            let Some((sequence, id)) = given_line.split_once(' ') else {
                // Killed in the middle of a line.
                continue;
            };
            let (Ok(sequence), Ok(id)) = (sequence.parse(), id.parse()) else {
                continue;
            };
            let Ok(id) = MessageId::new(id) else {
                continue;
            };
            // The last line may be cut; its length shows it.
            if id.get() < 1 << 30 {
                continue;
            }
            assert_eq!(
                given.insert(id, sequence),
                None,
                "{id} twice, in round {round}"
            );
            seen += 1;
            if seen == 200 {
                child.kill().expect("killed");
            }
        }
        child.wait().expect("it ended");
        assert!(seen >= 200, "only {seen} ids in round {round}");
    }
    let archive = open(folder.path()).await;
    for (id, sequence) in &given {
        let stored = archive
            .message(*id)
            .await
            .expect("read")
            .unwrap_or_else(|| panic!("{id} is lost"));
        assert_eq!(stored.record, Some(record_at("group:20001", *sequence)));
    }
    let newest = given.values().max().expect("some");
    let recents = archive.recents(10).await.expect("read");
    assert_eq!(recents.len(), 1);
    assert!(recents[0].sequence >= Some(Sequence::new(*newest)));
}
