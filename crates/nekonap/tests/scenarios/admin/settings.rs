//! `set_group_add_option`, `set_group_search`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn way_to_join_is_set() {
    over_both(async |story: Story| {
        let bot = story.bot();
        bot.call(
            "set_group_add_option",
            json!({"group_id": 20002, "add_type": "1"}),
        )
        .await
        .ok();
        story
            .journal(json!({"name": "set_group", "by": 10001, "detail": {"join_option": 1}}))
            .await;
        for option in [4, 5] {
            bot.call(
                "set_group_add_option",
                json!({"group_id": 20002, "add_type": option}),
            )
            .await
            .fails(Code::Upstream);
        }
        bot.call(
            "set_group_add_option",
            json!({
                "group_id": 20002, "option": 4, "group_question": "Which tree?",
                "group_answer": "Oak"
            }),
        )
        .await
        .ok();
        story
            .journal(json!({"name": "set_group", "detail": {"join_option": 4}}))
            .await;
    })
    .await;
}

#[tokio::test]
async fn way_to_join_needs_a_role_and_a_known_option() {
    let story = Story::new().await;
    let bot = story.bot();
    for (group, option, code) in [
        (20003, json!(1), Code::PermissionDenied),
        (29999, json!(1), Code::GroupNotFound),
        (20002, json!(6), Code::Upstream),
        (20002, json!("some"), Code::ParamInvalid),
    ] {
        bot.call(
            "set_group_add_option",
            json!({"group_id": group, "add_type": option}),
        )
        .await
        .fails(code);
    }
}

#[tokio::test]
async fn group_is_hidden_from_searches() {
    let story = Story::new().await;
    let bot = story.bot();
    bot.call("set_group_search", json!({"group_id": 20002}))
        .await
        .ok();
    bot.call(
        "set_group_search",
        json!({"group_id": 20002, "no_code_finger_open": 1}),
    )
    .await
    .ok();
    let change = story.journal(json!({"name": "set_group"})).await;
    assert_eq!(
        (
            &change["detail"]["hide_from_number"],
            &change["detail"]["hide_from_words"]
        ),
        (&json!(true), &json!(false))
    );
    bot.call(
        "set_group_search",
        json!({"group_id": 20002, "no_finger_open": "1", "no_code_finger_open": 0}),
    )
    .await
    .ok();
    story
        .journal(json!({"name": "set_group", "detail": {
            "hide_from_number": false, "hide_from_words": true
        }}))
        .await;
    bot.call(
        "set_group_search",
        json!({"group_id": 20003, "no_finger_open": 1}),
    )
    .await
    .fails(Code::PermissionDenied);
}
