//! `get_file`, `get_image`, `get_record` (api/actions §3.10).

use super::png;
use crate::story::{Story, over_both};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use nekonap_onebot::Code;
use serde_json::{Value, json};

/// The content of the file that an answer describes, by its path and in base64.
fn content(data: &Value) -> Vec<u8> {
    let path = data["file"].as_str().expect("a path");
    let bytes = std::fs::read(path).expect("read");
    assert_eq!(data["file_size"], bytes.len().to_string());
    assert_eq!(
        STANDARD.decode(data["base64"].as_str().expect("base64")),
        Ok(bytes.clone())
    );
    bytes
}

/// One second of a tone, as WAV.
fn sound() -> Vec<u8> {
    let mut file = b"RIFF\xa4\xbb\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\xc0\x5d\0\0\x80\xbb\0\0\x02\0\x10\0data\x80\xbb\0\0".to_vec();
    let samples = (0..24_000_u16).map(|at| (at % 60) * 300);
    file.extend(samples.flat_map(u16::to_le_bytes));
    file
}

/// A voice of two blocks.
const VOICE: &[u8] = b"\x02#!SILK_V3\x01\0\x11\x01\0\x22";

#[tokio::test]
async fn received_media_are_fetched_by_every_name() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let bob = story.person(10002);
        let picture = png(5_000, 3);
        for (kind, bytes) in [
            ("image", picture.clone()),
            ("voice", VOICE.to_vec()),
            ("video", b"\0\0\0\x20ftypisom".to_vec()),
        ] {
            bob.says(
                20003,
                json!([{"type": kind, "base64": STANDARD.encode(&bytes)}]),
            )
            .await;
            let heard = bot.hears(json!({"group_id": 20003})).await;
            let data = &heard["message"][0]["data"];
            for call in [
                json!({"file": data["file"]}),
                json!({"file_id": data["file"]}),
                json!({"file_id": data["url"]}),
            ] {
                let found = bot.call("get_file", call).await.ok();
                assert_eq!(content(&found), bytes, "{kind}");
                assert_eq!(
                    story.fetch(found["url"].as_str().expect("a link")).await.1,
                    bytes
                );
            }
            // The second call has the copy in the cache.
            let again = bot
                .call("get_file", json!({"file": data["file"]}))
                .await
                .ok();
            assert_eq!(content(&again), bytes);
            let described = bot
                .call(
                    "get_file",
                    json!({"file_id": data["file"], "download": false}),
                )
                .await
                .ok();
            assert_eq!(
                (&described["file"], &described["base64"]),
                (&json!(""), &json!(""))
            );
            assert_eq!(described["file_size"], bytes.len().to_string());
        }
    })
    .await;
}

#[tokio::test]
async fn picture_is_returned_with_a_fresh_link() {
    let story = Story::new().await;
    let bot = story.bot();
    let bytes = png(2_000, 4);
    story
        .person(10002)
        .says(
            20003,
            json!([{"type": "image", "base64": STANDARD.encode(&bytes)}]),
        )
        .await;
    let heard = bot.hears(json!({"group_id": 20003})).await;
    let file = &heard["message"][0]["data"]["file"];
    story.fault(json!({"fault": "expire_rkeys"})).await;
    let image = bot.call("get_image", json!({"file": file})).await.ok();
    assert_eq!(content(&image), bytes);
    assert_eq!(
        (&image["size"], &image["filename"]),
        (&json!(2_000), &image["file_name"])
    );
}

#[tokio::test]
async fn files_of_groups_and_friends_are_fetched_by_their_ids() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let fields =
            json!({"group": 20003, "name": "notes.txt", "base64": STANDARD.encode("for all")});
        story.person(10002).does("upload_group_file", fields).await;
        let uploaded = bot
            .hears(json!({"notice_type": "group_upload", "group_id": 20003}))
            .await;
        let fields = json!({"to": 10001, "name": "a.txt", "base64": STANDARD.encode("for you")});
        story.person(10002).does("send_private_file", fields).await;
        let message = bot
            .hears(json!({"post_type": "message", "message_type": "private"}))
            .await;
        for (id, name, text) in [
            (&uploaded["file"]["id"], "notes.txt", "for all"),
            (
                &message["message"][0]["data"]["file_id"],
                "a.txt",
                "for you",
            ),
            (&message["message"][0]["data"]["file"], "a.txt", "for you"),
        ] {
            for _ in 0..2 {
                let found = bot.call("get_file", json!({"file_id": id})).await.ok();
                assert_eq!(content(&found), text.as_bytes());
                assert_eq!(found["file_name"], name);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn other_sources_and_unknown_ids() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let found = bot
            .call("get_file", json!({"file": "base64://aGVsbG8="}))
            .await
            .ok();
        assert_eq!(content(&found), b"hello");
        assert_eq!(found["url"], found["file"]);
        let again = bot
            .call("get_file", json!({"file": found["file"]}))
            .await
            .ok();
        assert_eq!(content(&again), b"hello");
        for action in ["get_file", "get_image", "get_record"] {
            bot.call(action, json!({})).await.fails(Code::ParamMissing);
            bot.call(action, json!({"file_id": "  "}))
                .await
                .fails(Code::ParamMissing);
            bot.call(action, json!({"file": "no such file"}))
                .await
                .fails(Code::FileNotFound);
        }
        for id in [
            "gf.20001.102./none",
            "pf.4.nonecrc",
            "0A1B2C3D4E5F60718293A4B5C6D7E8F9.jpg",
        ] {
            bot.call("get_file", json!({"file_id": id}))
                .await
                .fails(Code::FileNotFound);
        }
    })
    .await;
}

#[tokio::test]
async fn voice_is_returned_as_it_is_or_converted() {
    let story = Story::new().await;
    let bot = story.bot();
    story
        .person(10002)
        .says(
            20003,
            json!([{"type": "voice", "base64": STANDARD.encode(VOICE)}]),
        )
        .await;
    let heard = bot.hears(json!({"group_id": 20003})).await;
    let file = &heard["message"][0]["data"]["file"];
    let silk = bot
        .call("get_record", json!({"file": file, "out_format": "silk"}))
        .await
        .ok();
    assert_eq!(content(&silk), VOICE);
    bot.call("get_record", json!({"file": file, "out_format": "midi"}))
        .await
        .fails(Code::ParamInvalid);
    let sound = format!("base64://{}", STANDARD.encode(sound()));
    let wav = bot
        .call("get_record", json!({"file": sound, "out_format": "wav"}))
        .await
        .ok();
    assert!(content(&wav).starts_with(b"RIFF"));
    assert_eq!(wav["url"], wav["file"]);
}
