//! `get_qun_album_list`, `get_group_album_list`, `create_group_album`, `delete_group_album`.

use super::{created, seen, uploaded};
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn album_is_created_listed_and_deleted() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let made = bot
            .call(
                "create_group_album",
                json!({"group_id": "20003", "name": "Spring", "desc": "all of it"}),
            )
            .await
            .ok();
        let id = &made["album_id"];
        let album = seen(&story, 20003).await[0].clone();
        assert_eq!(
            (
                &album["id"],
                &album["name"],
                &album["description"],
                &album["creator"]
            ),
            (id, &json!("Spring"), &json!("all of it"), &json!(10001))
        );
        let medium = uploaded(&story, 10004, 20003, id).await;
        let list = bot
            .call("get_qun_album_list", json!({"group_id": 20003}))
            .await
            .ok();
        let listed = &list["album_list"][0];
        assert_eq!(
            (&listed["album_id"], &listed["album_name"], &listed["desc"]),
            (id, &json!("Spring"), &json!("all of it"))
        );
        assert_eq!(
            (&listed["upload_number"], &listed["creator"]["uin"]),
            (&json!("1"), &json!("10001"))
        );
        assert_eq!(listed["cover"]["image"]["lloc"], medium["lloc"]);
        assert_eq!(
            listed["cover_url"],
            listed["cover"]["image"]["default_url"]["url"]
        );
        let bare = bot
            .call("get_group_album_list", json!({"group_id": 20003}))
            .await
            .ok();
        assert_eq!(bare, list["album_list"]);
        let deleted = bot
            .call(
                "delete_group_album",
                json!({"group_id": 20003, "album_id": id}),
            )
            .await;
        assert!(deleted.ok().is_null());
        assert_eq!(seen(&story, 20003).await, json!([]));
    })
    .await;
}

#[tokio::test]
async fn albums_of_others_and_invalid_ones_are_refused() {
    let story = Story::new().await;
    let bot = story.bot();
    let album = created(&story, 10002, 20003).await;
    for (action, params, code) in [
        (
            "get_qun_album_list",
            json!({"group_id": 29999}),
            Code::GroupNotFound,
        ),
        (
            "get_group_album_list",
            json!({"group_id": 29999}),
            Code::GroupNotFound,
        ),
        (
            "create_group_album",
            json!({"group_id": 29999, "name": "x"}),
            Code::GroupNotFound,
        ),
        (
            "create_group_album",
            json!({"group_id": 20003, "name": " "}),
            Code::ParamMissing,
        ),
        (
            "create_group_album",
            json!({"group_id": 20003}),
            Code::ParamMissing,
        ),
        (
            "create_group_album",
            json!({"group_id": 20003, "name": "x".repeat(31)}),
            Code::Upstream,
        ),
        // The bot is a plain member and did not create it.
        (
            "delete_group_album",
            json!({"group_id": 20003, "album_id": album}),
            Code::PermissionDenied,
        ),
        (
            "delete_group_album",
            json!({"group_id": 20003, "album_id": "none"}),
            Code::Upstream,
        ),
        (
            "delete_group_album",
            json!({"group_id": 20001, "album_id": album}),
            Code::Upstream,
        ),
        (
            "delete_group_album",
            json!({"group_id": 20003, "album_id": ""}),
            Code::ParamMissing,
        ),
    ] {
        bot.call(action, params).await.fails(code);
    }
    assert_eq!(seen(&story, 20003).await.as_array().map(Vec::len), Some(1));
}
