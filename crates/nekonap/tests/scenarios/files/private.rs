//! The `file` segment in private chats, `get_private_file_url`.

use super::{base64, fetched};
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn private_file_is_received_and_downloaded() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let fields = json!({"to": 10001, "name": "a.txt", "base64": base64("for you")});
        let sent = story.person(10002).does("send_private_file", fields).await;
        let message = bot
            .hears(json!({"post_type": "message", "message_type": "private", "user_id": 10002}))
            .await;
        let data = &message["message"][0]["data"];
        assert_eq!(
            (&data["file"], &data["file_size"]),
            (&json!("a.txt"), &json!("7"))
        );
        for params in [
            json!({"file_id": data["file_id"]}),
            json!({"file_id": data["file_id"], "user_id": "10002"}),
            json!({"file_id": sent["file_id"]}),
        ] {
            let link = bot.call("get_private_file_url", params).await.ok();
            let url = link["url"].as_str().expect("a link");
            assert_eq!(fetched(url).await, (200, "for you".to_owned()));
        }
    })
    .await;
}

#[tokio::test]
async fn link_of_an_unknown_private_file_is_refused() {
    let story = Story::new().await;
    let bot = story.bot();
    let fields = json!({"to": 10003, "name": "a.txt", "base64": base64("not for you")});
    let sent = story.person(10002).does("send_private_file", fields).await;
    for (params, code) in [
        (json!({"file_id": sent["file_id"]}), Code::FileNotFound),
        (json!({"file_id": "none"}), Code::FileNotFound),
        (json!({"file_id": "pf.4.nonecrc"}), Code::FileNotFound),
        (json!({"file_id": "gf.20001.102./none"}), Code::FileNotFound),
        (json!({"file_id": " "}), Code::ParamMissing),
        (json!({}), Code::ParamMissing),
    ] {
        bot.call("get_private_file_url", params).await.fails(code);
    }
    // A file lapses after 7 days.
    let fields = json!({"to": 10001, "name": "a.txt", "base64": base64("for you")});
    let sent = story.person(10002).does("send_private_file", fields).await;
    let params = json!({"file_id": sent["file_id"]});
    bot.call("get_private_file_url", params.clone()).await.ok();
    story
        .fault(json!({"fault": "advance_clock", "seconds": 604_800}))
        .await;
    bot.call("get_private_file_url", params)
        .await
        .fails(Code::FileNotFound);
}
