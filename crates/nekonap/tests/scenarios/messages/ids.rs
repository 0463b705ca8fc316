//! Message ids are derived from the message: all bots use the same id for a message, also with a new archive (protocol/02
//! §12).

use crate::story::{Bot, Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};
use std::path::Path;

#[tokio::test]
async fn bots_in_one_group_give_a_message_the_same_id() {
    let story = Story::beginning().bots(&[10001, 10002]).begin().await;
    let (one, other) = (story.bot_of(10001), story.bot_of(10002));
    story.person(10003).says(20001, "to both").await;
    let pattern = json!({"group_id": 20001, "raw_message": "to both"});
    let heard = one.hears(pattern.clone()).await["message_id"].clone();
    assert_eq!(other.hears(pattern).await["message_id"], heard);

    // The reply to a send, the event of another bot, and a quote have the same id.
    let sent = one.says(20001, "from one").await;
    let event = other.hears(json!({"raw_message": "from one"})).await;
    assert_eq!(event["message_id"], sent);
    other
        .says(20001, format!("[CQ:reply,id={sent}]from the other"))
        .await;
    let quoting = one.hears(json!({"user_id": 10002})).await;
    assert_eq!(
        quoting["message"][0],
        json!({"type": "reply", "data": {"id": sent.to_string()}})
    );
    one.call("delete_msg", json!({"message_id": sent}))
        .await
        .ok();
    let recalled = other
        .hears(json!({"notice_type": "group_recall", "group_id": 20001}))
        .await;
    assert_eq!(recalled["message_id"], sent);
}

#[tokio::test]
async fn both_sides_of_a_private_chat_give_a_message_the_same_id() {
    let story = Story::beginning().bots(&[10001, 10002]).begin().await;
    let (one, other) = (story.bot_of(10001), story.bot_of(10002));
    for (speaker, listener, text) in [(one, other, "there"), (other, one, "and back")] {
        let sent = speaker.tells(listener.uin(), text).await;
        let event = listener
            .hears(json!({"message_type": "private", "raw_message": text}))
            .await;
        assert_eq!(event["message_id"], sent);
        let known = listener
            .call("get_msg", json!({"message_id": sent}))
            .await
            .ok();
        assert_eq!(known["raw_message"], text);
    }
}

/// Ids and texts of the messages in the histories of group 20001 and of friend 10002.
async fn history(bot: &Bot) -> Vec<(Value, Value)> {
    let mut found = Vec::new();
    for (action, params) in [
        ("get_group_msg_history", json!({"group_id": 20001})),
        ("get_friend_msg_history", json!({"user_id": 10002})),
    ] {
        let data = bot.call(action, params).await.ok();
        let messages = data["messages"].as_array().expect("a list");
        found.extend(
            messages
                .iter()
                .map(|one| (one["message_id"].clone(), one["raw_message"].clone())),
        );
    }
    found
}

/// Deletes the archives of all bots.
fn delete_archives(folder: &Path) {
    for bot in std::fs::read_dir(folder.join("bots")).expect("the bots") {
        let bot = bot.expect("a bot").path();
        let mut deleted = 0;
        for file in std::fs::read_dir(&bot).expect("its files") {
            let path = file.expect("a file").path();
            if path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("archive.db"))
            {
                std::fs::remove_file(path).expect("deleted");
                deleted += 1;
            }
        }
        assert!(deleted > 0, "{} had an archive", bot.display());
    }
}

#[tokio::test]
async fn new_archive_gives_messages_the_same_ids() {
    let folder = tempfile::tempdir().expect("a folder");
    let story = Story::beginning().kept_in(folder.path()).begin().await;
    let bot = story.bot();
    let mut ids = vec![bot.says(20001, "my own").await];
    story.person(10003).says(20001, "somebody's").await;
    let event = bot.hears(json!({"raw_message": "somebody's"})).await;
    ids.push(event["message_id"].as_i64().expect("an id"));
    ids.push(bot.tells(10002, "in private").await);
    story.person(10002).tells(10001, "an answer").await;
    let event = bot.hears(json!({"raw_message": "an answer"})).await;
    ids.push(event["message_id"].as_i64().expect("an id"));
    let before = history(bot).await;
    let listed: Vec<i64> = before.iter().filter_map(|(id, _)| id.as_i64()).collect();
    assert_eq!(listed, ids);
    story.end().await;
    delete_archives(folder.path());

    let story = Story::beginning().kept_in(folder.path()).begin().await;
    let bot = story.bot();
    bot.call("get_msg", json!({"message_id": ids[0]}))
        .await
        .fails(Code::MessageNotFound);
    assert_eq!(history(bot).await, before);
    let known = bot.call("get_msg", json!({"message_id": ids[0]})).await;
    assert_eq!(known.ok()["raw_message"], "my own");
}

#[tokio::test]
async fn nodes_of_a_forward_have_no_id() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let node = json!({"type": "node", "data": {"user_id": 10002, "nickname": "Bob", "content": "inside"}});
        let sent = bot
            .call(
                "send_group_forward_msg",
                json!({"group_id": 20001, "messages": [node]}),
            )
            .await
            .ok();
        let forward = bot
            .call(
                "get_forward_msg",
                json!({"message_id": sent["message_id"]}),
            )
            .await
            .ok();
        assert_eq!(forward["messages"][0]["message_id"], 0);
    })
    .await;
}
