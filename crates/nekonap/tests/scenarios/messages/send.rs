//! `send_group_msg`, `send_private_msg`, `send_msg`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn group_message_is_received_by_members() {
    over_both(async |story: Story| {
        let carol = story.client(10003).await;
        let id = story.bot().says(20001, "good morning").await;
        assert!(id > 0, "ids are positive: {id}");
        let seen = story.newest_in_group(20001).await;
        assert_eq!(seen["from"], 10001);
        assert_eq!(
            seen["message"],
            json!([{"type": "text", "text": "good morning"}])
        );
        carol.sees_in_group(20001, 10001, "good morning").await;
    })
    .await;
}

#[tokio::test]
async fn private_message_is_received_only_by_the_friend() {
    over_both(async |story: Story| {
        let bob = story.client(10002).await;
        story.bot().tells(10002, "just for you").await;
        bob.sees_from(10001, "just for you").await;
        let seen = story.newest_between(10002, 10001).await;
        assert_eq!(seen["from"], 10001);
        assert!(story.newest_between(10003, 10001).await.is_null());
    })
    .await;
}

#[tokio::test]
async fn mentions_and_faces_are_sent_as_elements() {
    over_both(async |story: Story| {
        let segments = json!([
            {"type": "at", "data": {"qq": "10002"}},
            {"type": "text", "data": {"text": " look "}},
            {"type": "face", "data": {"id": "14"}},
            {"type": "at", "data": {"qq": "all"}},
        ]);
        story.bot().says(20001, segments).await;
        let seen = story.newest_in_group(20001).await;
        assert_eq!(
            seen["message"],
            json!([
                {"type": "at", "uin": 10002},
                {"type": "text", "text": " look "},
                {"type": "face", "id": 14},
                {"type": "at", "uin": 0},
            ])
        );
    })
    .await;
}

#[tokio::test]
async fn cq_codes_are_sent_as_elements() {
    over_both(async |story: Story| {
        story
            .bot()
            .says(
                20001,
                "[CQ:at,qq=10003] 1 &amp; 2 &#91;ok&#93;[CQ:face,id=66]",
            )
            .await;
        let seen = story.newest_in_group(20001).await;
        assert_eq!(
            seen["message"],
            json!([
                {"type": "at", "uin": 10003},
                {"type": "text", "text": " 1 & 2 [ok]"},
                {"type": "face", "id": 66},
            ])
        );
    })
    .await;
}

#[tokio::test]
async fn auto_escape_sends_cq_codes_as_text() {
    let story = Story::new().await;
    let call = json!({"group_id": 20001, "message": "[CQ:face,id=66]", "auto_escape": true});
    story.bot().call("send_group_msg", call).await.ok();
    let seen = story.newest_in_group(20001).await;
    assert_eq!(
        seen["message"],
        json!([{"type": "text", "text": "[CQ:face,id=66]"}])
    );
}

#[tokio::test]
async fn send_msg_chooses_the_target_by_its_parameters() {
    over_both(async |story: Story| {
        let to_group = json!({"group_id": "20001", "message": "to the group"});
        story.bot().call("send_msg", to_group).await.ok();
        assert_eq!(
            story.newest_in_group(20001).await["message"][0]["text"],
            "to the group"
        );
        let to_friend =
            json!({"message_type": "private", "user_id": "10002", "message": "to a friend"});
        story.bot().call("send_msg", to_friend).await.ok();
        let seen = story.newest_between(10002, 10001).await;
        assert_eq!(seen["message"][0]["text"], "to a friend");
        let no_target = story
            .bot()
            .call("send_msg", json!({"message": "to whom?"}))
            .await;
        no_target.fails(Code::ParamMissing);
    })
    .await;
}

#[tokio::test]
async fn error_names_the_invalid_parameter_and_nothing_is_sent() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let missing = bot
            .call("send_group_msg", json!({"message": "hi"}))
            .await
            .fails(Code::ParamMissing);
        assert!(missing.contains("group_id"), "{missing}");
        let mistyped = bot
            .call(
                "send_group_msg",
                json!({"group_id": "the garden", "message": "hi"}),
            )
            .await
            .fails(Code::ParamInvalid);
        assert!(mistyped.contains("group_id"), "{mistyped}");
        let no_message = bot
            .call("send_group_msg", json!({"group_id": 20001}))
            .await
            .fails(Code::ParamMissing);
        assert!(no_message.contains("message"), "{no_message}");
        for empty in [json!(""), json!([])] {
            let empty = bot
                .call(
                    "send_group_msg",
                    json!({"group_id": 20001, "message": empty}),
                )
                .await;
            let text = empty.fails(Code::EmptyMessage);
            assert!(text.contains("message"), "{text}");
        }
        assert!(story.newest_in_group(20001).await.is_null());
    })
    .await;
}

#[tokio::test]
async fn send_to_group_without_the_bot_fails() {
    over_both(async |story: Story| {
        let made = story
            .person(10002)
            .does(
                "create_group",
                json!({"name": "No bots", "members": [10003]}),
            )
            .await;
        let group = made["group"].as_u64().expect("a group");
        let refused = story
            .bot()
            .call(
                "send_group_msg",
                json!({"group_id": group, "message": "hi"}),
            )
            .await
            .fails(Code::GroupNotFound);
        assert!(!refused.is_empty());
        assert!(story.newest_in_group(group).await.is_null());
    })
    .await;
}

#[tokio::test]
async fn message_of_five_thousand_characters_is_not_sent() {
    over_both(async |story: Story| {
        let long = "长".repeat(5_000);
        let refused = story
            .bot()
            .call(
                "send_group_msg",
                json!({"group_id": 20001, "message": long}),
            )
            .await;
        refused.fails(Code::SendMessage);
        assert!(story.newest_in_group(20001).await.is_null());
    })
    .await;
}
