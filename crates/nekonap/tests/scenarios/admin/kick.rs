//! `set_group_kick`, `set_group_kick_members`, the notice `group_decrease`, and the quick operation `kick`.

use super::member;
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};

#[tokio::test]
async fn administrator_removes_a_member_and_the_others_hear_it() {
    over_both(async |story: Story| {
        let bot = story.bot();
        bot.call(
            "set_group_kick",
            json!({"group_id": 20002, "user_id": 10003, "reject_add_request": true}),
        )
        .await
        .ok();
        let notice = bot
            .hears(json!({"notice_type": "group_decrease", "sub_type": "kick"}))
            .await;
        assert_eq!(
            (&notice["user_id"], &notice["operator_id"]),
            (&json!(10003), &json!(10001))
        );
        assert_eq!(member(&story, 20002, 10003).await, Value::Null);
        story
            .journal(json!({"name": "kick_member", "detail": {"target": 10003, "forever": true}}))
            .await;
        let list = bot
            .call("get_group_member_list", json!({"group_id": 20002}))
            .await
            .ok();
        assert_eq!(list.as_array().expect("a list").len(), 4);
        bot.call(
            "set_group_kick",
            json!({"group_id": 20002, "user_id": 10003}),
        )
        .await
        .fails(Code::MemberNotFound);
    })
    .await;
}

#[tokio::test]
async fn several_members_are_removed_at_once_and_strangers_are_left_out() {
    let story = Story::new().await;
    let bot = story.bot();
    for (user_id, code) in [
        (json!([]), Code::ParamInvalid),
        (json!([4_000_000]), Code::MemberNotFound),
        (json!([10003, 10002]), Code::PermissionDenied),
    ] {
        bot.call(
            "set_group_kick_members",
            json!({"group_id": 20002, "user_id": user_id}),
        )
        .await
        .fails(code);
    }
    assert_ne!(member(&story, 20002, 10003).await, Value::Null);
    bot.call(
        "batch_delete_group_member",
        json!({"group_id": "20002", "user_ids": ["10003", 10004, 4_000_000, 10004]}),
    )
    .await
    .ok();
    for user in [10003, 10004] {
        bot.hears(json!({"notice_type": "group_decrease", "sub_type": "kick", "user_id": user}))
            .await;
        assert_eq!(member(&story, 20002, user).await, Value::Null);
    }
}

#[tokio::test]
async fn kick_needs_a_higher_rank_than_the_target() {
    let story = Story::new().await;
    let bot = story.bot();
    for (group, user, code) in [
        (20003, 10004, Code::PermissionDenied),
        (20002, 10002, Code::PermissionDenied),
        (20002, 10001, Code::PermissionDenied),
        (29999, 10002, Code::GroupNotFound),
    ] {
        bot.call(
            "set_group_kick",
            json!({"group_id": group, "user_id": user}),
        )
        .await
        .fails(code);
    }
}

#[tokio::test]
async fn removed_bot_hears_it_once_and_is_no_longer_in_the_group() {
    let story = Story::new().await;
    let bot = story.bot();
    story
        .person(10003)
        .does("kick_member", json!({"group": 20003, "target": 10001}))
        .await;
    let notice = bot
        .hears(json!({"notice_type": "group_decrease", "sub_type": "kick_me"}))
        .await;
    assert_eq!(
        (
            &notice["group_id"],
            &notice["user_id"],
            &notice["operator_id"]
        ),
        (&json!(20003), &json!(10001), &json!(10003))
    );
    bot.call(
        "send_group_msg",
        json!({"group_id": 20003, "message": "hello?"}),
    )
    .await
    .fails(Code::GroupNotFound);
    story.person(10002).says(20001, "later").await;
    bot.hears(json!({"raw_message": "later"})).await;
    assert!(!bot.has_heard(&json!({"notice_type": "group_decrease"})));
}

#[tokio::test]
async fn quick_operation_mutes_and_removes_the_sender() {
    let story = Story::new().await;
    let bot = story.bot();
    story.person(10004).says(20002, "spam").await;
    let event = bot.hears(json!({"raw_message": "spam"})).await;
    bot.call(
        ".handle_quick_operation",
        json!({"context": event, "operation": {"ban": true, "ban_duration": 60}}),
    )
    .await
    .ok();
    let notice = bot.hears(json!({"notice_type": "group_ban"})).await;
    assert_eq!(
        (&notice["user_id"], &notice["duration"]),
        (&json!(10004), &json!(60))
    );
    bot.call(
        ".handle_quick_operation",
        json!({"context": event, "operation": {"kick": true}}),
    )
    .await
    .ok();
    bot.hears(json!({"notice_type": "group_decrease", "user_id": 10004}))
        .await;
    assert_eq!(member(&story, 20002, 10004).await, Value::Null);
}
