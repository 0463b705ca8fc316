//! `delete_msg`, and the notices of recalls.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn bot_recalls_its_group_message() {
    over_both(async |story: Story| {
        let carol = story.client(10003).await;
        let id = story.bot().says(20001, "a slip").await;
        story
            .bot()
            .call("delete_msg", json!({"message_id": id}))
            .await
            .ok();
        assert_eq!(story.newest_in_group(20001).await["recalled"], true);
        carol.sees_group_recall(20001, 10001).await;
    })
    .await;
}

#[tokio::test]
async fn bot_recalls_its_private_message() {
    over_both(async |story: Story| {
        let bob = story.client(10002).await;
        let id = story.bot().tells(10002, "a slip").await;
        story
            .bot()
            .call("delete_msg", json!({"message_id": id}))
            .await
            .ok();
        assert_eq!(story.newest_between(10002, 10001).await["recalled"], true);
        bob.sees_private_recall(10001).await;
    })
    .await;
}

#[tokio::test]
async fn administrator_recalls_message_of_a_member_and_member_may_not() {
    let story = Story::new().await;
    let bot = story.bot();
    story.person(10004).says(20002, "rude words").await;
    let event = bot
        .hears(json!({"group_id": 20002, "user_id": 10004}))
        .await;
    bot.call("delete_msg", json!({"message_id": event["message_id"]}))
        .await
        .ok();
    assert_eq!(story.newest_in_group(20002).await["recalled"], true);

    story.person(10004).says(20003, "rude words again").await;
    let event = bot
        .hears(json!({"group_id": 20003, "user_id": 10004}))
        .await;
    let refused = bot
        .call("delete_msg", json!({"message_id": event["message_id"]}))
        .await;
    assert!(!refused.fails(Code::PermissionDenied).is_empty());
    assert_eq!(story.newest_in_group(20003).await["recalled"], false);
}

#[tokio::test]
async fn recalls_by_others_are_reported() {
    let story = Story::new().await;
    let bot = story.bot();
    let sequence = story.person(10002).says(20001, "never mind").await;
    let said = bot
        .hears(json!({"group_id": 20001, "user_id": 10002}))
        .await;
    story
        .person(10002)
        .does(
            "recall_message",
            json!({"group": 20001, "sequence": sequence}),
        )
        .await;
    let notice = bot
        .hears(json!({"notice_type": "group_recall", "group_id": 20001}))
        .await;
    assert_eq!(notice["message_id"], said["message_id"]);
    assert_eq!(
        (&notice["user_id"], &notice["operator_id"]),
        (&json!(10002), &json!(10002))
    );

    let sequence = story.person(10003).tells(10001, "nor this").await;
    let said = bot
        .hears(json!({"message_type": "private", "user_id": 10003}))
        .await;
    story
        .person(10003)
        .does(
            "recall_message",
            json!({"peer": 10001, "sequence": sequence}),
        )
        .await;
    let notice = bot
        .hears(json!({"notice_type": "friend_recall", "user_id": 10003}))
        .await;
    assert_eq!(notice["message_id"], said["message_id"]);
}

