//! `upload_group_file`, `upload_private_file`, the `file` segment when sending.

use super::heard;
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};
use std::{fs::File, io::Write, path::PathBuf};
use tempfile::TempDir;

/// A file with this name and content, in a folder of its own.
fn file(name: &str, content: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, content).expect("written");
    (folder, path)
}

/// The bytes of a file that somebody sees in a message.
async fn seen_bytes(story: &Story, message: &Value) -> Vec<u8> {
    let id = message["message"][0]["id"].as_str().expect("an id");
    story.file(id.trim_start_matches('/')).await
}

#[tokio::test]
async fn file_is_uploaded_to_a_group() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let (_folder, path) = file("plan.txt", b"water the garden");
        let folder = bot
            .call(
                "create_group_file_folder",
                json!({"group_id": 20001, "folder_name": "plans"}),
            )
            .await
            .ok()["folder_id"]
            .clone();
        let root = json!("/");
        for (params, name, place, content) in [
            (
                json!({"file": path}),
                "plan.txt",
                &root,
                &b"water the garden"[..],
            ),
            (
                json!({"file": "base64://aGVsbG8=", "name": "a b.txt", "folder": "/"}),
                "a b.txt",
                &root,
                b"hello",
            ),
            (
                json!({"file": path, "name": "inside.txt", "folder": "plans"}),
                "inside.txt",
                &folder,
                b"water the garden",
            ),
            (
                json!({
                    "file": "base64://aGVsbG8=", "name": "too.txt", "folder_id": folder,
                    "upload_file": "false",
                }),
                "too.txt",
                &folder,
                b"hello",
            ),
            // Without a name, it gets its MD5.
            (
                json!({"file": "base64://aGVsbG8="}),
                "5d41402abc4b2a76b9719d911017c592",
                &root,
                b"hello",
            ),
        ] {
            let mut params = params;
            params["group_id"] = json!(20001);
            let uploaded = bot.call("upload_group_file", params).await.ok();
            let element = json!({"type": "file", "name": name, "size": content.len()});
            let seen = story
                .group_sees(20001, json!({"from": 10001, "message": [element]}))
                .await;
            assert_eq!(seen_bytes(&story, &seen).await, content);
            let files = story.look("files?group=20001").await["files"].clone();
            let id = &seen["message"][0]["id"];
            let files = files.as_array().expect("a list");
            let entry = files.iter().find(|file| file["id"] == *id).expect("listed");
            assert_eq!(
                (&entry["folder"], &entry["uploader"]),
                (place, &json!(10001))
            );
            // The answer's id is that of a link to the same bytes.
            let params = json!({"group_id": 20001, "file_id": uploaded["file_id"]});
            let link = bot.call("get_group_file_url", params).await.ok();
            let url = link["url"].as_str().expect("a link");
            assert_eq!(story.fetch(url).await, (200, content.to_vec()));
        }
    })
    .await;
}

#[tokio::test]
async fn large_group_file_arrives_whole() {
    let story = Story::beginning().reporting_own_messages().begin().await;
    let bot = story.bot();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.bin");
    // 64 MiB of which no block is like another.
    let mut written = File::create(&path).expect("a file");
    for block in 0..64_u32 {
        let bytes: Vec<u8> = (0..1_u32 << 18)
            .flat_map(|at| (at ^ block.rotate_left(20)).to_le_bytes())
            .collect();
        written.write_all(&bytes).expect("written");
    }
    let params = json!({"group_id": 20001, "file": path});
    bot.call("upload_group_file", params).await.ok();
    let file = heard(&story, 20001, "large.bin").await;
    assert_eq!(file["size"], 64 << 20);
    let params = json!({"group_id": 20001, "file_id": file["id"]});
    let link = bot.call("get_group_file_url", params).await.ok();
    let (status, bytes) = story.fetch(link["url"].as_str().expect("a link")).await;
    assert_eq!(status, 200);
    assert!(bytes == std::fs::read(&path).expect("read"), "other bytes");
}

#[tokio::test]
async fn file_is_uploaded_for_a_friend() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let (_folder, path) = file("for you.txt", b"for you");
        for (params, name) in [
            (json!({"user_id": "10002", "file": path}), "for you.txt"),
            (
                json!({"user_id": 10002, "file": path, "name": "b.txt"}),
                "b.txt",
            ),
        ] {
            let uploaded = bot.call("upload_private_file", params).await.ok();
            let element = json!({"type": "file", "name": name, "size": 7});
            let seen = story
                .pair_sees(10001, 10002, json!({"from": 10001, "message": [element]}))
                .await;
            assert_eq!(seen_bytes(&story, &seen).await, b"for you");
            let params = json!({"file_id": uploaded["file_id"]});
            let link = bot.call("get_private_file_url", params).await.ok();
            let url = link["url"].as_str().expect("a link");
            assert_eq!(story.fetch(url).await, (200, b"for you".to_vec()));
        }
    })
    .await;
}

