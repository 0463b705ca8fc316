//! `get_group_member_list`, `get_group_member_info`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn member_list_has_roles() {
    over_both(async |story: Story| {
        let members = story
            .bot()
            .call("get_group_member_list", json!({"group_id": 20002}))
            .await
            .ok();
        let mut roles: Vec<(u64, &str)> = members
            .as_array()
            .expect("a list")
            .iter()
            .map(|member| {
                (
                    member["user_id"].as_u64().expect("a number"),
                    member["role"].as_str().expect("a role"),
                )
            })
            .collect();
        roles.sort_unstable();
        assert_eq!(
            roles,
            [
                (10001, "admin"),
                (10002, "owner"),
                (10003, "member"),
                (10004, "member"),
                (10005, "member")
            ]
        );
        let owner = story
            .bot()
            .call(
                "get_group_member_info",
                json!({"group_id": 20002, "user_id": 10002}),
            )
            .await
            .ok();
        assert_eq!(owner["role"], "owner");
        assert_eq!(owner["user_id"], 10002);
    })
    .await;
}

#[tokio::test]
async fn info_of_unknown_member_or_group_fails() {
    let story = Story::new().await;
    let made = story
        .person(10002)
        .does("create_account", json!({"nickname": "Stranger"}))
        .await;
    let text = story
        .bot()
        .call(
            "get_group_member_info",
            json!({"group_id": 20001, "user_id": made["uin"]}),
        )
        .await
        .fails(Code::MemberNotFound);
    assert!(!text.is_empty());
    let text = story
        .bot()
        .call("get_group_member_list", json!({"group_id": 29_999}))
        .await
        .fails(Code::GroupNotFound);
    assert!(!text.is_empty());
}
