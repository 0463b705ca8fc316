//! `get_group_file_system_info`, `get_group_file_count`, `get_group_root_files`, `get_group_files_by_folder`.

use super::upload;
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};

fn names(list: &Value, key: &str) -> Vec<String> {
    let entries = list.as_array().expect("a list").iter();
    entries
        .map(|entry| entry[key].as_str().expect("a name").to_owned())
        .collect()
}

#[tokio::test]
async fn files_and_folders_are_listed_newest_first() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let owner = story.person(10003);
        let folder = owner
            .does("create_folder", json!({"group": 20003, "name": "plans"}))
            .await["folder"]
            .clone();
        upload(&story, 10004, 20003, "one.txt", "1").await;
        upload(&story, 10002, 20003, "two.txt", "22").await;
        let fields = json!({
            "group": 20003, "name": "inside.txt", "base64": "aGVsbG8=", "folder": folder,
            "temporary": true,
        });
        owner.does("upload_group_file", fields).await;
        let root = bot
            .call("get_group_root_files", json!({"group_id": "20003"}))
            .await
            .ok();
        assert_eq!(names(&root["files"], "file_name"), ["two.txt", "one.txt"]);
        let file = &root["files"][0];
        assert_eq!(
            (
                &file["size"],
                &file["busid"],
                &file["dead_time"],
                &file["uploader"]
            ),
            (&json!(2), &json!(102), &json!(0), &json!(10002))
        );
        assert_eq!(file["uploader_name"], "Bob");
        let listed = &root["folders"][0];
        assert_eq!(
            (
                &listed["folder_id"],
                &listed["folder_name"],
                &listed["total_file_count"]
            ),
            (&folder, &json!("plans"), &json!(1))
        );
        assert_eq!(listed["creator"], 10003);
        for params in [
            json!({"group_id": 20003, "folder_id": folder}),
            json!({"group_id": 20003, "folder": folder}),
            json!({"group_id": 20003, "folder_id": "", "folder": "plans"}),
        ] {
            let inside = bot.call("get_group_files_by_folder", params).await.ok();
            assert_eq!(names(&inside["files"], "file_name"), ["inside.txt"]);
            assert_eq!(inside["folders"], json!([]));
            let file = &inside["files"][0];
            assert_eq!(file["busid"], 104);
            assert!(file["dead_time"].as_u64() > file["upload_time"].as_u64());
        }
        for params in [
            json!({"group_id": 20003}),
            json!({"group_id": 20003, "folder_id": "/"}),
        ] {
            let again = bot.call("get_group_files_by_folder", params).await.ok();
            assert_eq!(again, root);
        }
        // Temporary files take no space.
        let info = bot
            .call("get_group_file_system_info", json!({"group_id": 20003}))
            .await
            .ok();
        assert_eq!(
            info,
            json!({
                "file_count": 2, "limit_count": 10_000, "used_space": 3,
                "total_space": 10_u64 << 30,
            })
        );
        let count = bot
            .call("get_group_file_count", json!({"group_id": 20003}))
            .await
            .ok();
        assert_eq!(count, json!({"count": 2}));
    })
    .await;
}

#[tokio::test]
async fn long_lists_are_read_page_by_page() {
    let story = Story::new().await;
    let bot = story.bot();
    for number in 0..105 {
        upload(&story, 10004, 20003, &format!("{number}.txt"), "same").await;
    }
    let owner = story.person(10003);
    owner
        .does("create_folder", json!({"group": 20003, "name": "plans"}))
        .await;
    for (count, files) in [
        (None, 105),
        (Some(1), 0),
        (Some(3), 2),
        (Some(106), 105),
        (Some(5_000), 105),
    ] {
        let params = json!({"group_id": 20003, "file_count": count});
        let root = bot.call("get_group_root_files", params).await.ok();
        assert_eq!(root["folders"].as_array().map(Vec::len), Some(1));
        assert_eq!(
            root["files"].as_array().map(Vec::len),
            Some(files),
            "{count:?}"
        );
    }
}

#[tokio::test]
async fn lists_of_other_groups_and_unknown_folders_fail() {
    let story = Story::new().await;
    let bot = story.bot();
    for action in [
        "get_group_file_system_info",
        "get_group_file_count",
        "get_group_root_files",
        "get_group_files_by_folder",
    ] {
        bot.call(action, json!({"group_id": 29999}))
            .await
            .fails(Code::GroupNotFound);
        bot.call(action, json!({})).await.fails(Code::ParamMissing);
    }
    for count in [0, -1] {
        let params = json!({"group_id": 20001, "file_count": count});
        bot.call("get_group_root_files", params)
            .await
            .fails(Code::ParamInvalid);
    }
    for folder in ["/none", "none"] {
        let params = json!({"group_id": 20001, "folder_id": folder});
        bot.call("get_group_files_by_folder", params)
            .await
            .fails(Code::Upstream);
    }
}
