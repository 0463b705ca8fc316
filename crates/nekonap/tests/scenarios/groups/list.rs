//! `get_group_list`, `get_group_info`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn group_list_has_all_groups() {
    over_both(async |story: Story| {
        let groups = story.bot().call("get_group_list", json!({})).await.ok();
        let mut known: Vec<(u64, u64, u64)> = groups
            .as_array()
            .expect("a list")
            .iter()
            .map(|group| {
                (
                    group["group_id"].as_u64().expect("a number"),
                    group["owner_id"].as_u64().expect("an owner"),
                    group["member_count"].as_u64().expect("a count"),
                )
            })
            .collect();
        known.sort_unstable();
        assert_eq!(
            known,
            [(20001, 10001, 5), (20002, 10002, 5), (20003, 10003, 5)]
        );
    })
    .await;
}

#[tokio::test]
async fn group_info_matches_group_list() {
    over_both(async |story: Story| {
        let groups = story.bot().call("get_group_list", json!({})).await.ok();
        for group in groups.as_array().expect("a list") {
            let one = story
                .bot()
                .call("get_group_info", json!({"group_id": group["group_id"]}))
                .await
                .ok();
            assert_eq!(one["group_name"], group["group_name"]);
            assert_eq!(one["owner_id"], group["owner_id"]);
            assert_eq!(one["member_count"], group["member_count"]);
        }
    })
    .await;
}

#[tokio::test]
async fn new_group_appears_in_the_list() {
    let story = Story::new().await;
    story.bot().call("get_group_list", json!({})).await.ok();
    let made = story
        .person(10002)
        .does(
            "create_group",
            json!({"name": "Chess 国际象棋", "members": [10001, 10003]}),
        )
        .await;
    let group = made["group"].as_u64().expect("a group");
    story.person(10003).says(group, "who plays?").await;
    let heard = story
        .bot()
        .hears(json!({"message_type": "group", "group_id": group}))
        .await;
    assert_eq!(heard["group_name"], "Chess 国际象棋");
    let groups = story
        .bot()
        .call("get_group_list", json!({"no_cache": true}))
        .await
        .ok();
    assert!(
        groups
            .as_array()
            .expect("a list")
            .iter()
            .any(|one| one["group_id"] == group && one["group_name"] == "Chess 国际象棋")
    );
}

#[tokio::test]
async fn group_of_others_is_described_unless_it_hides() {
    let story = Story::beginning().bots(&[10001, 10002]).begin().await;
    let (bot, owner) = (story.bot(), story.bot_of(10002));
    let made = story
        .person(10003)
        .does(
            "create_group",
            json!({"name": "Chess 国际象棋 ♟\u{202e}x", "members": [10002, 10004]}),
        )
        .await;
    let group = made["group"].clone();
    let transfer = json!({"group": group, "target": 10002});
    story.person(10003).does("transfer_group", transfer).await;
    for no_cache in [false, true] {
        let info = bot
            .call(
                "get_group_info",
                json!({"group_id": group, "no_cache": no_cache}),
            )
            .await
            .ok();
        assert_eq!(
            (
                &info["group_name"],
                &info["owner_id"],
                &info["member_count"]
            ),
            (
                &json!("Chess 国际象棋 ♟\u{202e}x"),
                &json!(10002),
                &json!(3)
            )
        );
    }
    let groups = bot.call("get_group_list", json!({})).await.ok();
    assert_eq!(groups.as_array().map(Vec::len), Some(3));
    let hide = json!({"group_id": group, "no_code_finger_open": 1});
    owner.call("set_group_search", hide).await.ok();
    let info = json!({"group_id": group});
    bot.call("get_group_info", info.clone())
        .await
        .fails(Code::GroupNotFound);
    owner.call("get_group_info", info).await.ok();
    bot.call("get_group_info", json!({"group_id": 29999}))
        .await
        .fails(Code::GroupNotFound);
}
