//! `set_group_todo`, `complete_group_todo`, `cancel_group_todo`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};

async fn todo(story: &Story, group: u64) -> Value {
    story.look(&format!("activities?group={group}")).await["todo"].clone()
}

#[tokio::test]
async fn to_do_is_set_completed_and_cancelled() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let carol = story.client(10003).await;
        let first = story.person(10002).says(20002, "water the garden").await;
        let event = bot
            .hears(json!({"group_id": 20002, "user_id": 10002}))
            .await;
        let id = &event["message_id"];
        let by_id = json!({"group_id": 20002, "message_id": id});
        let answer = bot.call("set_group_todo", by_id.clone()).await;
        assert!(answer.ok().is_null());
        carol
            .sees(
                json!({"event": "activity", "group": 20002, "by": 10001, "doing": "set the to-do"}),
            )
            .await;
        assert_eq!(carol.todo(20002).await, Some(first));
        assert!(
            bot.call("complete_group_todo", by_id.clone())
                .await
                .ok()
                .is_null()
        );
        carol
            .sees(json!({"event": "activity", "by": 10001, "doing": "completed the to-do"}))
            .await;
        story
            .person(10004)
            .does("complete_todo", json!({"group": 20002}))
            .await;
        let seen = todo(&story, 20002).await;
        assert_eq!(
            (&seen["sequence"], &seen["operator"], &seen["done"]),
            (&json!(first), &json!(10001), &json!([10001, 10004]))
        );

        // The sequence counts if both are given. Another to-do replaces the first, and nobody has completed it.
        let second = story.person(10002).says(20002, "cut the hedge").await;
        let by_sequence = json!({
            "group_id": 20002, "message_id": id, "message_seq": second.to_string()
        });
        bot.call("set_group_todo", by_sequence.clone()).await.ok();
        let seen = todo(&story, 20002).await;
        assert_eq!(
            (&seen["sequence"], &seen["done"]),
            (&json!(second), &json!([]))
        );
        // The first message is no to-do any more.
        for action in ["complete_group_todo", "cancel_group_todo"] {
            bot.call(action, by_id.clone())
                .await
                .fails(Code::MessageNotFound);
        }
        assert!(
            bot.call("cancel_group_todo", by_sequence.clone())
                .await
                .ok()
                .is_null()
        );
        assert!(todo(&story, 20002).await.is_null());
        assert_eq!(carol.todo(20002).await, None);
        bot.call("complete_group_todo", by_sequence)
            .await
            .fails(Code::MessageNotFound);
    })
    .await;
}

#[tokio::test]
async fn to_do_needs_a_message_of_the_group_and_a_role() {
    let story = Story::new().await;
    let bot = story.bot();
    let sequence = story.person(10003).says(20003, "mine").await;
    let event = bot
        .hears(json!({"group_id": 20003, "user_id": 10003}))
        .await;
    let id = &event["message_id"];
    let member = json!({"group_id": 20003, "message_seq": sequence});
    for action in ["set_group_todo", "cancel_group_todo"] {
        bot.call(action, member.clone())
            .await
            .fails(Code::PermissionDenied);
    }
    for action in ["set_group_todo", "complete_group_todo", "cancel_group_todo"] {
        for (params, code) in [
            (json!({"group_id": 20002}), Code::ParamMissing),
            (json!({"message_id": id}), Code::ParamMissing),
            (
                json!({"group_id": 29999, "message_id": id}),
                Code::GroupNotFound,
            ),
            // A message of another group, and numbers of no message.
            (
                json!({"group_id": 20002, "message_id": id}),
                Code::MessageNotFound,
            ),
            (
                json!({"group_id": 20002, "message_id": 9}),
                Code::MessageNotFound,
            ),
            (
                json!({"group_id": 20002, "message_seq": 0}),
                Code::MessageNotFound,
            ),
            (
                json!({"group_id": 20002, "message_seq": "9000000000000"}),
                Code::MessageNotFound,
            ),
            (
                json!({"group_id": 20002, "message_seq": "first"}),
                Code::ParamInvalid,
            ),
        ] {
            bot.call(action, params).await.fails(code);
        }
    }
    // A plain member completes what an administrator has set.
    story
        .person(10003)
        .does("set_todo", json!({"group": 20003, "sequence": sequence}))
        .await;
    bot.call("complete_group_todo", member).await.ok();
    assert_eq!(todo(&story, 20003).await["done"], json!([10001]));
    let (status, _) = story
        .person(10004)
        .tries("cancel_todo", json!({"group": 20003}))
        .await;
    assert_eq!(status, 403);
}
