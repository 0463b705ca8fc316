//! All kinds of segments, sent and received.

use crate::story::{Story, over_both, picture};
use nekonap_onebot::Code;
use serde_json::{Value, json};

#[tokio::test]
async fn sent_segments_are_returned_unchanged_by_get_msg() {
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
            (
                "xml",
                json!({"data": "<?xml version=\"1.0\"?><msg brief=\"hi\"/>"}),
            ),
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
async fn dice_and_rps_report_the_result_that_members_see() {
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
async fn card_segments_are_sent_as_arks() {
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
async fn music_card_without_signing_service_is_refused() {
    let story = Story::new().await;
    let call = json!({"group_id": 20001, "message": [{"type": "music", "data": {"type": "163", "id": "28949129"}}]});
    let text = story.bot().call("send_group_msg", call).await;
    let text = text.fails(Code::NotSupported);
    assert!(text.contains("music"), "{text}");
    assert!(story.newest_in_group(20001).await.is_null());
}

#[tokio::test]
async fn anonymous_segment_is_refused() {
    let story = Story::new().await;
    let call = json!({"group_id": 20001, "message": "[CQ:anonymous]who said that?"});
    let refused = story.bot().call("send_group_msg", call).await;
    refused.fails(Code::NotSupported);
    assert!(story.newest_in_group(20001).await.is_null());
}

#[tokio::test]
async fn received_elements_are_reported_as_segments() {
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
            "image",
        ),
    ] {
        story.person(10002).says(20001, json!([element])).await;
        let event = bot
            .hears(json!({"post_type": "message", "group_id": 20001}))
            .await;
        assert_eq!(event["message"][0]["type"], kind, "{event}");
    }
}

#[tokio::test]
async fn unknown_element_is_not_reported_and_is_forwarded_unchanged() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let odd = json!({"type": "unknown", "service": 99, "base64": "AAEC"});
        let mixed = json!([odd, {"type": "text", "text": "look"}]);
        // A message that consists only of an unknown element is not reported, so the first event is the next message.
        story.person(10002).says(20001, json!([odd])).await;
        story.person(10002).says(20001, mixed.clone()).await;
        let event = bot
            .hears(json!({"post_type": "message", "group_id": 20001}))
            .await;
        let look = json!([{"type": "text", "data": {"text": "look"}}]);
        assert_eq!(
            (&event["message"], &event["raw_message"]),
            (&look, &json!("look"))
        );
        let id = &event["message_id"];
        let kept = bot.call("get_msg", json!({"message_id": id})).await.ok();
        assert_eq!(
            (&kept["message"], &kept["raw_message"]),
            (&look, &json!("look"))
        );
        let history = bot
            .call(
                "get_group_msg_history",
                json!({"group_id": 20001, "count": 10}),
            )
            .await
            .ok();
        let messages = history["messages"].as_array().expect("a list");
        assert_eq!(messages.len(), 1, "{history}");
        assert_eq!(
            (&messages[0]["message_id"], &messages[0]["message"]),
            (id, &look)
        );
        let recent = bot.call("get_recent_contact", json!({})).await.ok();
        assert_eq!(recent[0]["lastestMsg"]["message"], look);
        bot.call("set_essence_msg", json!({"message_id": id}))
            .await
            .ok();
        let essence = bot
            .call("get_essence_msg_list", json!({"group_id": 20001}))
            .await
            .ok();
        assert_eq!(essence[0]["content"], look);
        bot.call(
            "forward_group_single_msg",
            json!({"message_id": id, "group_id": 20002}),
        )
        .await
        .ok();
        assert_eq!(story.newest_in_group(20002).await["message"], mixed);
        let node = json!({"type": "node", "data": {"id": id}});
        let sent = bot
            .call(
                "send_group_forward_msg",
                json!({"group_id": 20003, "messages": [node]}),
            )
            .await
            .ok();
        let seen = story.newest_in_group(20003).await;
        assert_eq!(
            seen["message"][0]["messages"][0]["message"], mixed,
            "{seen}"
        );
        let forward = bot
            .call("get_forward_msg", json!({"message_id": sent["message_id"]}))
            .await
            .ok();
        assert_eq!(forward["messages"][0]["content"], look, "{forward}");
    })
    .await;
}

