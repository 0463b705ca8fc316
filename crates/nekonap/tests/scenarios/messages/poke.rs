//! `send_poke` ★, `group_poke` ★, `friend_poke` ★, and the notice.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn a_poke_in_a_group_is_noticed() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let poke = json!({"group_id": 20001, "user_id": 10002});
        assert!(bot.call("group_poke", poke.clone()).await.ok().is_null());
        story
            .journal(json!({"kind": "change", "name": "poke", "by": 10001}))
            .await;
        assert!(bot.call("send_poke", poke).await.ok().is_null());
        story
            .journal(json!({"kind": "change", "name": "poke", "by": 10001}))
            .await;
        story
            .person(10002)
            .does("poke", json!({"group": 20001, "target": 10001}))
            .await;
        let notice = bot
            .hears(json!({"notice_type": "notify", "sub_type": "poke", "user_id": 10002}))
            .await;
        assert_eq!(
            (&notice["target_id"], &notice["group_id"]),
            (&json!(10001), &json!(20001))
        );
    })
    .await;
}

#[tokio::test]
async fn friends_poke_each_other() {
    over_both(async |story: Story| {
        let bot = story.bot();
        assert!(
            bot.call("friend_poke", json!({"user_id": 10003}))
                .await
                .ok()
                .is_null()
        );
        story
            .journal(json!({"kind": "change", "name": "poke", "by": 10001}))
            .await;
        story
            .person(10003)
            .does("poke", json!({"target": 10001}))
            .await;
        let notice = bot
            .hears(json!({"notice_type": "notify", "sub_type": "poke", "user_id": 10003}))
            .await;
        assert_eq!(notice["target_id"], 10001);
        assert!(notice.get("group_id").is_none());
    })
    .await;
}

#[tokio::test]
async fn who_is_not_there_cannot_be_poked() {
    let story = Story::new().await;
    let bot = story.bot();
    bot.call("group_poke", json!({"user_id": 10002}))
        .await
        .fails(Code::ParamMissing);
    bot.call(
        "group_poke",
        json!({"group_id": 20001, "user_id": 99_999_999}),
    )
    .await
    .fails(Code::MemberNotFound);
    bot.call("friend_poke", json!({"user_id": 99_999_999}))
        .await
        .fails(Code::FriendNotFound);
}
