//! `forward_friend_single_msg`, `forward_group_single_msg`.

use crate::story::{Story, over_both, picture};
use nekonap_onebot::Code;
use serde_json::{Value, json};

#[tokio::test]
async fn message_is_forwarded_to_a_friend_and_to_a_group() {
    over_both(async |story: Story| {
        let bot = story.bot();
        for message in [
            json!([{"type": "text", "text": "pass it on "}, {"type": "face", "id": 14}]),
            json!([{"type": "ark", "json": "{\"app\":\"com.example\",\"prompt\":\"a card\"}"}]),
            json!([{"type": "xml", "xml": "<?xml version=\"1.0\"?><msg/>"}]),
            json!([{"type": "markdown", "text": "*look*"}]),
            json!([{"type": "market_face", "id": "0123456789abcdef0123456789abcdef", "package": 7, "name": "[cat]"}]),
        ] {
            forward_received(&story, &message).await;
            assert_eq!(story.newest_between(10003, 10001).await["message"], message);
            assert_eq!(story.newest_in_group(20002).await["message"], message);
        }
        // In the new conversation, a picture has another URL, a forward has another id, and dice have another value.
        for element in [
            picture(),
            json!({"type": "dice", "value": 4}),
            json!({"type": "forward", "messages": [{"uin": 10003, "name": "Carol", "message": "one"}]}),
        ] {
            forward_received(&story, &json!([element])).await;
            for seen in [story.newest_between(10003, 10001).await, story.newest_in_group(20002).await] {
                assert_eq!(seen["from"], bot.uin());
                assert_eq!(seen["message"].as_array().map(Vec::len), Some(1), "{seen}");
                assert_eq!(seen["message"][0]["type"], element["type"], "{seen}");
            }
        }
    })
    .await;
}

/// Bob sends a message to a group, and the bot forwards it to Carol and to another group.
async fn forward_received(story: &Story, message: &Value) {
    let bot = story.bot();
    story.person(10002).says(20001, message.clone()).await;
    let event = bot
        .hears(json!({"post_type": "message", "group_id": 20001}))
        .await;
    let id = event["message_id"].clone();
    let to_friend = json!({"message_id": id, "user_id": "10003"});
    assert!(
        bot.call("forward_friend_single_msg", to_friend)
            .await
            .ok()
            .is_null()
    );
    let to_group = json!({"message_id": id, "group_id": 20002});
    assert!(
        bot.call("forward_group_single_msg", to_group)
            .await
            .ok()
            .is_null()
    );
}

#[tokio::test]
async fn forward_of_unknown_message_or_to_unknown_target_fails() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let id = bot.says(20001, "here").await;
        bot.call(
            "forward_friend_single_msg",
            json!({"message_id": 3, "user_id": 10002}),
        )
        .await
        .fails(Code::MessageNotFound);
        bot.call(
            "forward_group_single_msg",
            json!({"message_id": id, "group_id": 29_999}),
        )
        .await
        .fails(Code::GroupNotFound);
        bot.call("forward_group_single_msg", json!({"message_id": id}))
            .await
            .fails(Code::ParamMissing);
        let text = bot
            .call("forward_friend_single_msg", json!({"user_id": 10002}))
            .await
            .fails(Code::ParamMissing);
        assert!(text.contains("message_id"), "{text}");
    })
    .await;
}
