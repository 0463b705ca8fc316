//! `set_group_leave`, and the notice `group_decrease`.

use super::{group, member};
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};

#[tokio::test]
async fn bot_leaves_a_group_and_hears_it_once() {
    over_both(async |story: Story| {
        let bot = story.bot();
        bot.call("set_group_leave", json!({"group_id": 20003}))
            .await
            .ok();
        let notice = bot
            .hears(json!({"notice_type": "group_decrease", "sub_type": "leave"}))
            .await;
        assert_eq!(
            (
                &notice["group_id"],
                &notice["user_id"],
                &notice["operator_id"]
            ),
            (&json!(20003), &json!(10001), &json!(10001))
        );
        assert_eq!(member(&story, 20003, 10001).await, Value::Null);
        let groups = bot.call("get_group_list", json!({})).await.ok();
        assert_eq!(groups.as_array().expect("a list").len(), 2);
        bot.call("set_group_leave", json!({"group_id": 20003}))
            .await
            .fails(Code::GroupNotFound);
        story.person(10002).says(20001, "later").await;
        bot.hears(json!({"raw_message": "later"})).await;
        assert!(!bot.has_heard(&json!({"notice_type": "group_decrease"})));
    })
    .await;
}

#[tokio::test]
async fn owner_dismisses_a_group_and_every_member_hears_it() {
    let story = Story::beginning().bots(&[10001, 10002]).begin().await;
    let owner = story.bot_of(10001);
    owner
        .call("set_group_leave", json!({"group_id": 20001}))
        .await
        .fails(Code::PermissionDenied);
    assert_ne!(group(&story, 20001).await, Value::Null);
    owner
        .call(
            "set_group_leave",
            json!({"group_id": 20001, "is_dismiss": "true"}),
        )
        .await
        .ok();
    assert_eq!(group(&story, 20001).await, Value::Null);
    for uin in [10001, 10002] {
        let bot = story.bot_of(uin);
        let notice = bot
            .hears(json!({"notice_type": "group_decrease", "sub_type": "disband"}))
            .await;
        assert_eq!(
            (&notice["user_id"], &notice["operator_id"]),
            (&json!(uin), &json!(10001))
        );
        bot.call("get_group_info", json!({"group_id": 20001}))
            .await
            .fails(Code::GroupNotFound);
        story.person(10003).says(20002, "later").await;
        bot.hears(json!({"raw_message": "later"})).await;
        assert!(!bot.has_heard(&json!({"notice_type": "group_decrease"})));
    }
}

#[tokio::test]
async fn bot_hears_that_others_leave_and_that_a_group_is_dismissed() {
    let story = Story::new().await;
    let bot = story.bot();
    story
        .person(10004)
        .does("leave_group", json!({"group": 20003}))
        .await;
    let notice = bot
        .hears(json!({"notice_type": "group_decrease", "sub_type": "leave"}))
        .await;
    assert_eq!(
        (&notice["user_id"], &notice["operator_id"]),
        (&json!(10004), &json!(10004))
    );
    bot.call(
        "get_group_member_info",
        json!({"group_id": 20003, "user_id": 10004}),
    )
    .await
    .fails(Code::MemberNotFound);
    let owner = story.person(10003);
    let (status, _) = owner.tries("leave_group", json!({"group": 20003})).await;
    assert_eq!(status, 403);
    owner.does("dismiss_group", json!({"group": 20003})).await;
    bot.hears(json!({
        "notice_type": "group_decrease", "sub_type": "disband", "group_id": 20003,
        "user_id": 10001, "operator_id": 10003
    }))
    .await;
}
