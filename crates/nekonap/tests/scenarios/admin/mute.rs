//! `set_group_ban`, `set_group_whole_ban`, `get_group_shut_list`, and the notice `group_ban`.

use super::member;
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn muted_member_cannot_speak_until_the_mute_is_lifted() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let target = json!({"group_id": 20001, "user_id": 10002, "duration": "600"});
        bot.call("set_group_ban", target).await.ok();
        let notice = bot
            .hears(json!({"notice_type": "group_ban", "sub_type": "ban"}))
            .await;
        assert_eq!(
            (
                &notice["user_id"],
                &notice["operator_id"],
                &notice["duration"]
            ),
            (&json!(10002), &json!(10001), &json!(600))
        );
        let text = json!({"group": 20001, "message": "hm"});
        let (status, _) = story.person(10002).tries("send_group_message", text).await;
        assert_eq!(status, 403);
        let info = json!({"group_id": 20001, "user_id": 10002});
        let muted = bot.call("get_group_member_info", info.clone()).await.ok();
        let until = muted["shut_up_timestamp"].as_u64().expect("a time");
        assert!(until > 0, "{muted}");
        let group = json!({"group_id": 20001});
        let list = bot.call("get_group_shut_list", group.clone()).await.ok();
        assert_eq!(
            (&list[0]["user_id"], &list[0]["uin"], &list[0]["shutUpTime"]),
            (&json!(10002), &json!("10002"), &json!(until))
        );
        assert_eq!(list.as_array().expect("a list").len(), 1);
        bot.call(
            "set_group_ban",
            json!({"group_id": 20001, "user_id": 10002, "duration": 0}),
        )
        .await
        .ok();
        let notice = bot
            .hears(json!({"notice_type": "group_ban", "sub_type": "lift_ban"}))
            .await;
        assert_eq!(notice["duration"], 0);
        let free = bot.call("get_group_member_info", info).await.ok();
        assert_eq!(free["shut_up_timestamp"], 0);
        let list = bot.call("get_group_shut_list", group).await.ok();
        assert_eq!(list, json!([]));
        story.person(10002).says(20001, "free").await;
    })
    .await;
}

#[tokio::test]
async fn mute_lasts_half_an_hour_by_default_and_has_limits() {
    let story = Story::new().await;
    let bot = story.bot();
    let target = json!({"group_id": 20002, "user_id": 10004});
    bot.call("set_group_ban", target).await.ok();
    let notice = bot.hears(json!({"notice_type": "group_ban"})).await;
    assert_eq!(notice["duration"], 1_800);
    let until = member(&story, 20002, 10004).await["muted_until"].clone();
    for (user, duration, code) in [
        (10004, json!(-1), Code::ParamInvalid),
        (10004, json!(2_592_000), Code::ParamInvalid),
        (10004, json!("a while"), Code::ParamInvalid),
        (10002, json!(60), Code::PermissionDenied),
        (4_000_000, json!(60), Code::MemberNotFound),
    ] {
        let target = json!({"group_id": 20002, "user_id": user, "duration": duration});
        bot.call("set_group_ban", target).await.fails(code);
    }
    bot.call("set_group_ban", json!({"group_id": 20002}))
        .await
        .fails(Code::ParamMissing);
    assert_eq!(member(&story, 20002, 10004).await["muted_until"], until);
    let longest = json!({"group_id": 20002, "user_id": 10004, "duration": 2_591_999});
    bot.call("set_group_ban", longest).await.ok();
}

#[tokio::test]
async fn whole_group_is_muted_and_only_administrators_speak() {
    over_both(async |story: Story| {
        let bot = story.bot();
        bot.call("set_group_whole_ban", json!({"group_id": 20002}))
            .await
            .ok();
        let notice = bot
            .hears(json!({"notice_type": "group_ban", "sub_type": "ban"}))
            .await;
        assert_eq!(
            (&notice["user_id"], &notice["duration"]),
            (&json!(0), &json!(-1))
        );
        let text = json!({"group": 20002, "message": "hm"});
        let (status, _) = story.person(10003).tries("send_group_message", text).await;
        assert_eq!(status, 403);
        story.person(10002).says(20002, "the owner speaks").await;
        bot.says(20002, "an administrator speaks").await;
        bot.call(
            "set_group_whole_ban",
            json!({"group_id": 20002, "enable": "false"}),
        )
        .await
        .ok();
        let notice = bot
            .hears(json!({"notice_type": "group_ban", "sub_type": "lift_ban"}))
            .await;
        assert_eq!(
            (&notice["user_id"], &notice["duration"]),
            (&json!(0), &json!(0))
        );
        story.person(10003).says(20002, "free").await;
    })
    .await;
}

#[tokio::test]
async fn mutes_by_others_are_reported_and_members_may_not_mute() {
    let story = Story::new().await;
    let bot = story.bot();
    bot.call("set_group_whole_ban", json!({"group_id": 20003}))
        .await
        .fails(Code::PermissionDenied);
    bot.call(
        "set_group_ban",
        json!({"group_id": 20003, "user_id": 10004}),
    )
    .await
    .fails(Code::PermissionDenied);
    let owner = story.person(10003);
    owner
        .does(
            "mute_member",
            json!({"group": 20003, "target": 10001, "seconds": 60}),
        )
        .await;
    let notice = bot.hears(json!({"notice_type": "group_ban"})).await;
    assert_eq!(
        (&notice["user_id"], &notice["operator_id"]),
        (&json!(10001), &json!(10003))
    );
    owner
        .does("mute_group", json!({"group": 20003, "enable": true}))
        .await;
    bot.hears(json!({"notice_type": "group_ban", "user_id": 0, "operator_id": 10003}))
        .await;
    bot.call(
        "send_group_msg",
        json!({"group_id": 20003, "message": "hm"}),
    )
    .await
    .fails(Code::Muted);
}
