//! `get_msg`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn message_is_found_by_the_id_of_its_event_or_reply() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let id = bot.says(20001, "[CQ:face,id=14] mine").await;
        let mine = bot.call("get_msg", json!({"message_id": id})).await.ok();
        assert_eq!(mine["user_id"], 10001);
        assert_eq!(mine["group_id"], 20001);
        assert_eq!(
            mine["message"][1],
            json!({"type": "text", "data": {"text": " mine"}})
        );

        story.person(10002).says(20001, "yours").await;
        let event = bot
            .hears(json!({"group_id": 20001, "user_id": 10002}))
            .await;
        let yours = bot
            .call("get_msg", json!({"message_id": event["message_id"]}))
            .await
            .ok();
        for key in [
            "user_id",
            "message",
            "raw_message",
            "time",
            "real_seq",
            "group_id",
        ] {
            assert_eq!(yours[key], event[key], "{key}");
        }
    })
    .await;
}

#[tokio::test]
async fn get_msg_of_unknown_id_fails() {
    over_both(async |story: Story| {
        let text = story
            .bot()
            .call("get_msg", json!({"message_id": 424_242}))
            .await
            .fails(Code::MessageNotFound);
        assert!(!text.is_empty());
    })
    .await;
}

#[tokio::test]
async fn message_ids_are_the_same_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let story = Story::beginning().kept_in(folder.path()).begin().await;
    let mut known = Vec::new();
    for text in ["one", "two", "three"] {
        let id = story.bot().says(20001, text).await;
        known.push((id, text));
    }
    let before = story.newest_in_group(20001).await["sequence"].clone();
    story.end().await;

    let story = Story::beginning().kept_in(folder.path()).begin().await;
    for (id, text) in &known {
        let message = story
            .bot()
            .call("get_msg", json!({"message_id": id}))
            .await
            .ok();
        assert_eq!(message["raw_message"], *text);
    }
    let fresh = story.bot().says(20001, "four").await;
    assert!(known.iter().all(|(id, _)| *id != fresh));
    let after = story.newest_in_group(20001).await["sequence"].clone();
    assert_eq!(after.as_u64(), before.as_u64().map(|before| before + 1));
}
