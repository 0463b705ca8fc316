//! `kill -9`, and starting again on the same data.

use super::program::Program;
use serde_json::json;

#[tokio::test]
async fn after_kill_9_every_message_id_answers_as_before() {
    let runtime = tempfile::tempdir().expect("a folder");
    let data = tempfile::tempdir().expect("a folder");
    let folder = data.path().to_str().expect("a plain path").to_owned();
    let program = Program::sandbox(runtime.path(), &["--data", &folder]);
    let mut before = Vec::new();
    for number in 0..20 {
        let id = program.says(&format!("message {number}")).await;
        before.push(program.call("get_msg", json!({"message_id": id})).await);
    }
    program.kill();

    let program = Program::sandbox(runtime.path(), &["--data", &folder]);
    for known in &before {
        let id = known["data"]["message_id"].clone();
        let after = program.call("get_msg", json!({"message_id": id})).await;
        assert_eq!(&after, known);
    }
    let fresh = program.says("afterwards").await;
    assert!(
        before
            .iter()
            .all(|known| known["data"]["message_id"] != fresh)
    );
    assert_eq!(program.stop("TERM").0, Some(0));
}

#[tokio::test]
async fn a_data_folder_has_one_process() {
    let runtime = tempfile::tempdir().expect("a folder");
    let data = tempfile::tempdir().expect("a folder");
    let folder = data.path().to_str().expect("a plain path").to_owned();
    let program = Program::sandbox(runtime.path(), &["--data", &folder]);
    let mut second = super::program::nekonap(runtime.path());
    second.args([
        "sandbox",
        "--http",
        "127.0.0.1:0",
        "--ws",
        "127.0.0.1:0",
        "--wire",
        "127.0.0.1:0",
    ]);
    second.args(["--data", &folder]);
    let (failed, stdout, stderr) = super::program::output(&mut second);
    assert_eq!((failed.status.code(), stdout.as_str()), (Some(1), ""));
    assert!(stderr.contains(&folder), "{stderr}");
    program.says("the first goes on").await;
}

#[tokio::test]
async fn a_broken_archive_is_moved_aside_with_a_message() {
    let runtime = tempfile::tempdir().expect("a folder");
    let data = tempfile::tempdir().expect("a folder");
    let folder = data.path().to_str().expect("a plain path").to_owned();
    let program = Program::sandbox(runtime.path(), &["--data", &folder]);
    program.says("soon forgotten").await;
    program.stop("TERM");
    let mut broken = Vec::new();
    for file in walk(data.path()) {
        if file
            .extension()
            .is_some_and(|extension| extension == "db" || extension == "sqlite")
        {
            std::fs::write(&file, b"this is no database, and never was one ".repeat(64))
                .expect("written");
            broken.push(file);
        }
    }
    assert!(!broken.is_empty(), "there are databases to break");
    let program = Program::sandbox(runtime.path(), &["--data", &folder]);
    program.says("starting over").await;
    program.stop("TERM");
    let kept = walk(data.path())
        .into_iter()
        .filter(|file| {
            std::fs::read(file).is_ok_and(|bytes| bytes.starts_with(b"this is no database"))
        })
        .count();
    assert_eq!(
        kept,
        broken.len(),
        "every broken file is still there, under another name"
    );
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else {
            found.push(path);
        }
    }
    found
}
