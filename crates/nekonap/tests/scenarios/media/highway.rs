//! Uploads by a client: over TCP and HTTP, once per content, resumed after a cut, refused when they are wrong.

use super::{FACTS, local, png};
use crate::story::Story;
use nekonap_client::{CallError, FileId, HighwayUpload, PictureLook, VideoFacts, codes};
use nekonap_ids::{Conversation, GroupUin};
use serde_json::{Value, json};

fn group(number: u64) -> Conversation {
    Conversation::Group(GroupUin::new(number).expect("a group"))
}

/// How many uploads the sandbox has completed.
async fn uploads(story: &Story) -> usize {
    let journal = story.look("journal").await;
    let entries = journal.as_array().expect("a list").iter();
    entries
        .filter(|entry| entry["name"] == "PicUp.DataUp" && entry["result"] == "ok")
        .count()
}

fn sha1(message: &Value) -> &str {
    message["message"][0]["sha1"].as_str().expect("a hash")
}

#[tokio::test]
async fn picture_of_several_blocks_arrives_whole_and_the_second_time_without_a_transfer() {
    let story = Story::new().await;
    let carol = story.client(10003).await;
    let bytes = png((3 << 20) + 5, 1);
    let (_kept, file) = local(&bytes).await;
    let look = PictureLook {
        sub_type: 1,
        summary: "look".to_owned(),
    };
    let picture = carol
        .api()
        .upload_picture(group(20003), &file, FACTS, &look)
        .await
        .expect("uploaded");
    carol.send(group(20003), vec![picture]).await;
    let seen = story
        .group_sees(
            20003,
            json!({"from": 10003, "message": [{
                "type": "image", "size": bytes.len(), "width": 10, "height": 20, "sub_type": 1, "summary": "look"
            }]}),
        )
        .await;
    assert!(story.file(sha1(&seen)).await == bytes);
    assert_eq!(uploads(&story).await, 1);
    let again = carol
        .api()
        .upload_picture(
            Conversation::Friend(crate::story::uin(10001)),
            &file,
            FACTS,
            &PictureLook::default(),
        )
        .await
        .expect("the server has it");
    carol
        .send(Conversation::Friend(crate::story::uin(10001)), vec![again])
        .await;
    let bot = story.bot();
    let heard = bot
        .hears(json!({"message_type": "private", "user_id": 10003}))
        .await;
    let url = heard["message"][0]["data"]["url"].as_str().expect("a URL");
    let (status, fetched) = story.fetch(url).await;
    assert_eq!(status, 200);
    assert!(fetched == bytes);
    assert_eq!(uploads(&story).await, 1);
}

#[tokio::test]
async fn upload_goes_on_after_a_cut_and_over_http() {
    let story = Story::new().await;
    let carol = story.client(10003).await;
    // Two connections break in a row without an accepted block; the third try uses HTTP.
    let cut = json!({"fault": "swallow", "command": "PicUp.DataUp", "times": 2});
    story.fault(cut).await;
    let bytes = png((5 << 20) + 1, 2);
    let (_kept, file) = local(&bytes).await;
    let picture = carol
        .api()
        .upload_picture(group(20003), &file, FACTS, &PictureLook::default())
        .await
        .expect("uploaded");
    carol.send(group(20003), vec![picture]).await;
    let seen = story
        .group_sees(20003, json!({"message": [{"type": "image"}]}))
        .await;
    assert!(story.file(sha1(&seen)).await == bytes);
}

#[tokio::test]
async fn progress_of_an_upload_is_reported() {
    let story = Story::new().await;
    let carol = story.client(10003).await;
    let (_kept, file) = local(&png((2 << 20) + 1, 8)).await;
    let (sender, reported) = std::sync::mpsc::channel();
    let report = move |done: u64| sender.send(done).expect("open");
    let upload = HighwayUpload {
        command_id: 90,
        progress: Some(&report),
        ..HighwayUpload::default()
    };
    let uploaded = carol.api().upload_by_highway(&file, upload).await;
    uploaded.expect("uploaded");
    drop(report);
    let reported: Vec<u64> = reported.iter().collect();
    assert!(reported.is_sorted() && reported.len() == 3, "{reported:?}");
    assert_eq!(reported.last(), Some(&file.hashes.size));
    story
        .journal(json!({"name": "set_portrait", "by": 10003}))
        .await;
}

