//! The account is logged out: sockets stay open, calls fail with `OFFLINE`, and after a person has scanned the new code
//! the same process goes on.

use crate::story::Story;
use nekonap_onebot::Code;
use serde_json::json;

/// HTTP status of `/readyz`.
async fn readiness(story: &Story) -> u16 {
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let answer = client.get(format!("{}/readyz", story.ready().http)).send();
    answer.await.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn kicked_bot_goes_on_after_a_scan() {
    let story = Story::new().await;
    let bot = story.bot();
    let before = bot.says(20001, "before").await;
    let started = bot.call("get_status", json!({})).await.ok()["stat"]["startup_time"].clone();
    story
        .fault(json!({"fault": "kick", "uin": 10001, "title": "下线通知", "message": "logged in elsewhere"}))
        .await;
    bot.hears(json!({
        "notice_type": "bot_offline", "user_id": 10001, "tag": "下线通知", "message": "logged in elsewhere"
    }))
    .await;
    let status = bot.call("get_status", json!({})).await.ok();
    assert_eq!(status["online"], false);
    assert_eq!(readiness(&story).await, 503);
    bot.call(
        "send_group_msg",
        json!({"group_id": 20001, "message": "hi"}),
    )
    .await
    .fails(Code::Offline);
    bot.call("get_msg", json!({"message_id": before}))
        .await
        .ok();

    story.person(10002).says(20001, "meanwhile").await;
    story.scan_new_code(10001).await;
    bot.hears(json!({"raw_message": "meanwhile"})).await;
    bot.is_online().await;
    assert_eq!(readiness(&story).await, 200);
    bot.says(20001, "back again").await;
    let status = bot.call("get_status", json!({})).await.ok();
    assert_eq!(status["stat"]["startup_time"], started);
}

#[tokio::test]
async fn kicked_bot_does_not_evict_the_client_that_evicted_it() {
    let story = Story::new().await;
    let other = story.client(10001).await;
    story
        .bot()
        .hears(json!({"notice_type": "bot_offline"}))
        .await;
    story.new_code().await;
    story.person(10002).says(20001, "who is there?").await;
    other.sees_in_group(20001, 10002, "who is there?").await;
    other.say_in_group(20001, "the other client").await;
}

#[tokio::test]
async fn lapsed_session_is_reported_once_and_codes_are_renewed_until_a_scan() {
    let story = Story::new().await;
    let bot = story.bot();
    story
        .fault(json!({"fault": "expire_session", "uin": 10001, "a1": true}))
        .await;
    story.fault(json!({"fault": "drop_connections"})).await;
    bot.hears(json!({"notice_type": "bot_offline"})).await;
    let first = story.new_code().await;
    story
        .fault(json!({"fault": "advance_clock", "seconds": 600}))
        .await;
    let second = story.new_code().await;
    assert_ne!(first, second, "the first code has expired");
    story.scan_new_code(10001).await;
    bot.is_online().await;
    bot.says(20001, "back again").await;
    assert!(!bot.has_heard(&json!({"notice_type": "bot_offline"})));
}
