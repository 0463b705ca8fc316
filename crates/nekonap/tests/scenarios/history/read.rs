//! `mark_private_msg_as_read`, `mark_group_msg_as_read`, `mark_msg_as_read`, `_mark_all_as_read`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn conversations_are_marked_as_read() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let in_group = story.person(10002).says(20001, "read me").await;
        let in_private = story.person(10002).tells(10001, "and me").await;
        let event = bot.hears(json!({"message_type": "group", "group_id": 20001})).await;
        bot.hears(json!({"message_type": "private", "user_id": 10002})).await;

        let done = bot.call("mark_group_msg_as_read", json!({"group_id": "20001"})).await.ok();
        assert!(done.is_null());
        story
            .journal(json!({"kind": "change", "by": 10001, "name": "read", "detail": {"group": 20001, "sequence": in_group}}))
            .await;
        let done = bot.call("mark_private_msg_as_read", json!({"user_id": 10002})).await.ok();
        assert!(done.is_null());
        story
            .journal(json!({"kind": "change", "by": 10001, "name": "read", "detail": {"peer": 10002, "sequence": in_private}}))
            .await;

        let again = story.person(10002).says(20001, "once more").await;
        let newer = bot.hears(json!({"raw_message": "once more"})).await;
        let by_message = json!({"message_id": newer["message_id"]});
        assert!(bot.call("mark_msg_as_read", by_message).await.ok().is_null());
        story
            .journal(json!({"kind": "change", "by": 10001, "name": "read", "detail": {"group": 20001, "sequence": again}}))
            .await;
        let older = json!({"message_id": event["message_id"]});
        bot.call("mark_msg_as_read", older).await.ok();

        bot.call("mark_msg_as_read", json!({})).await.fails(Code::ParamMissing);
        bot.call("mark_msg_as_read", json!({"message_id": 7})).await.fails(Code::MessageNotFound);
        bot.call("mark_group_msg_as_read", json!({})).await.fails(Code::ParamMissing);
    })
    .await;
}

#[tokio::test]
async fn all_conversations_are_marked_as_read_at_once() {
    let story = Story::new().await;
    let bot = story.bot();
    bot.call("_mark_all_as_read", json!({})).await.ok();
    let first = story.person(10002).says(20001, "one").await;
    let second = story.person(10003).tells(10001, "two").await;
    bot.hears(json!({"raw_message": "one"})).await;
    bot.hears(json!({"raw_message": "two"})).await;
    assert!(
        bot.call("_mark_all_as_read", json!({}))
            .await
            .ok()
            .is_null()
    );
    story
        .journal(json!({"kind": "change", "by": 10001, "name": "read", "detail": {"group": 20001, "sequence": first}}))
        .await;
    story
        .journal(json!({"kind": "change", "by": 10001, "name": "read", "detail": {"peer": 10003, "sequence": second}}))
        .await;
}
