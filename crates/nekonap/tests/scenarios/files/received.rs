//! `group_upload`, the `file` segment, `get_group_file_url`, forwarding a group file.

use super::{fetched, heard, upload};
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn uploaded_file_is_reported_and_downloaded() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let id = upload(&story, 10002, 20001, "计划 a+b.txt", "water the garden").await;
        let message = bot
            .hears(json!({"post_type": "message", "group_id": 20001, "user_id": 10002}))
            .await;
        let segment = &message["message"][0];
        assert_eq!(segment["type"], "file");
        let data = &segment["data"];
        assert_eq!(
            (&data["file"], &data["file_name"], &data["file_size"]),
            (&json!("计划 a+b.txt"), &json!("计划 a+b.txt"), &json!("16"))
        );
        let notice = bot
            .hears(json!({"notice_type": "group_upload", "group_id": 20001, "user_id": 10002}))
            .await;
        let file = &notice["file"];
        assert_eq!(
            (&file["name"], &file["size"], &file["busid"], &file["id"]),
            (
                &json!("计划 a+b.txt"),
                &json!(16),
                &json!(102),
                &data["file_id"]
            )
        );
        // The id of the segment, the server's own id, and that id without its slash.
        for file_id in [data["file_id"].as_str().expect("an id"), &id[..], &id[1..]] {
            for params in [
                json!({"group_id": 20001, "file_id": file_id, "busid": 102}),
                json!({"group": "20001", "file_id": file_id}),
            ] {
                let link = bot.call("get_group_file_url", params).await.ok();
                let url = link["url"].as_str().expect("a link");
                assert!(
                    url.ends_with("?fname=%E8%AE%A1%E5%88%92%20a%2Bb.txt"),
                    "{url}"
                );
                assert_eq!(fetched(url).await, (200, "water the garden".to_owned()));
            }
        }
        let listed = bot
            .call("get_group_root_files", json!({"group_id": 20001}))
            .await
            .ok();
        assert_eq!(listed["files"][0]["download_times"], 6);
    })
    .await;
}

#[tokio::test]
async fn link_of_an_unknown_file_is_refused() {
    let story = Story::new().await;
    let bot = story.bot();
    upload(&story, 10002, 20001, "a.txt", "a").await;
    let id = heard(&story, 20001, "a.txt").await["id"].clone();
    for (params, code) in [
        (
            json!({"group_id": 20001, "file_id": "/none"}),
            Code::FileNotFound,
        ),
        (
            json!({"group_id": 20001, "file_id": "gf.20001.102./none"}),
            Code::FileNotFound,
        ),
        // The file of another group.
        (
            json!({"group_id": 20002, "file_id": id}),
            Code::FileNotFound,
        ),
        (
            json!({"group_id": 29999, "file_id": "/none"}),
            Code::GroupNotFound,
        ),
        (
            json!({"group_id": 20001, "file_id": ""}),
            Code::ParamMissing,
        ),
        (json!({"group_id": 20001}), Code::ParamMissing),
        (
            json!({"group_id": 20001, "file_id": "pf.1.ab"}),
            Code::ParamInvalid,
        ),
    ] {
        bot.call("get_group_file_url", params).await.fails(code);
    }
    // A link lapses.
    let link = bot
        .call(
            "get_group_file_url",
            json!({"group_id": 20001, "file_id": id}),
        )
        .await
        .ok();
    let url = link["url"].as_str().expect("a link");
    story
        .fault(json!({"fault": "advance_clock", "seconds": 3600}))
        .await;
    assert_eq!(fetched(url).await.0, 403);
}

#[tokio::test]
async fn group_file_is_forwarded_to_a_group_and_to_a_friend() {
    over_both(async |story: Story| {
        let bot = story.bot();
        upload(&story, 10002, 20001, "a.txt", "water the garden").await;
        let message = bot
            .hears(json!({"post_type": "message", "group_id": 20001, "user_id": 10002}))
            .await;
        let id = &message["message_id"];
        let to_group = json!({"message_id": id, "group_id": 20002});
        let done = bot.call("forward_group_single_msg", to_group).await;
        assert!(done.ok().is_null());
        let file = json!({"type": "file", "name": "a.txt", "size": 16});
        let seen = story
            .group_sees(20002, json!({"from": 10001, "message": [file]}))
            .await;
        let copy = seen["message"][0]["id"].as_str().expect("an id");
        let path = format!("files{copy}");
        assert_eq!(bytes_of(&story, &path).await, "water the garden");
        let to_friend = json!({"message_id": id, "user_id": 10003});
        let done = bot.call("forward_friend_single_msg", to_friend).await;
        assert!(done.ok().is_null());
        let seen = story
            .pair_sees(10001, 10003, json!({"from": 10001, "message": [file]}))
            .await;
        let copy = seen["message"][0]["id"].as_str().expect("an id");
        let path = format!("files/{copy}");
        assert_eq!(bytes_of(&story, &path).await, "water the garden");
    })
    .await;
}

/// The text of a file in the sandbox.
async fn bytes_of(story: &Story, path: &str) -> String {
    let response = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client")
        .get(story.api(path))
        .bearer_auth(&story.ready().token)
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.status(), 200, "{path}");
    response.text().await.expect("a text")
}
