//! `get_status`, `get_version_info`, `get_login_info`, `can_send_image`, `can_send_record`.

use crate::story::{Story, over_both};
use serde_json::json;

#[tokio::test]
async fn status_actions_return_account_and_state() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let me = bot.call("get_login_info", json!({})).await.ok();
        assert_eq!(me["user_id"], 10001);
        assert!(!me["nickname"].as_str().expect("a name").is_empty());
        let status = bot.call("get_status", json!({})).await.ok();
        assert_eq!(
            (&status["online"], &status["good"]),
            (&json!(true), &json!(true))
        );
        let version = bot.call("get_version_info", json!({})).await.ok();
        assert_eq!(version["protocol_version"], "v11");
        assert_eq!(
            bot.call("can_send_image", json!({})).await.ok()["yes"],
            true
        );
        bot.call("can_send_record", json!({})).await.ok();
    })
    .await;
}

#[tokio::test]
async fn status_counts_sent_and_received_messages() {
    let story = Story::new().await;
    let bot = story.bot();
    let before = bot.call("get_status", json!({})).await.ok();
    bot.says(20001, "one").await;
    story.person(10002).says(20001, "two").await;
    bot.hears(json!({"raw_message": "two"})).await;
    let after = bot.call("get_status", json!({})).await.ok();
    let count =
        |status: &serde_json::Value, name: &str| status["stat"][name].as_u64().expect("a count");
    assert_eq!(
        count(&after, "message_sent"),
        count(&before, "message_sent") + 1
    );
    assert_eq!(
        count(&after, "message_received"),
        count(&before, "message_received") + 1
    );
}
