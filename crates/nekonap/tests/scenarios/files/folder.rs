//! `create_group_file_folder`, `delete_group_folder`, `rename_group_file_folder`.

use super::base64;
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};

async fn folders(story: &Story, group: u64) -> Value {
    story.look(&format!("files?group={group}")).await["folders"].clone()
}

#[tokio::test]
async fn folder_is_created_renamed_and_deleted() {
    over_both(async |story: Story| {
        let bot = story.bot();
        for (create, name, rename, delete) in [
            (
                "create_group_file_folder",
                "folder_name",
                "folder_id",
                "delete_group_folder",
            ),
            (
                "set_group_file_folder",
                "name",
                "folder",
                "delete_group_file_folder",
            ),
            (
                "create_group_file_folder",
                "name",
                "folder_id",
                "del_group_file_folder",
            ),
        ] {
            let created = bot
                .call(
                    create,
                    json!({"group_id": "20001", name: "plans", "parent_id": "/"}),
                )
                .await
                .ok();
            let id = &created["folder_id"];
            assert_eq!(created["groupItem"]["folderInfo"]["folderName"], "plans");
            assert_eq!(created["groupItem"]["peerId"], "20001");
            let seen = folders(&story, 20001).await;
            assert_eq!(
                (&seen[0]["id"], &seen[0]["name"], &seen[0]["creator"]),
                (id, &json!("plans"), &json!(10001))
            );
            let answer = bot
                .call(
                    "rename_group_file_folder",
                    json!({"group_id": 20001, rename: "plans", "new_folder_name": "old plans"}),
                )
                .await;
            assert!(answer.ok().is_null());
            assert_eq!(folders(&story, 20001).await[0]["name"], "old plans");
            let answer = bot
                .call(delete, json!({"group_id": 20001, "folder_id": id}))
                .await;
            assert_eq!(answer.ok()["retCode"], 0);
            assert_eq!(folders(&story, 20001).await, json!([]));
        }
    })
    .await;
}

#[tokio::test]
async fn invalid_folders_and_members_without_a_role_are_refused() {
    let story = Story::new().await;
    let bot = story.bot();
    let create = "create_group_file_folder";
    bot.call(create, json!({"group_id": 20001, "folder_name": "plans"}))
        .await
        .ok();
    for (params, code) in [
        (json!({"group_id": 20001}), Code::ParamMissing),
        (
            json!({"group_id": 20001, "folder_name": " "}),
            Code::ParamMissing,
        ),
        (
            json!({"group_id": 20001, "folder_name": "a/b"}),
            Code::ParamInvalid,
        ),
        (
            json!({"group_id": 20001, "folder_name": "a\nb"}),
            Code::ParamInvalid,
        ),
        (
            json!({"group_id": 20001, "folder_name": "x", "parent_id": "/y"}),
            Code::ParamInvalid,
        ),
        (
            json!({"group_id": 20001, "folder_name": "plans"}),
            Code::Upstream,
        ),
        (
            json!({"group_id": 20001, "folder_name": "🌱".repeat(64)}),
            Code::Upstream,
        ),
        (
            json!({"group_id": 20003, "folder_name": "x"}),
            Code::PermissionDenied,
        ),
        (
            json!({"group_id": 29999, "folder_name": "x"}),
            Code::GroupNotFound,
        ),
    ] {
        bot.call(create, params).await.fails(code);
    }
    let seen = folders(&story, 20001).await;
    assert_eq!(seen.as_array().map(Vec::len), Some(1));
    // A folder with a file stays.
    let fields = json!({
        "group": 20001, "name": "a.txt", "base64": base64("a"), "folder": seen[0]["id"],
    });
    story.person(10002).does("upload_group_file", fields).await;
    for (params, code) in [
        (
            json!({"group_id": 20001, "folder_id": "plans"}),
            Code::Upstream,
        ),
        (
            json!({"group_id": 20001, "folder_id": "/none"}),
            Code::Upstream,
        ),
        (
            json!({"group_id": 20001, "folder_id": "none"}),
            Code::Upstream,
        ),
        (
            json!({"group_id": 20001, "folder_id": "/"}),
            Code::ParamInvalid,
        ),
        (
            json!({"group_id": 20001, "folder_id": ""}),
            Code::ParamMissing,
        ),
        (
            json!({"group_id": 20003, "folder_id": "/x"}),
            Code::PermissionDenied,
        ),
    ] {
        bot.call("delete_group_folder", params.clone())
            .await
            .fails(code);
        if params["folder_id"] != "plans" {
            let mut params = params;
            params["new_folder_name"] = json!("x");
            bot.call("rename_group_file_folder", params)
                .await
                .fails(code);
        }
    }
    assert_eq!(folders(&story, 20001).await[0]["name"], "plans");
}