#[tokio::test]
async fn file_segment_is_uploaded_to_the_chat() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let file = json!({"type": "file", "data": {"file": "base64://aGVsbG8=", "name": "a.txt"}});
        let text = json!({"type": "text", "data": {"text": "look"}});
        let element = json!({"type": "file", "name": "a.txt", "size": 5});
        // The text and the file are two messages; the answer has the id of the file.
        let id = bot.says(20001, json!([text, file])).await;
        story
            .group_sees(
                20001,
                json!({"from": 10001, "message": [{"type": "text", "text": "look"}]}),
            )
            .await;
        let seen = story
            .group_sees(20001, json!({"from": 10001, "message": [element]}))
            .await;
        assert_eq!(seen_bytes(&story, &seen).await, b"hello");
        let message = bot.call("get_msg", json!({"message_id": id})).await.ok();
        assert_eq!(message["message"][0]["data"]["file"], "a.txt");
        bot.tells(10002, json!([file])).await;
        let seen = story
            .pair_sees(10001, 10002, json!({"from": 10001, "message": [element]}))
            .await;
        assert_eq!(seen_bytes(&story, &seen).await, b"hello");
    })
    .await;
}

#[tokio::test]
async fn received_file_is_sent_on_by_its_id() {
    let story = Story::new().await;
    let bot = story.bot();
    super::upload(&story, 10002, 20001, "a.txt", "water the garden").await;
    let of_group = heard(&story, 20001, "a.txt").await["id"].clone();
    let fields = json!({"to": 10001, "name": "b.txt", "base64": super::base64("for you")});
    story.person(10002).does("send_private_file", fields).await;
    let message = bot
        .hears(json!({"post_type": "message", "message_type": "private"}))
        .await;
    let of_user = message["message"][0]["data"]["file_id"].clone();
    for (id, name, content) in [
        (of_group, "a.txt", &b"water the garden"[..]),
        (of_user, "b.txt", b"for you"),
    ] {
        let segment = json!([{"type": "file", "data": {"file_id": id}}]);
        let element = json!({"type": "file", "name": name, "size": content.len()});
        bot.says(20002, segment.clone()).await;
        let seen = story
            .group_sees(20002, json!({"from": 10001, "message": [element]}))
            .await;
        assert_eq!(seen_bytes(&story, &seen).await, content);
        bot.tells(10003, segment).await;
        let seen = story
            .pair_sees(10001, 10003, json!({"from": 10001, "message": [element]}))
            .await;
        assert_eq!(seen_bytes(&story, &seen).await, content);
    }
}

#[tokio::test]
async fn files_that_cannot_be_uploaded_are_refused() {
    let story = Story::new().await;
    let bot = story.bot();
    let (_folder, empty) = file("empty", b"");
    let hello = "base64://aGVsbG8=";
    for (params, code) in [
        (json!({"file": "/no/such/file"}), Code::FileNotFound),
        (json!({"file": empty}), Code::LoadFile),
        (json!({"file": "base64://"}), Code::LoadFile),
        (json!({"file": ""}), Code::ParamMissing),
        (json!({}), Code::ParamMissing),
        (json!({"file": hello, "name": "a/b"}), Code::ParamInvalid),
        (json!({"file": hello, "name": "a\\b"}), Code::ParamInvalid),
        (json!({"file": hello, "name": "a\nb"}), Code::ParamInvalid),
    ] {
        let mut to_user = params.clone();
        to_user["user_id"] = json!(10002);
        bot.call("upload_private_file", to_user).await.fails(code);
        let mut to_group = params;
        to_group["group_id"] = json!(20001);
        bot.call("upload_group_file", to_group).await.fails(code);
    }
    for (params, code) in [
        (
            json!({"group_id": 20001, "file": hello, "folder": "/none"}),
            Code::Upstream,
        ),
        (
            json!({"group_id": 20001, "file": hello, "folder": "none"}),
            Code::Upstream,
        ),
        (
            json!({"group_id": 29999, "file": hello}),
            Code::GroupNotFound,
        ),
    ] {
        bot.call("upload_group_file", params).await.fails(code);
    }
    let params = json!({"user_id": 19999, "file": hello});
    bot.call("upload_private_file", params)
        .await
        .fails(Code::UserNotFound);
    // Nobody has seen anything.
    assert_eq!(story.look("files?group=20001").await["files"], json!([]));
    assert_eq!(story.newest_in_group(20001).await, Value::Null);
    // A name of 255 bytes of emoji is one.
    let name = "🌱".repeat(63);
    let params = json!({"group_id": 20001, "file": hello, "name": name});
    bot.call("upload_group_file", params).await.ok();
    let params = json!({"group_id": 20001, "file": hello, "name": "🌱".repeat(64)});
    bot.call("upload_group_file", params)
        .await
        .fails(Code::Upstream);
}

#[tokio::test]
async fn muted_bot_uploads_nothing() {
    let story = Story::new().await;
    let bot = story.bot();
    let fields = json!({"group": 20003, "target": 10001, "seconds": 60});
    story.person(10003).does("mute_member", fields).await;
    let params = json!({"group_id": 20003, "file": "base64://aGVsbG8="});
    bot.call("upload_group_file", params)
        .await
        .fails(Code::Muted);
    assert_eq!(story.look("files?group=20003").await["files"], json!([]));
}
