//! Groups that are handed over: no action does this, and no event reports it, but roles and owner are as new as the push.

use super::member;
use crate::story::{Story, over_both, uin};
use nekonap_ids::GroupUin;
use nekonap_onebot::Code;
use serde_json::{Value, json};

async fn role(story: &Story, group: u64, user: u64) -> Value {
    let params = json!({"group_id": group, "user_id": user});
    let member = story.bot().call("get_group_member_info", params).await.ok();
    member["role"].clone()
}

async fn owner(story: &Story, group: u64) -> Value {
    let params = json!({"group_id": group});
    let info = story.bot().call("get_group_info", params).await.ok();
    info["owner_id"].clone()
}

#[tokio::test]
async fn bot_that_gets_a_group_is_its_owner() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let carol = story.person(10003);
        assert_eq!(role(&story, 20003, 10001).await, "member");
        assert_eq!(owner(&story, 20003).await, 10003);
        carol
            .does("transfer_group", json!({"group": 20003, "target": 10001}))
            .await;
        // The order of the group is kept: what comes after the push shows its effect.
        carol.says(20003, "yours").await;
        bot.hears(json!({"raw_message": "yours"})).await;
        assert_eq!(role(&story, 20003, 10001).await, "owner");
        assert_eq!(role(&story, 20003, 10003).await, "member");
        assert_eq!(owner(&story, 20003).await, 10001);
        bot.call(
            "set_group_admin",
            json!({"group_id": 20003, "user_id": 10003}),
        )
        .await
        .ok();
        assert_eq!(member(&story, 20003, 10003).await["role"], "admin");
        let again = json!({"group": 20003, "target": 10002});
        assert_eq!(carol.tries("transfer_group", again).await.0, 403);
    })
    .await;
}

#[tokio::test]
async fn only_the_owner_hands_a_group_over_to_a_member() {
    let story = Story::new().await;
    let bob = story.person(10002);
    let made = bob.does("create_robot", json!({"nickname": "Robo"})).await;
    let robot = made["uin"].clone();
    bob.does("invite_to_group", json!({"group": 20002, "target": robot}))
        .await;
    for (target, status) in [(json!(10002), 400), (json!(99_999_999), 404), (robot, 403)] {
        let transfer = json!({"group": 20002, "target": target});
        assert_eq!(bob.tries("transfer_group", transfer).await.0, status);
    }
    let transfer = json!({"group": 20002, "target": 10004});
    let dave = story.person(10004);
    assert_eq!(dave.tries("transfer_group", transfer).await.0, 403);
    assert_eq!(member(&story, 20002, 10002).await["role"], "owner");
}

#[tokio::test]
async fn another_client_hands_its_group_over() {
    let story = Story::new().await;
    let bot = story.bot();
    let bob = story.client(10002).await;
    let group = GroupUin::new(20002).expect("a group");
    bob.client()
        .transfer_group(group, uin(10001))
        .await
        .expect("handed over");
    bob.say_in_group(20002, "yours").await;
    bot.hears(json!({"raw_message": "yours"})).await;
    assert_eq!(role(&story, 20002, 10001).await, "owner");
    assert_eq!(role(&story, 20002, 10002).await, "member");
    // The bot owns it now, and cannot leave it.
    bot.call("set_group_leave", json!({"group_id": 20002}))
        .await
        .fails(Code::PermissionDenied);
    assert!(
        bob.client()
            .transfer_group(group, uin(10003))
            .await
            .is_err()
    );
}
