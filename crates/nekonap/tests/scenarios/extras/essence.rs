//! `set_essence_msg`, `delete_essence_msg`, `get_essence_msg_list`, and the notice.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn administrator_adds_and_removes_essence() {
    over_both(async |story: Story| {
        let bot = story.bot();
        story.person(10003).says(20002, "words to live by").await;
        let event = bot
            .hears(json!({"group_id": 20002, "user_id": 10003}))
            .await;
        let id = event["message_id"].clone();
        bot.call("set_essence_msg", json!({"message_id": id}))
            .await
            .ok();
        let notice = bot
            .hears(json!({"notice_type": "essence", "sub_type": "add"}))
            .await;
        assert_eq!(
            (&notice["message_id"], &notice["operator_id"]),
            (&id, &json!(10001))
        );
        let list = bot
            .call("get_essence_msg_list", json!({"group_id": 20002}))
            .await
            .ok();
        assert_eq!(list[0]["message_id"], id);
        assert_eq!(
            (&list[0]["sender_id"], &list[0]["operator_id"]),
            (&json!(10003), &json!(10001))
        );
        bot.call("delete_essence_msg", json!({"message_id": id}))
            .await
            .ok();
        bot.hears(json!({"notice_type": "essence", "sub_type": "delete"}))
            .await;
        let list = bot
            .call("get_essence_msg_list", json!({"group_id": 20002}))
            .await
            .ok();
        assert_eq!(list, json!([]));
    })
    .await;
}

#[tokio::test]
async fn member_may_not_add_essence_and_essence_by_others_is_reported() {
    let story = Story::new().await;
    let bot = story.bot();
    let sequence = story.person(10004).says(20003, "wise").await;
    let event = bot
        .hears(json!({"group_id": 20003, "user_id": 10004}))
        .await;
    bot.call(
        "set_essence_msg",
        json!({"message_id": event["message_id"]}),
    )
    .await
    .fails(Code::PermissionDenied);
    story
        .person(10003)
        .does("set_essence", json!({"group": 20003, "sequence": sequence}))
        .await;
    let notice = bot
        .hears(json!({"notice_type": "essence", "sub_type": "add"}))
        .await;
    assert_eq!(notice["message_id"], event["message_id"]);
    assert_eq!(
        (&notice["sender_id"], &notice["operator_id"]),
        (&json!(10004), &json!(10003))
    );
    bot.call("set_essence_msg", json!({"message_id": 9}))
        .await
        .fails(Code::MessageNotFound);
}
