//! `set_group_admin`, `set_group_card`, `set_group_special_title`, and their notices.

use super::member;
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn owner_makes_an_administrator_and_a_member_again() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let target = json!({"group_id": 20001, "user_id": 10002});
        bot.call("set_group_admin", target.clone()).await.ok();
        let notice = bot.hears(json!({"notice_type": "group_admin"})).await;
        assert_eq!(
            (&notice["sub_type"], &notice["user_id"]),
            (&json!("set"), &json!(10002))
        );
        let info = bot.call("get_group_member_info", target).await.ok();
        assert_eq!(info["role"], "admin");
        story
            .person(10002)
            .does(
                "mute_member",
                json!({"group": 20001, "target": 10003, "seconds": 60}),
            )
            .await;
        bot.call(
            "set_group_admin",
            json!({"group_id": 20001, "user_id": 10002, "enable": false}),
        )
        .await
        .ok();
        bot.hears(json!({"notice_type": "group_admin", "sub_type": "unset"}))
            .await;
        assert_eq!(member(&story, 20001, 10002).await["role"], "member");
    })
    .await;
}

#[tokio::test]
async fn only_the_owner_decides_about_administrators_and_titles() {
    let story = Story::new().await;
    let bot = story.bot();
    for action in ["set_group_admin", "set_group_special_title"] {
        for (group, user, code) in [
            (20002, 10004, Code::PermissionDenied),
            (20003, 10004, Code::PermissionDenied),
            (20001, 4_000_000, Code::MemberNotFound),
            (29999, 10002, Code::GroupNotFound),
        ] {
            bot.call(action, json!({"group_id": group, "user_id": user}))
                .await
                .fails(code);
        }
    }
    bot.call(
        "set_group_admin",
        json!({"group_id": 20001, "user_id": 10001}),
    )
    .await
    .fails(Code::PermissionDenied);
}

#[tokio::test]
async fn role_of_the_bot_changes_what_it_may_do() {
    let story = Story::new().await;
    let bot = story.bot();
    let owner = story.person(10003);
    let mute = json!({"group_id": 20003, "user_id": 10004, "duration": 60});
    bot.call("set_group_ban", mute.clone())
        .await
        .fails(Code::PermissionDenied);
    owner
        .does(
            "set_admin",
            json!({"group": 20003, "target": 10001, "enable": true}),
        )
        .await;
    bot.hears(json!({"notice_type": "group_admin", "sub_type": "set", "user_id": 10001}))
        .await;
    bot.call("set_group_ban", mute.clone()).await.ok();
    owner
        .does(
            "set_admin",
            json!({"group": 20003, "target": 10001, "enable": false}),
        )
        .await;
    bot.hears(json!({"notice_type": "group_admin", "sub_type": "unset"}))
        .await;
    bot.call("set_group_ban", mute)
        .await
        .fails(Code::PermissionDenied);
}

#[tokio::test]
async fn card_is_set_and_reported_once() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let target = |card: &str| json!({"group_id": 20002, "user_id": 10003, "card": card});
        bot.call("set_group_card", target("The Oak")).await.ok();
        let notice = bot.hears(json!({"notice_type": "group_card"})).await;
        assert_eq!(
            (&notice["card_new"], &notice["card_old"]),
            (&json!("The Oak"), &json!(""))
        );
        let info = bot
            .call(
                "get_group_member_info",
                json!({"group_id": 20002, "user_id": 10003}),
            )
            .await
            .ok();
        assert_eq!(info["card"], "The Oak");
        assert_eq!(member(&story, 20002, 10003).await["card"], "The Oak");
        story.person(10003).says(20002, "my card").await;
        let event = bot.hears(json!({"raw_message": "my card"})).await;
        assert_eq!(event["sender"]["card"], "The Oak");
        assert!(!bot.has_heard(&json!({"notice_type": "group_card"})));
        bot.call(
            "set_group_card",
            json!({"group_id": 20002, "user_id": 10003}),
        )
        .await
        .ok();
        let notice = bot.hears(json!({"notice_type": "group_card"})).await;
        assert_eq!(
            (&notice["card_new"], &notice["card_old"]),
            (&json!(""), &json!("The Oak"))
        );
    })
    .await;
}

#[tokio::test]
async fn own_card_needs_no_role_and_cards_of_others_do() {
    let story = Story::new().await;
    let bot = story.bot();
    bot.call(
        "set_group_card",
        json!({"group_id": 20003, "user_id": 10001, "card": "Bot"}),
    )
    .await
    .ok();
    assert_eq!(member(&story, 20003, 10001).await["card"], "Bot");
    bot.call(
        "set_group_card",
        json!({"group_id": 20003, "user_id": 10004, "card": "Dave"}),
    )
    .await
    .fails(Code::PermissionDenied);
    let long = json!({"group_id": 20003, "user_id": 10001, "card": "x".repeat(61)});
    bot.call("set_group_card", long).await.fails(Code::Upstream);
    assert_eq!(member(&story, 20003, 10001).await["card"], "Bot");
    // The list must be cached for the old card to be known.
    bot.call("get_group_member_list", json!({"group_id": 20003}))
        .await
        .ok();
    story
        .person(10004)
        .does(
            "set_card",
            json!({"group": 20003, "target": 10004, "text": "Dave"}),
        )
        .await;
    let notice = bot
        .hears(json!({"notice_type": "group_card", "user_id": 10004}))
        .await;
    assert_eq!(notice["card_new"], "Dave");
}

#[tokio::test]
async fn title_is_given_and_taken_away() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let target = |title: &str| {
            json!({
                "group_id": 20001, "user_id": 10003, "special_title": title, "duration": "-1"
            })
        };
        bot.call("set_group_special_title", target("Gardener <3"))
            .await
            .ok();
        let notice = bot
            .hears(json!({"notice_type": "notify", "sub_type": "title"}))
            .await;
        assert_eq!(
            (&notice["user_id"], &notice["title"]),
            (&json!(10003), &json!("Gardener <3"))
        );
        story.person(10003).says(20001, "thanks").await;
        let event = bot.hears(json!({"raw_message": "thanks"})).await;
        assert_eq!(event["sender"]["title"], "Gardener <3");
        bot.call("set_group_special_title", target("七个中文字符长"))
            .await
            .fails(Code::Upstream);
        bot.call(
            "set_group_special_title",
            json!({"group_id": 20001, "user_id": 10003}),
        )
        .await
        .ok();
        assert_eq!(member(&story, 20001, 10003).await["title"], "");
        let info = json!({"group_id": 20001, "user_id": 10003});
        let info = bot.call("get_group_member_info", info).await.ok();
        assert_eq!(info["title"], "");
    })
    .await;
}