#[tokio::test]
async fn recall_of_unknown_message_fails() {
    over_both(async |story: Story| {
        let text = story
            .bot()
            .call("delete_msg", json!({"message_id": 1}))
            .await
            .fails(Code::MessageNotFound);
        assert!(!text.is_empty());
        let text = story
            .bot()
            .call("delete_msg", json!({"message_id": "one"}))
            .await
            .fails(Code::ParamInvalid);
        assert!(text.contains("message_id"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn get_msg_reports_recalled_message_as_deleted() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let id = bot.says(20001, "a slip").await;
        bot.call("delete_msg", json!({"message_id": id})).await.ok();
        let gone = bot.call("get_msg", json!({"message_id": id})).await;
        assert_eq!(gone.ok()["status"], "deleted");
    })
    .await;
}

#[tokio::test]
async fn actions_on_recalled_message_fail() {
    over_both(async |story: Story| {
        let bot = story.bot();
        bot.says(20002, "before").await;
        let id = bot.says(20002, "a slip").await;
        bot.call("delete_msg", json!({"message_id": id})).await.ok();
        let private = bot.tells(10002, "a slip").await;
        bot.call("delete_msg", json!({"message_id": private}))
            .await
            .ok();
        for (action, params) in [
            ("delete_msg", json!({"message_id": id})),
            ("delete_msg", json!({"message_id": private})),
            (
                "set_msg_emoji_like",
                json!({"message_id": id, "emoji_id": "76"}),
            ),
            (
                "unset_msg_emoji_like",
                json!({"message_id": id, "emoji_id": "76"}),
            ),
            (
                "fetch_emoji_like",
                json!({"message_id": id, "emojiId": "76"}),
            ),
            ("get_emoji_likes", json!({"message_id": id})),
            (
                "get_emoji_likes",
                json!({"message_id": id, "emoji_id": "76"}),
            ),
            ("set_essence_msg", json!({"message_id": id})),
            ("delete_essence_msg", json!({"message_id": id})),
            (
                "forward_friend_single_msg",
                json!({"message_id": id, "user_id": 10002}),
            ),
            (
                "forward_group_single_msg",
                json!({"message_id": private, "group_id": 20001}),
            ),
        ] {
            bot.call(action, params).await.fails(Code::MessageNotFound);
        }
        let node = json!({"type": "node", "data": {"id": id}});
        let forward = json!({"group_id": 20001, "messages": [node]});
        bot.call("send_group_forward_msg", forward)
            .await
            .fails(Code::EmptyNodes);
        let other = json!({"type": "node", "data": {"content": "still here"}});
        let forward = json!({"group_id": 20001, "messages": [node, other]});
        bot.call("send_group_forward_msg", forward).await.ok();
        let seen = story.newest_in_group(20001).await["message"][0]["messages"].clone();
        assert_eq!(seen.as_array().map(Vec::len), Some(1), "{seen}");
    })
    .await;
}

#[tokio::test]
async fn recalled_message_can_be_read_and_used_as_history_position() {
    over_both(async |story: Story| {
        let bot = story.bot();
        bot.says(20001, "before").await;
        let id = bot.says(20001, "a slip").await;
        bot.call("delete_msg", json!({"message_id": id})).await.ok();
        let read = bot.call("get_msg", json!({"message_id": id})).await.ok();
        assert_eq!(
            (&read["status"], &read["raw_message"]),
            (&json!("deleted"), &json!("a slip"))
        );
        let recents = bot.call("get_recent_contact", json!({})).await.ok();
        assert_eq!(recents[0]["lastestMsg"]["status"], "deleted");
        let history = bot
            .call(
                "get_group_msg_history",
                json!({"group_id": 20001, "message_seq": id}),
            )
            .await
            .ok();
        assert_eq!(history["messages"][0]["raw_message"], "before");
        bot.call("mark_msg_as_read", json!({"message_id": id}))
            .await
            .ok();
        bot.says(20001, "after").await;
        let recents = bot.call("get_recent_contact", json!({})).await.ok();
        assert_eq!(recents[0]["lastestMsg"]["status"], "normal");
    })
    .await;
}

#[tokio::test]
async fn actions_on_message_recalled_by_its_author_fail() {
    let story = Story::new().await;
    let bot = story.bot();
    let sequence = story.person(10003).says(20002, "never mind").await;
    let said = bot
        .hears(json!({"group_id": 20002, "user_id": 10003}))
        .await;
    story
        .person(10003)
        .does(
            "recall_message",
            json!({"group": 20002, "sequence": sequence}),
        )
        .await;
    bot.hears(json!({"notice_type": "group_recall", "group_id": 20002}))
        .await;
    for action in ["delete_msg", "set_essence_msg", "get_emoji_likes"] {
        bot.call(action, json!({"message_id": said["message_id"]}))
            .await
            .fails(Code::MessageNotFound);
    }
}

#[tokio::test]
async fn recall_of_own_old_message_fails() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let in_group = bot.says(20003, "long ago").await;
        let in_private = bot.tells(10002, "long ago").await;
        story
            .fault(json!({"fault": "advance_clock", "seconds": 180}))
            .await;
        for id in [in_group, in_private] {
            bot.call("delete_msg", json!({"message_id": id}))
                .await
                .fails(Code::PermissionDenied);
        }
    })
    .await;
}
