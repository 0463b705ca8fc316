//! The initial world: `--seed`.

use crate::story::Story;
use nekonap::cli::Seed;
use serde_json::json;

#[tokio::test]
async fn demo_world_has_the_documented_accounts_and_groups() {
    let story = Story::new().await;
    let world = story.look("world").await;
    let people = world["people"].as_array().expect("people");
    assert_eq!(people.len(), 5);
    let bot = people
        .iter()
        .find(|person| person["uin"] == 10001)
        .expect("the bot");
    assert_eq!(bot["online"], true);
    assert_eq!(bot["categories"].as_array().map(Vec::len), Some(2), "{bot}");
    for (group, owner, administrators) in [
        (20001, 10001, vec![]),
        (20002, 10002, vec![10001]),
        (20003, 10003, vec![]),
    ] {
        let found = world["groups"]
            .as_array()
            .and_then(|groups| groups.iter().find(|one| one["group"] == group))
            .unwrap_or_else(|| panic!("group {group} in {world}"));
        assert_eq!(found["owner"], owner);
        let members = found["members"].as_array().expect("members");
        assert_eq!(members.len(), 5);
        let admins: Vec<u64> = members
            .iter()
            .filter(|member| member["role"] == "admin")
            .map(|member| member["uin"].as_u64().expect("a number"))
            .collect();
        assert_eq!(admins, administrators);
    }
}

#[tokio::test]
async fn empty_world_has_only_the_bot_and_can_grow() {
    let story = Story::beginning().seeded(Seed::Empty).begin().await;
    let world = story.look("world").await;
    assert_eq!(world["people"].as_array().map(Vec::len), Some(1), "{world}");
    assert_eq!(world["groups"], json!([]));
    let bot = story.bot();
    assert_eq!(bot.call("get_friend_list", json!({})).await.ok(), json!([]));
    let made = story
        .person(10001)
        .does("create_account", json!({"nickname": "Eve"}))
        .await;
    let eve = story.person(made["uin"].as_u64().expect("an account"));
    let group = eve
        .does("create_group", json!({"name": "New", "members": [10001]}))
        .await["group"]
        .clone();
    let group = group.as_u64().expect("a group");
    eve.says(group, "first words").await;
    bot.hears(json!({"group_id": group, "raw_message": "first words"}))
        .await;
}
