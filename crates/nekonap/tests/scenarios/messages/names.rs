//! Names of people: new names in a pushed message appear at once in all lists and replies, and older names in history do not
//! replace them (protocol/02 §2.9, protocol/05 §9).

use crate::story::{Bot, Story, over_both};
use serde_json::{Value, json};

/// Advances the world's clock by a minute.
async fn advance_clock(story: &Story) {
    story
        .fault(json!({"fault": "advance_clock", "seconds": 60}))
        .await;
}

/// The entry of a list that has this `user_id`.
fn entry(list: &Value, number: u64) -> Value {
    list.as_array()
        .and_then(|list| list.iter().find(|one| one["user_id"] == number))
        .unwrap_or_else(|| panic!("{number} is not in {list}"))
        .clone()
}

/// The nicknames of account 10002 (Bob) in all lists and replies about people.
async fn nicknames(bot: &Bot) -> Vec<Value> {
    let friends = bot.call("get_friend_list", json!({})).await.ok();
    let stranger = bot
        .call("get_stranger_info", json!({"user_id": 10002}))
        .await
        .ok();
    let members = bot
        .call("get_group_member_list", json!({"group_id": 20001}))
        .await
        .ok();
    let member = bot
        .call(
            "get_group_member_info",
            json!({"group_id": 20001, "user_id": 10002}),
        )
        .await
        .ok();
    vec![
        entry(&friends, 10002)["nickname"].clone(),
        stranger["nickname"].clone(),
        entry(&members, 10002)["nickname"].clone(),
        member["nickname"].clone(),
    ]
}

/// Sends a forward of these messages; returns the names of its nodes.
async fn forwarded(story: &Story, ids: &[&Value]) -> Vec<Value> {
    let nodes: Vec<Value> = ids
        .iter()
        .map(|id| json!({"type": "node", "data": {"id": id}}))
        .collect();
    story
        .bot()
        .call(
            "send_group_forward_msg",
            json!({"group_id": 20003, "messages": nodes}),
        )
        .await
        .ok();
    let seen = story.newest_in_group(20003).await;
    let inside = seen["message"][0]["messages"].as_array().expect("nodes");
    inside.iter().map(|node| node["name"].clone()).collect()
}

#[tokio::test]
async fn new_nickname_shows_everywhere_after_a_group_message() {
    over_both(async |story: Story| {
        let (bot, bob) = (story.bot(), story.person(10002));
        bob.says(20001, "hi").await;
        let first = bot.hears(json!({"raw_message": "hi"})).await;
        assert_eq!(first["sender"]["nickname"], "Bob");
        assert_eq!(nicknames(bot).await, vec![json!("Bob"); 4]);

        advance_clock(&story).await;
        bob.does("set_profile", json!({"nickname": "Zoe"})).await;
        let sequence = bob.says(20001, "me again").await;
        let second = bot.hears(json!({"raw_message": "me again"})).await;
        assert_eq!(second["sender"]["nickname"], "Zoe");
        assert_eq!(second["sender"]["card"], "");
        assert_eq!(nicknames(bot).await, vec![json!("Zoe"); 4]);

        // Older messages have the current name, too.
        for event in [&first, &second] {
            let id = &event["message_id"];
            let message = bot.call("get_msg", json!({"message_id": id})).await.ok();
            assert_eq!(message["sender"]["nickname"], "Zoe");
        }
        let history = bot
            .call("get_group_msg_history", json!({"group_id": 20001}))
            .await
            .ok();
        let messages = history["messages"].as_array().expect("a list");
        assert_eq!(messages.len(), 2);
        assert!(
            messages
                .iter()
                .all(|message| message["sender"]["nickname"] == "Zoe")
        );
        let recent = bot.call("get_recent_contact", json!({})).await.ok();
        assert_eq!(recent[0]["sendNickName"], "Zoe");
        assert_eq!(recent[0]["lastestMsg"]["sender"]["nickname"], "Zoe");

        bob.does(
            "react",
            json!({"group": 20001, "sequence": sequence, "emoji": "76", "set": true}),
        )
        .await;
        bot.hears(json!({"notice_type": "group_msg_emoji_like", "user_id": 10002}))
            .await;
        let id = &second["message_id"];
        let reactions = bot
            .call(
                "fetch_emoji_like",
                json!({"message_id": id, "emojiId": "76", "emojiType": "1"}),
            )
            .await
            .ok();
        assert_eq!(
            reactions["emojiLikesList"][0]["nickName"], "Zoe",
            "{reactions}"
        );
        let likes = bot
            .call("get_emoji_likes", json!({"message_id": id}))
            .await
            .ok();
        assert_eq!(likes["emoji_like_list"][0]["nick_name"], "Zoe", "{likes}");

        bot.call("set_essence_msg", json!({"message_id": id}))
            .await
            .ok();
        let essence = bot
            .call("get_essence_msg_list", json!({"group_id": 20001}))
            .await
            .ok();
        assert_eq!(essence[0]["sender_nick"], "Zoe");
        assert_eq!(
            forwarded(&story, &[&first["message_id"], id]).await,
            ["Zoe", "Zoe"]
        );
        // None of these actions has restored the old name.
        assert_eq!(nicknames(bot).await, vec![json!("Zoe"); 4]);
    })
    .await;
}

