//! Messages that the server refuses: the caller gets its code and text, and nothing is sent.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn send_of_muted_bot_fails() {
    over_both(async |story: Story| {
        let bot = story.bot();
        story
            .person(10003)
            .does(
                "mute_member",
                json!({"group": 20003, "target": 10001, "seconds": 600}),
            )
            .await;
        let text = bot
            .call(
                "send_group_msg",
                json!({"group_id": 20003, "message": "hm"}),
            )
            .await
            .fails(Code::Muted);
        assert!(text.contains("120"), "the server's code: {text}");
        assert!(story.newest_in_group(20003).await.is_null());
        story
            .fault(json!({"fault": "advance_clock", "seconds": 601}))
            .await;
        bot.says(20003, "at last").await;
    })
    .await;
}

#[tokio::test]
async fn private_message_to_stranger_without_common_group_fails() {
    over_both(async |story: Story| {
        let made = story
            .person(10002)
            .does("create_account", json!({"nickname": "Far away"}))
            .await;
        let refused = story
            .bot()
            .call(
                "send_private_msg",
                json!({"user_id": made["uin"], "message": "hello?"}),
            )
            .await;
        assert!(!refused.fails(Code::SendMessage).is_empty());
    })
    .await;
}

#[tokio::test]
async fn private_message_to_former_friend_fails() {
    let story = Story::new().await;
    story.bot().tells(10005, "hello").await;
    let person = story.person(10005);
    // Through a common group, a temporary chat would be possible.
    for group in [20001, 20002, 20003] {
        person.does("leave_group", json!({"group": group})).await;
    }
    person.does("delete_friend", json!({"target": 10001})).await;
    let refused = story
        .bot()
        .call(
            "send_private_msg",
            json!({"user_id": 10005, "message": "still friends?"}),
        )
        .await;
    let seen = story.newest_between(10005, 10001).await;
    assert_eq!(refused.envelope["status"], "failed", "{seen}");
    assert_eq!(seen["message"][0]["text"], "hello");
}

#[tokio::test]
async fn message_with_too_many_segments_is_not_sent() {
    let story = Story::new().await;
    let faces: Vec<_> = (0..1_000)
        .map(|_| json!({"type": "face", "data": {"id": "14"}}))
        .collect();
    let refused = story
        .bot()
        .call(
            "send_group_msg",
            json!({"group_id": 20001, "message": faces}),
        )
        .await;
    refused.fails(Code::SendMessage);
    assert!(story.newest_in_group(20001).await.is_null());
}
