//! Temporary chats, own messages from other clients, and messages of the bot to itself.

use crate::story::Story;
use serde_json::json;

/// Creates an account that shares a new group with the bot and is not its friend.
async fn stranger_in_the_group(story: &Story) -> u64 {
    let made = story
        .person(10002)
        .does("create_account", json!({"nickname": "Stranger"}))
        .await;
    let stranger = made["uin"].as_u64().expect("an account");
    story
        .person(stranger)
        .does(
            "create_group",
            json!({"name": "Common ground", "members": [10001]}),
        )
        .await;
    stranger
}

#[tokio::test]
async fn temporary_message_is_received_and_answered() {
    let story = Story::new().await;
    let bot = story.bot();
    let stranger = stranger_in_the_group(&story).await;
    let group = story.look("world").await["groups"]
        .as_array()
        .and_then(|groups| groups.iter().find(|group| group["owner"] == stranger))
        .map(|group| group["group"].clone())
        .expect("the group");
    story
        .person(stranger)
        .does(
            "send_temporary_message",
            json!({"group": group, "to": 10001, "message": "excuse me"}),
        )
        .await;
    let event = bot
        .hears(json!({"message_type": "private", "sub_type": "group", "user_id": stranger}))
        .await;
    assert_eq!(event["raw_message"], "excuse me");
    bot.call(
        "send_msg",
        json!({"message_type": "private", "user_id": stranger, "group_id": group, "message": "yes?"}),
    )
    .await
    .ok();
    let seen = story.newest_between(stranger, 10001).await;
    assert_eq!(
        (&seen["from"], &seen["message"][0]["text"]),
        (&json!(10001), &json!("yes?"))
    );
}

#[tokio::test]
async fn own_messages_from_other_clients_are_reported_if_enabled() {
    let story = Story::beginning().reporting_own_messages().begin().await;
    let elsewhere = story.client_on(10001, "Android").await;
    elsewhere.say_in_group(20001, "from my phone").await;
    let event = story
        .bot()
        .hears(json!({"post_type": "message_sent", "message_type": "group", "raw_message": "from my phone"}))
        .await;
    assert_eq!(
        (&event["user_id"], &event["target_id"]),
        (&json!(10001), &json!(20001))
    );
    elsewhere.say_to(10002, "and to Bob").await;
    let event = story
        .bot()
        .hears(json!({"post_type": "message_sent", "message_type": "private", "raw_message": "and to Bob"}))
        .await;
    assert_eq!(
        (&event["user_id"], &event["target_id"]),
        (&json!(10001), &json!(10002))
    );
}

#[tokio::test]
async fn bot_can_send_a_message_to_itself() {
    let story = Story::new().await;
    let id = story.bot().tells(10001, "note to self").await;
    let note = story
        .bot()
        .call("get_msg", json!({"message_id": id}))
        .await
        .ok();
    assert_eq!(note["raw_message"], "note to self");
    assert_eq!(
        story.newest_between(10001, 10001).await["message"][0]["text"],
        "note to self"
    );
}