#[tokio::test]
async fn new_nickname_shows_everywhere_after_a_private_message() {
    over_both(async |story: Story| {
        let (bot, bob) = (story.bot(), story.person(10002));
        bob.tells(10001, "hi").await;
        let first = bot.hears(json!({"raw_message": "hi"})).await;
        assert_eq!(first["sender"]["nickname"], "Bob");
        assert_eq!(nicknames(bot).await, vec![json!("Bob"); 4]);

        advance_clock(&story).await;
        bob.does("set_profile", json!({"nickname": "Zoe"})).await;
        bob.tells(10001, "me again").await;
        let second = bot.hears(json!({"raw_message": "me again"})).await;
        assert_eq!(second["sender"]["nickname"], "Zoe");
        assert_eq!(nicknames(bot).await, vec![json!("Zoe"); 4]);
        let id = &first["message_id"];
        let message = bot.call("get_msg", json!({"message_id": id})).await.ok();
        assert_eq!(message["sender"]["nickname"], "Zoe");
        let history = bot
            .call("get_friend_msg_history", json!({"user_id": 10002}))
            .await
            .ok();
        let messages = history["messages"].as_array().expect("a list");
        assert_eq!(messages.len(), 2);
        assert!(
            messages
                .iter()
                .all(|message| message["sender"]["nickname"] == "Zoe")
        );
        let recent = bot.call("get_recent_contact", json!({})).await.ok();
        assert_eq!(
            (&recent[0]["peerName"], &recent[0]["sendNickName"]),
            (&json!("Zoe"), &json!("Zoe"))
        );
        assert_eq!(forwarded(&story, &[id]).await, ["Zoe"]);
        assert_eq!(nicknames(bot).await, vec![json!("Zoe"); 4]);
    })
    .await;
}

#[tokio::test]
async fn names_in_a_forward_do_not_change() {
    let story = Story::new().await;
    let (bot, bob) = (story.bot(), story.person(10002));
    let node = json!({"type": "node", "data": {"user_id": 10002, "nickname": "Robert", "content": "I said so"}});
    let sent = bot
        .call(
            "send_group_forward_msg",
            json!({"group_id": 20001, "messages": [node]}),
        )
        .await
        .ok();
    bob.does("set_profile", json!({"nickname": "Zoe"})).await;
    bob.says(20001, "did I?").await;
    bot.hears(json!({"raw_message": "did I?"})).await;
    let forward = bot
        .call("get_forward_msg", json!({"message_id": sent["message_id"]}))
        .await
        .ok();
    assert_eq!(forward["messages"][0]["sender"]["nickname"], "Robert");
    assert_eq!(nicknames(bot).await, vec![json!("Zoe"); 4]);
}

#[tokio::test]
async fn own_nickname_is_current_after_start_with_saved_session() {
    let folder = tempfile::tempdir().expect("a folder");
    let begin = |bot| {
        Story::beginning()
            .kept_in(folder.path())
            .bots(&[bot])
            .begin()
    };
    let story = begin(10001).await;
    let info = story.bot().call("get_login_info", json!({})).await.ok();
    assert_eq!(info["nickname"], "Neko");
    story.end().await;
    // Change the nickname while no client of the account is logged in.
    let story = begin(10002).await;
    story
        .person(10001)
        .does("set_profile", json!({"nickname": "Tora"}))
        .await;
    story.end().await;
    let story = begin(10001).await;
    // The reply comes no earlier than that to the profile request that the client sends when it comes online.
    let profile = story
        .bot()
        .call("get_stranger_info", json!({"user_id": 10001}))
        .await
        .ok();
    assert_eq!(profile["nickname"], "Tora");
    let info = story.bot().call("get_login_info", json!({})).await.ok();
    assert_eq!(info["nickname"], "Tora");
    let id = story.bot().tells(10003, "it is me").await;
    let message = story
        .bot()
        .call("get_msg", json!({"message_id": id}))
        .await
        .ok();
    assert_eq!(message["sender"]["nickname"], "Tora");
}
