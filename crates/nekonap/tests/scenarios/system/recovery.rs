//! Faults that the client recovers from: duplicate pushes, damaged frames, late answers, expired sessions.

use crate::story::Story;
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn duplicate_push_is_reported_once() {
    let story = Story::new().await;
    let bot = story.bot();
    story
        .fault(json!({"fault": "duplicate_pushes", "times": 2}))
        .await;
    story.person(10002).says(20001, "once").await;
    story.person(10002).tells(10001, "only").await;
    story.person(10002).says(20001, "and then").await;
    story.person(10002).tells(10001, "the end").await;
    bot.hears(json!({"raw_message": "once"})).await;
    bot.hears(json!({"raw_message": "only"})).await;
    bot.hears(json!({"raw_message": "and then"})).await;
    bot.hears(json!({"raw_message": "the end"})).await;
    assert!(!bot.has_heard(&json!({"raw_message": "once"})));
    assert!(!bot.has_heard(&json!({"raw_message": "only"})));
}

#[tokio::test]
async fn damaged_frames_are_dropped() {
    let story = Story::new().await;
    let bot = story.bot();
    story
        .fault(json!({"fault": "corrupt_frames", "times": 3, "seed": 7}))
        .await;
    for number in 0..3 {
        story
            .person(10002)
            .says(20001, format!("damaged {number}"))
            .await;
    }
    story.person(10002).says(20001, "whole").await;
    bot.hears(json!({"raw_message": "whole"})).await;
    bot.says(20001, "still here").await;
}

#[tokio::test]
async fn late_answer_does_not_block_other_calls() {
    let story = Story::new().await;
    let bot = story.bot();
    story
        .fault(json!({"fault": "delay", "milliseconds": 300, "command": "MessageSvc.PbSendMsg"}))
        .await;
    let faults = story.look("faults").await;
    assert_eq!(faults.as_array().map(Vec::len), Some(1), "{faults}");
    let echo = bot
        .send(
            "send_group_msg",
            json!({"group_id": 20001, "message": "in its own time"}),
        )
        .await;
    bot.call("get_group_list", json!({})).await.ok();
    bot.answered("send_group_msg", &echo).await.ok();
    story.mend().await;
    assert_eq!(story.look("faults").await, json!([]));
}

#[tokio::test]
async fn expired_session_is_renewed_without_user_action() {
    let story = Story::new().await;
    let bot = story.bot();
    story.person(10002).says(20001, "before").await;
    bot.hears(json!({"raw_message": "before"})).await;
    story
        .fault(json!({"fault": "expire_session", "uin": 10001}))
        .await;
    story.fault(json!({"fault": "drop_connections"})).await;
    story.person(10002).says(20001, "meanwhile").await;
    bot.hears(json!({"raw_message": "meanwhile"})).await;
    bot.is_online().await;
    bot.says(20001, "back again").await;
}

#[tokio::test]
async fn send_in_an_expired_session_fails_as_offline_and_the_session_is_renewed() {
    let story = Story::new().await;
    let bot = story.bot();
    bot.says(20001, "before").await;
    story
        .fault(json!({"fault": "expire_session", "uin": 10001}))
        .await;
    let message = json!({"group_id": 20001, "message": "not delivered"});
    let answer = bot.call("send_group_msg", message).await;
    answer.fails(Code::Offline);
    let newest = story.newest_in_group(20001).await;
    assert!(!newest.to_string().contains("not delivered"), "{newest}");
    story.person(10002).says(20001, "meanwhile").await;
    bot.hears(json!({"raw_message": "meanwhile"})).await;
    bot.is_online().await;
    bot.says(20001, "after").await;
}

#[tokio::test]
async fn list_with_invalid_fault_is_refused() {
    let story = Story::new().await;
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    for faults in [
        json!([{"fault": "delay", "milliseconds": 9}, {"fault": "earthquake"}]),
        json!([{"fault": "delay", "milliseconds": 9}, {"fault": "kick"}]),
        json!({"fault": "delay"}),
    ] {
        let response = client
            .post(format!("{}/sandbox/api/faults", story.ready().http))
            .bearer_auth(&story.ready().token)
            .json(&faults)
            .send()
            .await
            .expect("an answer");
        assert_eq!(response.status(), 400, "{faults}");
    }
    assert_eq!(story.look("faults").await, json!([]));
}
