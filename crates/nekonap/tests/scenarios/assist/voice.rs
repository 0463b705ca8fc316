//! `get_ai_characters`, `get_ai_record`, `send_group_ai_record`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};

const VOICE: &str = "lucy-voice-houge";

/// The bytes behind a URL.
async fn fetch(url: &Value) -> Vec<u8> {
    let http = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let response = http.get(url.as_str().expect("a URL")).send().await;
    let response = response.expect("an answer");
    assert!(response.status().is_success(), "{}", response.status());
    response.bytes().await.expect("a file").to_vec()
}

/// The HTTP status of a URL.
async fn status(url: &Value) -> u16 {
    let http = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let response = http.get(url.as_str().expect("a URL")).send().await;
    response.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn characters_of_a_group_have_samples() {
    let story = Story::new().await;
    let bot = story.bot();
    for call in [
        json!({"group_id": 20003}),
        json!({"group_id": "20003", "char_type": "1"}),
    ] {
        let categories = bot.call("get_ai_characters", call).await.ok();
        let characters: Vec<&Value> = categories
            .as_array()
            .expect("a list")
            .iter()
            .flat_map(|category| category["characters"].as_array().expect("a list"))
            .collect();
        let voice = characters
            .iter()
            .find(|character| character["character_id"] == VOICE)
            .expect("the voice");
        let sample = fetch(&voice["preview_url"]).await;
        assert_eq!((&sample[..4], &sample[8..12]), (&b"RIFF"[..], &b"WAVE"[..]));
    }
    let songs = bot
        .call(
            "get_ai_characters",
            json!({"group_id": 20003, "chat_type": 2}),
        )
        .await
        .ok();
    assert_eq!(
        songs[0]["characters"][0]["character_id"],
        "lucy-song-female1"
    );
    for (call, code) in [
        (json!({}), Code::ParamMissing),
        (json!({"group_id": 29999}), Code::GroupNotFound),
        (
            json!({"group_id": 20003, "chat_type": "x"}),
            Code::ParamInvalid,
        ),
        (
            json!({"group_id": 20003, "chat_type": 3}),
            Code::ParamInvalid,
        ),
    ] {
        bot.call("get_ai_characters", call).await.fails(code);
    }
}

#[tokio::test]
async fn voice_is_posted_in_the_group() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let carol = story.client(10003).await;
        let call = json!({"character": VOICE, "group_id": 20003, "text": "你好 world 👋"});
        let sent = bot.call("send_group_ai_record", call).await.ok();
        carol
            .sees(json!({"event": "message", "group": 20003, "from": 10001}))
            .await;
        story
            .group_sees(
                20003,
                json!({"from": 10001, "message": [{"type": "voice"}]}),
            )
            .await;
        let message = bot
            .call("get_msg", json!({"message_id": sent["message_id"]}))
            .await
            .ok();
        assert_eq!(message["user_id"], 10001);
        assert_eq!(message["message"][0]["type"], "record");
        assert_eq!(message["message"][0]["data"]["file"], "sandbox.wav");
    })
    .await;
}

#[tokio::test]
async fn voice_can_be_downloaded_without_being_posted() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let call = json!({"character": VOICE, "group_id": 20003, "text": "hello"});
        let url = bot.call("get_ai_record", call.clone()).await.ok();
        let voice = fetch(&url).await;
        assert_eq!((&voice[..4], &voice[8..12]), (&b"RIFF"[..], &b"WAVE"[..]));
        // 80 ms of 16-bit samples at 8 kHz for each letter.
        assert_eq!(voice.len(), 44 + 5 * 640 * 2);
        let history = bot
            .call("get_group_msg_history", json!({"group_id": 20003}))
            .await
            .ok();
        assert_eq!(history["messages"], json!([]));
        // Links lapse; the next call gives another one.
        story
            .fault(json!({"fault": "advance_clock", "seconds": 3_600}))
            .await;
        assert_eq!(status(&url).await, 403);
    })
    .await;
}

#[tokio::test]
async fn wrong_voices_are_refused_and_nothing_is_posted() {
    let story = Story::new().await;
    let bot = story.bot();
    let long = "x".repeat(301);
    for action in ["get_ai_record", "send_group_ai_record"] {
        for (character, group, text, code) in [
            (VOICE, 20003, "", Code::ParamMissing),
            ("", 20003, "hi", Code::ParamMissing),
            (VOICE, 29999, "hi", Code::GroupNotFound),
            ("nobody", 20003, "hi", Code::Upstream),
            (VOICE, 20003, &long, Code::Upstream),
        ] {
            let call = json!({"character": character, "group_id": group, "text": text});
            bot.call(action, call).await.fails(code);
        }
        // A voice that sings does not speak.
        let call = json!({"character": VOICE, "group_id": 20003, "text": "hi", "chat_type": 2});
        bot.call(action, call).await.fails(Code::Upstream);
    }
    story
        .person(10003)
        .does(
            "mute_member",
            json!({"group": 20003, "target": 10001, "seconds": 60}),
        )
        .await;
    bot.hears(json!({"notice_type": "group_ban"})).await;
    let call = json!({"character": VOICE, "group_id": 20003, "text": "hi"});
    bot.call("send_group_ai_record", call)
        .await
        .fails(Code::SendMessage);
    let history = bot
        .call("get_group_msg_history", json!({"group_id": 20003}))
        .await
        .ok();
    assert_eq!(history["messages"], json!([]));
}
