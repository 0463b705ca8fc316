//! `get_friend_msg_history`, `get_group_msg_history`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};

fn texts(history: &Value) -> Vec<String> {
    history["messages"]
        .as_array()
        .expect("messages")
        .iter()
        .map(|message| message["raw_message"].as_str().expect("text").to_owned())
        .collect()
}

#[tokio::test]
async fn group_history_is_paged_in_both_directions() {
    over_both(async |story: Story| {
        let bot = story.bot();
        for number in 1..=10 {
            story.person(10002).says(20001, format!("m{number}")).await;
        }
        let newest = bot
            .call("get_group_msg_history", json!({"group_id": "20001", "count": 4}))
            .await
            .ok();
        assert_eq!(texts(&newest), ["m7", "m8", "m9", "m10"]);
        let anchor = newest["messages"][0]["message_id"].clone();
        let older = bot
            .call("get_group_msg_history", json!({"group_id": 20001, "message_seq": anchor, "count": 3}))
            .await
            .ok();
        assert_eq!(texts(&older), ["m5", "m6", "m7"]);
        let newer = json!({"group_id": 20001, "message_seq": anchor, "count": 3, "reverseOrder": false});
        let newer = bot.call("get_group_msg_history", newer).await.ok();
        assert_eq!(texts(&newer), ["m7", "m8", "m9"]);
        let by_sequence = json!({"group_id": 20001, "message_seq": newest["messages"][1]["real_seq"], "count": 2, "reverse_order": true});
        let by_sequence = bot.call("get_group_msg_history", by_sequence).await.ok();
        assert_eq!(texts(&by_sequence), ["m7", "m8"]);
        let none = json!({"group_id": 20001, "count": 0});
        assert!(texts(&bot.call("get_group_msg_history", none).await.ok()).is_empty());
        let quiet = bot.call("get_group_msg_history", json!({"group_id": 20003})).await.ok();
        assert!(texts(&quiet).is_empty());
    })
    .await;
}

#[tokio::test]
async fn friend_history_is_paged_in_both_directions() {
    over_both(async |story: Story| {
        let bot = story.bot();
        for number in 1..=6 {
            if number % 2 == 0 {
                bot.tells(10002, format!("m{number}")).await;
            } else {
                story.person(10002).tells(10001, format!("m{number}")).await;
            }
        }
        let all = bot
            .call("get_friend_msg_history", json!({"user_id": "10002"}))
            .await
            .ok();
        assert_eq!(texts(&all), ["m1", "m2", "m3", "m4", "m5", "m6"]);
        let anchor = all["messages"][2]["message_id"].clone();
        let newer = json!({"user_id": 10002, "message_seq": anchor, "count": 2});
        assert_eq!(
            texts(&bot.call("get_friend_msg_history", newer).await.ok()),
            ["m3", "m4"]
        );
        let older =
            json!({"user_id": 10002, "message_seq": anchor, "count": 2, "reverseOrder": true});
        assert_eq!(
            texts(&bot.call("get_friend_msg_history", older).await.ok()),
            ["m2", "m3"]
        );
        bot.call("get_friend_msg_history", json!({}))
            .await
            .fails(Code::ParamMissing);
        bot.call("get_friend_msg_history", json!({"user_id": 99_999_999}))
            .await
            .fails(Code::UserNotFound);
    })
    .await;
}

#[tokio::test]
async fn history_has_messages_sent_while_the_bot_was_offline() {
    let folder = tempfile::tempdir().expect("a folder");
    let story = Story::beginning().kept_in(folder.path()).begin().await;
    let known = story.bot().says(20001, "before").await;
    story.end().await;

    // Only another account is a bot now, so the first account has no client.
    let story = Story::beginning()
        .kept_in(folder.path())
        .bots(&[10005])
        .begin()
        .await;
    story.person(10002).says(20001, "meanwhile").await;
    story.end().await;

    let story = Story::beginning().kept_in(folder.path()).begin().await;
    let history = story
        .bot()
        .call("get_group_msg_history", json!({"group_id": 20001}))
        .await
        .ok();
    assert_eq!(texts(&history), ["before", "meanwhile"]);
    assert_eq!(history["messages"][0]["message_id"], known);
    let missed = story
        .bot()
        .call(
            "get_msg",
            json!({"message_id": history["messages"][1]["message_id"]}),
        )
        .await
        .ok();
    assert_eq!(missed["raw_message"], "meanwhile");
}

#[tokio::test]
async fn history_of_a_group_has_the_reactions_of_each_message() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let popular = story.person(10002).says(20001, "liked").await;
        story.person(10002).says(20001, "overlooked").await;
        for (who, emoji) in [(10002, "76"), (10003, "76"), (10004, "128516")] {
            let react = json!({"group": 20001, "sequence": popular, "emoji": emoji, "set": true});
            story.person(who).does("react", react).await;
        }
        let history = bot.call("get_group_msg_history", json!({"group_id": 20001}));
        let history = history.await.ok();
        assert_eq!(texts(&history), ["liked", "overlooked"]);
        let expected = json!([
            {"emoji_id": "128516", "emoji_type": "2", "likes_cnt": "1"},
            {"emoji_id": "76", "emoji_type": "1", "likes_cnt": "2"},
        ]);
        let [liked, overlooked] = [0, 1].map(|at| &history["messages"][at]);
        assert_eq!(liked["emoji_likes_list"], expected);
        assert_eq!(overlooked["emoji_likes_list"], json!([]));
        let one = json!({"message_id": liked["message_id"]});
        let one = bot.call("get_msg", one).await.ok();
        assert_eq!(one["emoji_likes_list"], expected, "the same as in get_msg");
    })
    .await;
}
