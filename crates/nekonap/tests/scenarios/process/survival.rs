//! Restarts on the same data after `kill -9`, and with broken files.

use super::program::Program;
use serde_json::json;

#[tokio::test]
async fn message_ids_survive_kill_9() {
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
async fn second_process_on_the_same_data_folder_fails() {
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
async fn broken_databases_are_moved_aside() {
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
        "every broken file is kept under another name"
    );
}

#[tokio::test]
async fn broken_keystore_is_moved_aside_and_the_bot_logs_in_again() {
    let runtime = tempfile::tempdir().expect("a folder");
    let data = tempfile::tempdir().expect("a folder");
    let folder = data.path().to_str().expect("a plain path").to_owned();
    let program = Program::sandbox(runtime.path(), &["--data", &folder]);
    let id = program.says("remember").await;
    program.stop("TERM");
    let keystore = walk(data.path())
        .into_iter()
        .find(|file| file.ends_with("session.json"))
        .expect("a keystore");
    std::fs::write(&keystore, "not a session").expect("written");
    let program = Program::sandbox(runtime.path(), &["--data", &folder]);
    let kept = program.call("get_msg", json!({"message_id": id})).await;
    assert_eq!(
        kept["data"]["raw_message"], "remember",
        "the archive is unchanged"
    );
    program.says("logged in again").await;
    program.stop("TERM");
    let aside = walk(data.path())
        .into_iter()
        .filter(|file| std::fs::read(file).is_ok_and(|bytes| bytes == b"not a session"))
        .count();
    assert_eq!(aside, 1);
}

#[tokio::test]
async fn returned_message_ids_survive_kill_9_during_sends() {
    let runtime = tempfile::tempdir().expect("a folder");
    let data = tempfile::tempdir().expect("a folder");
    let folder = data.path().to_str().expect("a plain path").to_owned();
    let program = Program::sandbox(runtime.path(), &["--data", &folder]);
    let (http, token) = program.address();
    let sending = tokio::spawn(async move {
        let client = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("a client");
        let mut answered = Vec::new();
        for number in 0.. {
            let text = format!("number {number}");
            let sent = client
                .post(format!("{http}/send_group_msg"))
                .bearer_auth(&token)
                .json(&json!({"group_id": 20001, "message": text}))
                .send()
                .await;
            let Ok(response) = sent else { break };
            let Ok(answer) = response.json::<serde_json::Value>().await else {
                break;
            };
            answered.push((answer["data"]["message_id"].clone(), text));
        }
        answered
    });
    // Kill the process while sends are in progress.
    while program
        .call(
            "get_group_msg_history",
            json!({"group_id": 20001, "count": 20}),
        )
        .await["data"]["messages"]
        .as_array()
        .is_none_or(|messages| messages.len() < 20)
    {}
    program.kill();
    let answered = sending.await.expect("the sender ends with its server");
    assert!(answered.len() >= 10, "{}", answered.len());

    let program = Program::sandbox(runtime.path(), &["--data", &folder]);
    for (id, text) in &answered {
        let known = program.call("get_msg", json!({"message_id": id})).await;
        assert_eq!(known["data"]["raw_message"], *text, "{known}");
    }
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
