//! `set_group_name`, `set_group_remark`, and the notice `group_name`.

use super::group;
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn group_is_renamed() {
    over_both(async |story: Story| {
        let bot = story.bot();
        bot.call("get_group_list", json!({})).await.ok();
        bot.call(
            "set_group_name",
            json!({"group_id": 20002, "group_name": "Winter garden"}),
        )
        .await
        .ok();
        let notice = bot
            .hears(json!({"notice_type": "notify", "sub_type": "group_name"}))
            .await;
        assert_eq!(
            (&notice["user_id"], &notice["name_new"]),
            (&json!(10001), &json!("Winter garden"))
        );
        assert_eq!(group(&story, 20002).await["name"], "Winter garden");
        let info = bot
            .call("get_group_info", json!({"group_id": 20002}))
            .await
            .ok();
        assert_eq!(info["group_name"], "Winter garden");
        story
            .person(10002)
            .does("rename_group", json!({"group": 20002, "name": "Summer"}))
            .await;
        bot.hears(json!({"sub_type": "group_name", "user_id": 10002, "name_new": "Summer"}))
            .await;
        let info = bot
            .call("get_group_info", json!({"group_id": 20002}))
            .await
            .ok();
        assert_eq!(info["group_name"], "Summer");
    })
    .await;
}

#[tokio::test]
async fn name_must_not_be_empty_and_needs_a_role() {
    let story = Story::new().await;
    let bot = story.bot();
    let before = group(&story, 20002).await["name"].clone();
    for (id, name, code) in [
        (20002, json!(""), Code::ParamInvalid),
        (20002, json!(" "), Code::ParamInvalid),
        (20003, json!("Mine"), Code::PermissionDenied),
        (29999, json!("Mine"), Code::GroupNotFound),
        (20002, json!("x".repeat(61)), Code::Upstream),
    ] {
        bot.call(
            "set_group_name",
            json!({"group_id": id, "group_name": name}),
        )
        .await
        .fails(code);
    }
    bot.call("set_group_name", json!({"group_id": 20002}))
        .await
        .fails(Code::ParamMissing);
    assert_eq!(group(&story, 20002).await["name"], before);
}

#[tokio::test]
async fn remark_is_the_accounts_own() {
    let story = Story::beginning().bots(&[10001, 10002]).begin().await;
    let bot = story.bot_of(10001);
    for remark in ["work", ""] {
        bot.call(
            "set_group_remark",
            json!({"group_id": 20003, "remark": remark}),
        )
        .await
        .ok();
        let get = || json!({"group_id": 20003});
        let info = bot.call("get_group_info", get()).await.ok();
        assert_eq!(info["group_remark"], remark);
        let other = story.bot_of(10002).call("get_group_info", get()).await.ok();
        assert_eq!(other["group_remark"], "");
    }
    bot.call(
        "set_group_remark",
        json!({"group_id": 29999, "remark": "x"}),
    )
    .await
    .fails(Code::GroupNotFound);
}
