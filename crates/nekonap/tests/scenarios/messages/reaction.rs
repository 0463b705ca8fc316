//! `set_msg_emoji_like`, `fetch_emoji_like`, `get_emoji_likes`, and the notice.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn bot_adds_and_removes_face_and_unicode_reactions() {
    over_both(async |story: Story| {
        let bot = story.bot();
        story.person(10002).says(20001, "I passed!").await;
        let event = bot
            .hears(json!({"group_id": 20001, "user_id": 10002}))
            .await;
        let id = event["message_id"].clone();
        for emoji in ["76", "128516"] {
            let set = json!({"message_id": id, "emoji_id": emoji});
            assert!(
                bot.call("set_msg_emoji_like", set.clone())
                    .await
                    .ok()
                    .is_null()
            );
            bot.call("set_msg_emoji_like", set).await.ok();
            let reactions = story.newest_in_group(20001).await["reactions"].clone();
            assert!(
                reactions
                    .as_array()
                    .expect("a list")
                    .contains(&json!({"emoji": emoji, "by": [10001]})),
                "{reactions}"
            );
        }
        let unset = json!({"message_id": id, "emoji_id": "76", "set": false});
        bot.call("set_msg_emoji_like", unset.clone()).await.ok();
        bot.call("set_msg_emoji_like", unset).await.ok();
        assert_eq!(
            story.newest_in_group(20001).await["reactions"],
            json!([{"emoji": "128516", "by": [10001]}])
        );
    })
    .await;
}

#[tokio::test]
async fn reactions_of_others_are_reported_and_listed() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let id = bot.says(20001, "like me").await;
        let sequence = story.newest_in_group(20001).await["sequence"].clone();
        for who in [10002, 10003] {
            story
                .person(who)
                .does(
                    "react",
                    json!({"group": 20001, "sequence": sequence, "emoji": "76", "set": true}),
                )
                .await;
            let notice = bot
                .hears(
                    json!({"notice_type": "group_msg_emoji_like", "user_id": who, "is_add": true}),
                )
                .await;
            assert_eq!(notice["message_id"], id);
            assert_eq!(notice["likes"][0]["emoji_id"], "76");
        }
        let page = bot
            .call(
                "fetch_emoji_like",
                json!({"message_id": id, "emojiId": "76", "emojiType": "1"}),
            )
            .await
            .ok();
        let mut who: Vec<&str> = page["emojiLikesList"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| one["tinyId"].as_str().expect("a number"))
            .collect();
        who.sort_unstable();
        assert_eq!(who, ["10002", "10003"]);
        let all = bot
            .call("get_emoji_likes", json!({"message_id": id}))
            .await
            .ok();
        assert_eq!(all["emoji_like_list"].as_array().map(Vec::len), Some(2));
        story
            .person(10002)
            .does(
                "react",
                json!({"group": 20001, "sequence": sequence, "emoji": "76", "set": false}),
            )
            .await;
        bot.hears(
            json!({"notice_type": "group_msg_emoji_like", "user_id": 10002, "is_add": false}),
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn invalid_reaction_is_refused() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let text = bot
            .call(
                "set_msg_emoji_like",
                json!({"message_id": 5, "emoji_id": "76"}),
            )
            .await
            .fails(Code::MessageNotFound);
        assert!(!text.is_empty());
        let text = bot
            .call("set_msg_emoji_like", json!({"message_id": 5}))
            .await
            .fails(Code::ParamMissing);
        assert!(text.contains("emoji_id"), "{text}");
        let said = bot.says(20001, "no such emoji").await;
        for emoji in ["smile", "-1", "55357", "4294967296"] {
            let text = bot
                .call(
                    "set_msg_emoji_like",
                    json!({"message_id": said, "emoji_id": emoji}),
                )
                .await
                .fails(Code::ParamInvalid);
            assert!(text.contains("emoji_id"), "{text}");
        }
        let id = bot.tells(10002, "in private").await;
        bot.call(
            "set_msg_emoji_like",
            json!({"message_id": id, "emoji_id": "76"}),
        )
        .await
        .fails(Code::NotSupported);
    })
    .await;
}
