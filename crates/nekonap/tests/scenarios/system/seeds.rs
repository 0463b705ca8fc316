//! The initial world: `--seed`.

use crate::story::Story;
use nekonap::cli::Seed;
use serde_json::{Value, json};

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

#[tokio::test]
#[allow(clippy::too_many_lines)] // One call per kind of command.
async fn numbers_beyond_32_bits_are_kept_whole() {
    const WILLOW: u64 = 5_000_000_007;
    const GROUP: u64 = 6_000_000_009;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("seed.json");
    let seed = json!({
        "people": [
            {"uin": 10001, "nickname": "Neko"},
            {"uin": WILLOW, "nickname": "Willow"},
        ],
        "friends": [[10001, WILLOW]],
        "groups": [{"group": GROUP, "name": "Far", "owner": 10001, "members": [10001, WILLOW]}],
    });
    std::fs::write(&file, seed.to_string()).expect("written");
    let story = Story::beginning().seeded(Seed::File(file)).begin().await;
    let (bot, willow) = (story.bot(), story.person(WILLOW));
    willow.says(GROUP, "hello").await;
    let said = bot.hears(json!({"message_type": "group"})).await;
    assert_eq!(
        (&said["group_id"], &said["user_id"]),
        (&json!(GROUP), &json!(WILLOW))
    );
    let both = json!({"group_id": GROUP, "user_id": WILLOW});
    let with = |more: Value| {
        let mut params = both.clone();
        for (key, value) in more.as_object().expect("an object") {
            params[key] = value.clone();
        }
        params
    };
    let member = bot.call("get_group_member_info", both.clone()).await.ok();
    assert_eq!(
        (&member["group_id"], &member["user_id"]),
        (&json!(GROUP), &json!(WILLOW))
    );
    let id = &said["message_id"];
    for (action, params, heard) in [
        ("group_poke", both.clone(), json!({"name": "poke"})),
        (
            "set_group_card",
            with(json!({"card": "W"})),
            json!({"name": "set_card"}),
        ),
        (
            "set_group_special_title",
            with(json!({"special_title": "T"})),
            json!({"name": "set_title"}),
        ),
        (
            "set_group_admin",
            both.clone(),
            json!({"name": "set_admin"}),
        ),
        (
            "set_group_admin",
            with(json!({"enable": false})),
            json!({"name": "set_admin"}),
        ),
        (
            "set_group_ban",
            both.clone(),
            json!({"name": "mute_member"}),
        ),
        (
            "set_group_whole_ban",
            json!({"group_id": GROUP, "enable": true}),
            json!({"name": "mute_group"}),
        ),
        (
            "set_msg_emoji_like",
            json!({"message_id": id, "emoji_id": "76"}),
            json!({"name": "reaction"}),
        ),
        (
            "set_essence_msg",
            json!({"message_id": id}),
            json!({"name": "essence"}),
        ),
        (
            "delete_msg",
            json!({"message_id": id}),
            json!({"name": "recall"}),
        ),
    ] {
        bot.call(action, params).await.ok();
        let mut change = heard;
        change["detail"] = json!({"group": GROUP});
        story.journal(change).await;
    }
    willow
        .does("poke", json!({"group": GROUP, "target": 10001}))
        .await;
    for notice in [
        "group_ban",
        "group_recall",
        "essence",
        "group_msg_emoji_like",
    ] {
        bot.hears(json!({"notice_type": notice, "group_id": GROUP}))
            .await;
    }
    let title = bot.hears(json!({"sub_type": "title"})).await;
    assert_eq!(
        (&title["group_id"], &title["user_id"]),
        (&json!(GROUP), &json!(WILLOW))
    );
    let poke = bot.hears(json!({"sub_type": "poke"})).await;
    assert_eq!(
        (&poke["group_id"], &poke["user_id"], &poke["target_id"]),
        (&json!(GROUP), &json!(WILLOW), &json!(10001))
    );
    let private = json!({"user_id": WILLOW, "message": "psst"});
    bot.call("send_private_msg", private).await.ok();
    story.pair_sees(10001, WILLOW, json!({"from": 10001})).await;
    willow.tells(10001, "yes?").await;
    bot.hears(json!({"message_type": "private", "user_id": WILLOW}))
        .await;
    bot.call("friend_poke", json!({"user_id": WILLOW}))
        .await
        .ok();
    story
        .journal(json!({"name": "poke", "detail": {"peer": WILLOW}}))
        .await;
    willow.does("poke", json!({"target": 10001})).await;
    bot.hears(json!({"sub_type": "poke", "user_id": WILLOW, "target_id": 10001}))
        .await;
    bot.call("set_group_kick", both).await.ok();
    let gone = bot.hears(json!({"notice_type": "group_decrease"})).await;
    assert_eq!(
        (&gone["group_id"], &gone["user_id"]),
        (&json!(GROUP), &json!(WILLOW))
    );
    let (status, _) = willow.tries("leave_group", json!({"group": GROUP})).await;
    assert_eq!(status, 403, "she is no longer in it");
}
