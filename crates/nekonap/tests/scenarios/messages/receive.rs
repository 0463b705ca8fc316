//! Messages of others are reported as events; own messages are not, unless that is enabled.

use crate::story::{Story, over_both};
use serde_json::json;

#[tokio::test]
async fn group_message_event_has_sender_role_sequence_and_segments() {
    let story = Story::new().await;
    let elements = json!([{"type": "at", "uin": 10001}, {"type": "text", "text": " 你好 [1]&,"}, {"type": "face", "id": 178}]);
    let sequence = story.person(10002).says(20002, elements).await;
    let event = story
        .bot()
        .hears(json!({"post_type": "message", "message_type": "group", "group_id": 20002}))
        .await;
    assert_eq!(event["self_id"], 10001);
    assert_eq!(event["user_id"], 10002);
    assert_eq!(event["sender"]["role"], "owner");
    assert_eq!(event["real_seq"], sequence.to_string());
    assert_eq!(
        event["message"][0],
        json!({"type": "at", "data": {"qq": "10001"}})
    );
    assert_eq!(
        event["message"][1],
        json!({"type": "text", "data": {"text": " 你好 [1]&,"}})
    );
    assert_eq!(event["message"][2]["type"], "face");
    assert_eq!(event["message"][2]["data"]["id"], "178");
    let raw = event["raw_message"].as_str().expect("a text");
    assert!(
        raw.starts_with("[CQ:at,qq=10001] 你好 &#91;1&#93;&amp;,[CQ:face,id=178"),
        "{raw}"
    );
}

#[tokio::test]
async fn message_of_a_friend_is_received_and_answered() {
    over_both(async |story: Story| {
        let bob = story.client(10002).await;
        story.person(10003).tells(10001, "are you there?").await;
        let event = story
            .bot()
            .hears(json!({"post_type": "message", "message_type": "private", "sub_type": "friend", "user_id": 10003}))
            .await;
        assert_eq!(event["raw_message"], "are you there?");
        story.bot().tells(10003, "I am").await;
        assert_eq!(story.newest_between(10003, 10001).await["message"][0]["text"], "I am");
        bob.say_in_group(20001, "and I").await;
        story
            .bot()
            .hears(json!({"group_id": 20001, "user_id": 10002, "raw_message": "and I"}))
            .await;
    })
    .await;
}

#[tokio::test]
async fn own_messages_are_not_reported_by_default() {
    let story = Story::new().await;
    story.bot().says(20001, "from the bot").await;
    story.person(10002).says(20001, "from Bob").await;
    story.bot().hears(json!({"raw_message": "from Bob"})).await;
    assert!(
        !story
            .bot()
            .has_heard(&json!({"raw_message": "from the bot"}))
    );
}

#[tokio::test]
async fn two_bots_exchange_messages() {
    let story = Story::beginning().bots(&[10001, 10003]).begin().await;
    let (first, second) = (story.bot_of(10001), story.bot_of(10003));
    first.says(20001, "[CQ:at,qq=10003] how do you do").await;
    let heard = second
        .hears(json!({"self_id": 10003, "group_id": 20001, "user_id": 10001}))
        .await;
    assert_eq!(
        heard["message"][0],
        json!({"type": "at", "data": {"qq": "10003"}})
    );
    second.tells(10001, "very well").await;
    let answer = first
        .hears(json!({"self_id": 10001, "message_type": "private", "user_id": 10003}))
        .await;
    assert_eq!(answer["raw_message"], "very well");
}
