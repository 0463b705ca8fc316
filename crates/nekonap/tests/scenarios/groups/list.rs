//! `get_group_list`, `get_group_info`.

use crate::story::{Story, over_both};
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