#[tokio::test]
async fn buttons_are_reported() {
    let story = Story::new().await;
    let bot = story.bot();
    let rows = json!([{"buttons": [{"id": "b1", "render_data": {"label": "Go"}, "action": {"type": 2, "data": "/go"}}]}]);
    let content = json!([
        {"type": "markdown", "data": {"content": "*press*"}},
        {"type": "keyboard", "data": {"rows": rows}},
    ]);
    let node = json!({"type": "node", "data": {"user_id": 10003, "nickname": "Carol", "content": content}});
    let sent = bot
        .call(
            "send_group_forward_msg",
            json!({"group_id": 20001, "messages": [node]}),
        )
        .await
        .ok();
    let forward = bot
        .call("get_forward_msg", json!({"message_id": sent["message_id"]}))
        .await
        .ok();
    let content = &forward["messages"][0]["content"];
    assert_eq!(content[1]["type"], "keyboard", "{content}");
    assert_eq!(
        content[1]["data"]["rows"][0]["buttons"][0]["render_data"]["label"],
        "Go"
    );
}

#[tokio::test]
async fn received_picture_is_forwarded_by_reference() {
    let story = Story::new().await;
    let bot = story.bot();
    story.person(10002).says(20001, json!([picture()])).await;
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
    // File ids differ between group and private chats, and the server refuses those of the other kind.
    bot.call(
        "forward_friend_single_msg",
        json!({"message_id": event["message_id"], "user_id": 10003}),
    )
    .await
    .ok();
    let seen = story.newest_between(10003, 10001).await;
    assert_eq!(seen["message"][0]["type"], "image");
}

#[tokio::test]
async fn received_media_is_sent_again_by_its_reported_file() {
    let story = Story::new().await;
    let bot = story.bot();
    for (element, kind) in [
        (picture(), "image"),
        (
            json!({"type": "voice", "base64": "AiMhU0lMS19WMw=="}),
            "voice",
        ),
        (
            json!({"type": "video", "base64": "AAAAGGZ0eXBtcDQyAAAAAG1wNDJpc29t"}),
            "video",
        ),
    ] {
        story.person(10002).says(20001, json!([element])).await;
        let event = bot
            .hears(json!({"post_type": "message", "group_id": 20001}))
            .await;
        let segment = &event["message"][0];
        assert_eq!(
            segment["type"],
            if kind == "voice" { "record" } else { kind },
            "{event}"
        );
        let again = json!([{"type": segment["type"], "data": {"file": segment["data"]["file"]}}]);
        bot.says(20001, again).await;
        let seen = story.newest_in_group(20001).await;
        assert_eq!(
            (&seen["from"], &seen["message"][0]["type"]),
            (&json!(10001), &json!(kind)),
            "{seen}"
        );
    }
}

#[tokio::test]
async fn keyboard_is_sent_with_its_markdown() {
    let story = Story::new().await;
    let bot = story.bot();
    let keyboard = json!({"rows": [{"buttons": [
        {"id": "1", "render_data": {"label": "yes", "visited_label": "yes!", "style": 1},
         "action": {"type": 2, "permission": {"type": 2}, "data": "/yes", "enter": true}}
    ]}]});
    let message = json!([
        {"type": "markdown", "data": {"content": "shall we?"}},
        {"type": "keyboard", "data": keyboard},
    ]);
    let id = bot.says(20001, message).await;
    let kept = bot.call("get_msg", json!({"message_id": id})).await.ok();
    let kinds: Vec<&str> = kept["message"]
        .as_array()
        .expect("segments")
        .iter()
        .map(|segment| segment["type"].as_str().expect("a kind"))
        .collect();
    assert_eq!(kinds, ["markdown", "keyboard"], "{kept}");
}

#[tokio::test]
async fn raw_message_is_the_cq_form_of_message() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let elements = json!([
            {"type": "text", "text": "a&b[c],"}, {"type": "at", "uin": 10003}, {"type": "text", "text": " d"}
        ]);
        story.person(10002).says(20001, elements).await;
        let event = bot.hears(json!({"post_type": "message", "group_id": 20001})).await;
        assert_eq!(event["raw_message"], "a&amp;b&#91;c&#93;,[CQ:at,qq=10003] d");
        let text = event["raw_message"].as_str().expect("text").to_owned();
        let id = bot.says(20001, text).await;
        let again = bot.call("get_msg", json!({"message_id": id})).await.ok();
        assert_eq!(again["message"], event["message"]);
    })
    .await;
}

