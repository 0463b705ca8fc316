//! `delete_group_file`, `move_group_file`, `rename_group_file`, `trans_group_file`.

use super::{base64, heard, upload};
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};

async fn files(story: &Story, group: u64) -> Value {
    story.look(&format!("files?group={group}")).await["files"].clone()
}

#[tokio::test]
async fn file_is_renamed_moved_and_deleted() {
    over_both(async |story: Story| {
        let bot = story.bot();
        upload(&story, 10002, 20001, "a.txt", "a").await;
        let id = heard(&story, 20001, "a.txt").await["id"].clone();
        let renamed = bot
            .call(
                "rename_group_file",
                json!({
                    "group_id": 20001, "file_id": id, "current_parent_directory": "/",
                    "new_name": "b.txt",
                }),
            )
            .await;
        assert_eq!(renamed.ok(), json!({"ok": true}));
        assert_eq!(files(&story, 20001).await[0]["name"], "b.txt");
        let folder = bot
            .call(
                "create_group_file_folder",
                json!({"group_id": 20001, "folder_name": "plans"}),
            )
            .await
            .ok()["folder_id"]
            .clone();
        // With all parameters, with those of other endpoints, and by the name of the folder.
        for (from, to, target) in [
            (
                Some("current_parent_directory"),
                "target_parent_directory",
                folder.clone(),
            ),
            (Some("parent_directory"), "target_directory", json!("/")),
            (None, "parent_directory", json!("plans")),
            (None, "target_parent_directory", json!("/")),
        ] {
            let mut params = json!({"group_id": 20001, "file_id": id, to: target});
            if let Some(from) = from {
                params[from] = files(&story, 20001).await[0]["folder"].clone();
            }
            let moved = bot.call("move_group_file", params).await;
            assert_eq!(moved.ok(), json!({"ok": true}));
            let now = files(&story, 20001).await[0]["folder"].clone();
            assert_eq!(
                now,
                if target == "plans" {
                    folder.clone()
                } else {
                    target
                }
            );
        }
        let deleted = bot
            .call(
                "delete_group_file",
                json!({"group_id": 20001, "file_id": id, "busid": 102}),
            )
            .await
            .ok();
        let done = &deleted["transGroupFileResult"];
        assert_eq!(done["successFileIdList"], json!([id]));
        assert_eq!(files(&story, 20001).await, json!([]));
        for action in ["delete_group_file", "del_group_file"] {
            let params = json!({"group_id": 20001, "file_id": id});
            bot.call(action, params).await.fails(Code::FileNotFound);
        }
    })
    .await;
}

#[tokio::test]
async fn temporary_file_becomes_permanent() {
    let story = Story::new().await;
    let bot = story.bot();
    for action in ["trans_group_file", "set_group_file_forever"] {
        let fields = json!({
            "group": 20001, "name": "a.txt", "base64": base64("a"), "temporary": true,
        });
        story.person(10002).does("upload_group_file", fields).await;
        let file = heard(&story, 20001, "a.txt").await;
        assert_eq!(file["busid"], 104);
        assert_ne!(files(&story, 20001).await[0]["expires"], 0);
        let params = json!({"group_id": 20001, "file_id": file["id"]});
        for _ in 0..2 {
            let done = bot.call(action, params.clone()).await;
            assert_eq!(done.ok(), json!({"ok": true}));
            assert_eq!(files(&story, 20001).await[0]["expires"], 0);
        }
        // The id of the event still works.
        bot.call("delete_group_file", params).await.ok();
    }
}

#[tokio::test]
async fn files_of_others_and_invalid_names_are_refused() {
    let story = Story::new().await;
    let bot = story.bot();
    upload(&story, 10002, 20003, "a.txt", "a").await;
    let id = heard(&story, 20003, "a.txt").await["id"].clone();
    let file = |more: Value| {
        let mut params = json!({"group_id": 20003, "file_id": id});
        for (name, value) in more.as_object().expect("an object") {
            params[name] = value.clone();
        }
        params
    };
    for (action, params, code) in [
        ("delete_group_file", file(json!({})), Code::PermissionDenied),
        (
            "rename_group_file",
            file(json!({"new_name": "b"})),
            Code::PermissionDenied,
        ),
        (
            "rename_group_file",
            file(json!({"new_name": "a/b"})),
            Code::ParamInvalid,
        ),
        (
            "rename_group_file",
            file(json!({"new_name": ""})),
            Code::ParamMissing,
        ),
        ("rename_group_file", file(json!({})), Code::ParamMissing),
        (
            "move_group_file",
            file(json!({"target_directory": "/"})),
            Code::PermissionDenied,
        ),
        ("move_group_file", file(json!({})), Code::ParamMissing),
        (
            "move_group_file",
            file(json!({"target_directory": "none"})),
            Code::Upstream,
        ),
        (
            "delete_group_file",
            file(json!({"file_id": "/none"})),
            Code::FileNotFound,
        ),
        (
            "trans_group_file",
            file(json!({"file_id": "/none"})),
            Code::FileNotFound,
        ),
        (
            "delete_group_file",
            file(json!({"group_id": 29999})),
            Code::FileNotFound,
        ),
        (
            "delete_group_file",
            json!({"group_id": 29999, "file_id": "/a"}),
            Code::GroupNotFound,
        ),
        (
            "delete_group_file",
            file(json!({"file_id": "pf.1.ab"})),
            Code::ParamInvalid,
        ),
    ] {
        bot.call(action, params).await.fails(code);
    }
    assert_eq!(files(&story, 20003).await[0]["name"], "a.txt");
    // Its own files a member may change.
    story
        .person(10003)
        .does(
            "set_admin",
            json!({"group": 20003, "target": 10001, "enable": true}),
        )
        .await;
    bot.hears(json!({"notice_type": "group_admin", "sub_type": "set"}))
        .await;
    let params = file(json!({"new_name": "b.txt"}));
    bot.call("rename_group_file", params).await.ok();
    assert_eq!(files(&story, 20003).await[0]["name"], "b.txt");
}
