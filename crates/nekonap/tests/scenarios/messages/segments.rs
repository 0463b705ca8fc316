//! Every kind of segment, out and in.

use crate::story::{Story, over_both};
use serde_json::{Value, json};

#[tokio::test]
async fn what_a_bot_can_send_comes_back_from_history_as_the_same_segment() {
    over_both(async |story: Story| {
        let bot = story.bot();
        for (kind, data) in [
            ("text", json!({"text": "plain & [simple], 中文"})),
            ("at", json!({"qq": "10002"})),
            ("at", json!({"qq": "all"})),
            ("face", json!({"id": "14"})),
            (
                "json",
                json!({"data": "{\"app\":\"com.example\",\"prompt\":\"a card\"}"}),
            ),
            ("markdown", json!({"content": "# heading\n**bold**"})),
        ] {
            let id = bot.says(20001, json!([{"type": kind, "data": data}])).await;
            let kept = bot.call("get_msg", json!({"message_id": id})).await.ok();
            let segment = &kept["message"][0];
            assert_eq!(segment["type"], kind, "{kept}");
            for (key, value) in data.as_object().expect("an object") {
                assert_eq!(&segment["data"][key], value, "{kind}.{key} in {kept}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn dice_and_rock_paper_scissors_are_thrown_by_the_server_side_rules() {
    let story = Story::new().await;
    let bot = story.bot();
    for kind in ["dice", "rps"] {
        let id = bot.says(20001, json!([{"type": kind, "data": {}}])).await;
        let seen = story.newest_in_group(20001).await;
        assert_eq!(seen["message"][0]["type"], kind, "{seen}");
        let kept = bot.call("get_msg", json!({"message_id": id})).await.ok();
        assert_eq!(kept["message"][0]["type"], kind, "{kept}");
        let result = kept["message"][0]["data"]["result"]
            .as_str()
            .expect("a result");
        assert_eq!(result, seen["message"][0]["value"].to_string());
    }
}

#[tokio::test]
async fn cards_are_seen_as_cards() {
    let story = Story::new().await;
    let bot = story.bot();
    for segment in [
        json!({"type": "share", "data": {"url": "https://example.com/", "title": "A page", "content": "about", "image": "https://example.com/i.png"}}),
        json!({"type": "contact", "data": {"type": "qq", "id": "10002"}}),
        json!({"type": "contact", "data": {"type": "group", "id": "20001"}}),
        json!({"type": "location", "data": {"lat": "39.9", "lon": "116.4", "title": "here", "content": "a place"}}),
    ] {
        bot.says(20001, json!([segment])).await;
        let seen = story.newest_in_group(20001).await;
        assert_eq!(seen["message"][0]["type"], "ark", "{segment}: {seen}");
        let card: Value =
            serde_json::from_str(seen["message"][0]["json"].as_str().expect("text")).expect("JSON");
        assert!(card["app"].is_string(), "{card}");
    }
}

#[tokio::test]
async fn a_music_card_without_a_signing_service_is_refused_with_a_reason() {
    let story = Story::new().await;
    let call = json!({"group_id": 20001, "message": [{"type": "music", "data": {"type": "163", "id": "28949129"}}]});
    let text = story.bot().call("send_group_msg", call).await;
    assert_eq!(text.envelope["status"], "failed");
    assert!(
        text.envelope["message"]
            .as_str()
            .is_some_and(|text| text.contains("music")),
        "{}",
        text.envelope
    );
    assert!(story.newest_in_group(20001).await.is_null());
}

#[tokio::test]
async fn anonymous_is_refused_because_qq_withdrew_it() {
    let story = Story::new().await;
    let call = json!({"group_id": 20001, "message": "[CQ:anonymous]who said that?"});
    let refused = story.bot().call("send_group_msg", call).await;
    assert_eq!(refused.envelope["status"], "failed", "{}", refused.envelope);
    assert!(story.newest_in_group(20001).await.is_null());
}

#[tokio::test]
async fn whatever_people_send_arrives_as_something_and_is_never_dropped() {
    let story = Story::new().await;
    let bot = story.bot();
    for (element, kind) in [
        (json!({"type": "dice", "value": 6}), "dice"),
        (json!({"type": "rps", "value": 2}), "rps"),
        (
            json!({"type": "ark", "json": "{\"app\":\"com.example\"}"}),
            "json",
        ),
        (
            json!({"type": "xml", "xml": "<?xml version=\"1.0\"?><msg/>"}),
            "xml",
        ),
        (json!({"type": "markdown", "text": "*hi*"}), "markdown"),
        (
            json!({"type": "market_face", "id": "0123456789abcdef0123456789abcdef", "package": 7, "name": "[cat]"}),
            "mface",
        ),
    ] {
        story.person(10002).says(20001, json!([element])).await;
        let event = bot
            .hears(json!({"post_type": "message", "group_id": 20001}))
            .await;
        assert_eq!(event["message"][0]["type"], kind, "{event}");
    }
    story
        .person(10002)
        .says(
            20001,
            json!([{"type": "unknown", "service": 99, "base64": "AAEC"}]),
        )
        .await;
    let event = bot
        .hears(json!({"post_type": "message", "group_id": 20001}))
        .await;
    assert_eq!(
        event["message"].as_array().map(Vec::len),
        Some(1),
        "{event}"
    );
}

#[tokio::test]
async fn a_picture_that_somebody_sent_can_be_sent_again_by_reference() {
    let story = Story::new().await;
    let bot = story.bot();
    // The smallest PNG: one transparent pixel.
    let pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
    story
        .person(10002)
        .says(
            20001,
            json!([{"type": "image", "base64": pixel, "name": "pixel.png"}]),
        )
        .await;
    let event = bot
        .hears(json!({"post_type": "message", "group_id": 20001}))
        .await;
    assert_eq!(event["message"][0]["type"], "image");
    bot.call(
        "forward_group_single_msg",
        json!({"message_id": event["message_id"], "group_id": 20002}),
    )
    .await
    .ok();
    assert_eq!(
        story.newest_in_group(20002).await["message"][0]["type"],
        "image"
    );
}