#[tokio::test]
async fn reported_sticker_can_be_sent_again() {
    let story = Story::new().await;
    let bot = story.bot();
    let sticker = json!({"emoji_id": "0123456789abcdef0123456789abcdef", "emoji_package_id": 7, "key": "0123456789abcdef", "summary": "[cat]"});
    let id = bot
        .says(20001, json!([{"type": "mface", "data": sticker}]))
        .await;
    let seen = story.newest_in_group(20001).await["message"][0].clone();
    assert_eq!(
        seen,
        json!({"type": "market_face", "id": "0123456789abcdef0123456789abcdef", "package": 7, "name": "[cat]"})
    );
    // Some frameworks drop a whole message if it has an unknown segment. A sticker is therefore reported as a picture, with
    // the fields that are needed to send it again.
    let kept = bot.call("get_msg", json!({"message_id": id})).await.ok();
    let reported = &kept["message"][0];
    assert_eq!(reported["type"], "image", "{kept}");
    for (name, value) in sticker.as_object().expect("an object") {
        assert_eq!(&reported["data"][name], value, "{name} in {kept}");
    }
    bot.says(20001, json!([{"type": "mface", "data": reported["data"]}]))
        .await;
    assert_eq!(story.newest_in_group(20001).await["message"][0], seen);
    story.person(10002).says(20001, json!([seen])).await;
    let event = bot
        .hears(json!({"post_type": "message", "group_id": 20001}))
        .await;
    assert_eq!(event["message"][0]["data"]["emoji_id"], sticker["emoji_id"]);
}

#[tokio::test]
async fn unknown_segment_is_skipped_and_named_in_wording() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let hi = json!({"type": "text", "data": {"text": "hi"}});
        let gift = json!({"type": "gift", "data": {"id": 1}});
        let hologram = json!({"type": "hologram", "data": {}});
        let seen = json!([{"type": "text", "text": "hi"}]);
        let node = |content: Value| json!({"type": "node", "data": {"nickname": "Bob", "content": content}});
        for message in [json!([gift, hi, hologram]), json!("[CQ:gift,id=1]hi[CQ:hologram]")] {
            let answer = bot.call("send_group_msg", json!({"group_id": 20001, "message": message})).await;
            let wording = answer.envelope["wording"].as_str().expect("a text").to_owned();
            assert!(wording.contains("`gift`") && wording.contains("`hologram`"), "{wording}");
            assert_eq!(answer.envelope["message"], "");
            answer.ok();
            assert_eq!(story.newest_in_group(20001).await["message"], seen);

            let nodes = json!([node(message), node(json!([gift]))]);
            let answer = bot.call("send_group_forward_msg", json!({"group_id": 20001, "messages": nodes})).await;
            assert!(answer.envelope["wording"].as_str().is_some_and(|text| text.contains("`gift`")));
            answer.ok();
            let forward = story.newest_in_group(20001).await["message"][0]["messages"].clone();
            assert_eq!(forward.as_array().map(Vec::len), Some(1), "{forward}");
            assert_eq!(forward[0]["message"], seen);
        }
        for (action, key, nothing) in [
            ("send_group_msg", "message", json!([gift])),
            ("send_group_msg", "message", json!("[CQ:reply,id=5][CQ:gift,id=1]")),
            ("send_group_forward_msg", "messages", json!([node(json!([gift]))])),
        ] {
            let text = bot.call(action, json!({"group_id": 20001, key: nothing})).await.fails(Code::ParamInvalid);
            assert!(text.contains("`gift`"), "{text}");
        }
        let plain = bot.call("send_group_msg", json!({"group_id": 20001, "message": [hi]})).await;
        assert_eq!(plain.envelope["wording"], "");
    })
    .await;
}

#[tokio::test]
async fn face_with_unknown_id_is_sent() {
    let story = Story::new().await;
    for id in [9_999, 99_999] {
        story
            .bot()
            .says(20001, json!([{"type": "face", "data": {"id": id}}]))
            .await;
        let seen = story.newest_in_group(20001).await;
        assert_eq!(
            (&seen["message"][0]["type"], &seen["message"][0]["id"]),
            (&json!("face"), &json!(id)),
            "{seen}"
        );
    }
}

#[tokio::test]
async fn poke_segment_with_id_minus_one_is_sent() {
    over_both(async |story: Story| {
        let bot = story.bot();
        for message in [
            json!([{"type": "poke", "data": {"type": "1", "id": "-1"}}]),
            json!([{"type": "poke", "data": {"type": 1, "id": -1}}]),
            json!("[CQ:poke,type=1,id=-1]"),
        ] {
            let id = bot.says(20001, message).await;
            let said = bot.call("get_msg", json!({"message_id": id})).await.ok();
            assert_eq!(
                said["message"],
                json!([{"type": "poke", "data": {"type": "1", "id": "0", "name": ""}}])
            );
        }
        let id = bot
            .says(
                20001,
                json!([{"type": "poke", "data": {"type": "126", "id": "2003"}}]),
            )
            .await;
        let said = bot.call("get_msg", json!({"message_id": id})).await.ok();
        assert_eq!(said["message"][0]["data"]["id"], "2003");
    })
    .await;
}