#[tokio::test]
async fn media_that_were_not_uploaded_cannot_be_sent() {
    let story = Story::new().await;
    let carol = story.client(10003).await;
    let (_kept, file) = local(&png(9_000, 9)).await;
    let picture = carol
        .api()
        .upload_picture(group(20003), &file, FACTS, &PictureLook::default())
        .await
        .expect("uploaded");
    let nekonap_client::Element::Image(mut image) = picture else {
        panic!("not a picture");
    };
    let handle = FileId::decode(&image.media.file_uuid).expect("a handle");
    let never = FileId {
        sha1: [1; 20],
        ..handle
    };
    // The handle stands twice in the element: in the index and in the path.
    let text = String::from_utf8_lossy(&image.raw).into_owned();
    assert_eq!(text.matches(&image.media.file_uuid).count(), 2);
    let bytes = replaced(&image.raw, &image.media.file_uuid, &never.encode());
    image.raw = bytes.into();
    let message = vec![nekonap_client::Element::Image(image)];
    let sending = carol
        .api()
        .send(group(20003), message)
        .await
        .expect("queued");
    assert!(matches!(sending.sent().await, Err(CallError::Refused(_))));
}

/// Replaces a text by one of the same length.
fn replaced(bytes: &[u8], old: &str, new: &str) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> = (0..=bytes.len() - old.len())
        .filter(|at| bytes[*at..].starts_with(old.as_bytes()))
        .collect();
    for at in places {
        bytes[at..at + new.len()].copy_from_slice(new.as_bytes());
    }
    bytes
}

#[tokio::test]
async fn video_and_its_cover_arrive() {
    let story = Story::new().await;
    let carol = story.client(10003).await;
    let bytes = vec![7; 2 << 20];
    let (_kept, video) = local(&bytes).await;
    let (_kept_too, cover) = local(&png(2_000, 3)).await;
    let facts = VideoFacts {
        width: 640,
        height: 480,
        seconds: 9,
    };
    let element = carol
        .api()
        .upload_video(group(20003), (&video, facts), (&cover, FACTS))
        .await
        .expect("uploaded");
    carol.send(group(20003), vec![element]).await;
    let seen = story
        .group_sees(
            20003,
            json!({"message": [{"type": "video", "width": 640, "height": 480, "seconds": 9}]}),
        )
        .await;
    assert!(story.file(sha1(&seen)).await == bytes);
    let heard = story.bot().hears(json!({"group_id": 20003})).await;
    let url = heard["message"][0]["data"]["url"].as_str().expect("a URL");
    assert!(story.fetch(url).await == (200, bytes));
}

#[tokio::test]
async fn wrong_uploads_are_refused() {
    let story = Story::new().await;
    let carol = story.client(10003).await;
    let api = carol.api();
    let bytes = png(100_000, 4);
    let (kept, file) = local(&bytes).await;
    let refused = |error: CallError, expected: i64| match error {
        CallError::Refused(refusal) => assert_eq!(refusal.code, expected, "{refusal}"),
        other => panic!("{other:?}"),
    };
    // Not in that group.
    let look = PictureLook::default();
    let upload = api.upload_picture(group(29999), &file, FACTS, &look);
    refused(upload.await.expect_err("refused"), codes::NOT_A_MEMBER);
    // Without the key of an upload request.
    let upload = HighwayUpload {
        command_id: 1004,
        ..HighwayUpload::default()
    };
    let upload = api.upload_by_highway(&file, upload);
    refused(upload.await.expect_err("refused"), codes::NO_PERMISSION);
    // The bytes change after they were hashed.
    std::fs::write(kept.path(), png(100_000, 5)).expect("written");
    let upload = api.upload_picture(group(20003), &file, FACTS, &look);
    refused(upload.await.expect_err("refused"), codes::BAD_REQUEST);
    // The file becomes shorter, and vanishes.
    std::fs::write(kept.path(), b"short").expect("written");
    let upload = api.upload_picture(group(20003), &file, FACTS, &look);
    assert!(matches!(upload.await, Err(CallError::File(_))));
    drop(kept);
    let upload = api.upload_picture(group(20003), &file, FACTS, &look);
    assert!(matches!(upload.await, Err(CallError::File(_))));
    // A picture of 31 MiB.
    let (_large, large) = local(&png(31 << 20, 6)).await;
    let upload = api.upload_picture(group(20003), &large, FACTS, &look);
    refused(upload.await.expect_err("refused"), codes::TOO_LARGE);
    assert_eq!(uploads(&story).await, 0);
}
