//! `set_restart`: the account reconnects to QQ, while frameworks stay connected. `bot_exit` is in `process/accounts.rs`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn account_reconnects_and_its_frameworks_stay_connected() {
    over_both(async |story: Story| {
        let bot = story.bot();
        bot.call("set_restart", json!({})).await.ok();
        for online in [true, false, true] {
            story
                .journal(json!({"by": 10001, "name": "presence", "detail": {"online": online}}))
                .await;
        }
        bot.is_online().await;
        story.person(10002).says(20001, "are you back?").await;
        bot.hears(json!({"raw_message": "are you back?"})).await;
        bot.says(20001, "I am").await;
        assert!(!bot.has_heard(&json!({"notice_type": "bot_offline"})));
        let status = bot.call("get_status", json!({})).await.ok();
        assert_eq!(status["stat"]["disconnect_times"], 1);
    })
    .await;
}

#[tokio::test]
async fn other_accounts_of_the_process_stay_online() {
    let story = Story::beginning().bots(&[10001, 10002]).begin().await;
    let bot = story.bot_of(10002);
    bot.call("set_restart", json!({"delay": "5"})).await.ok();
    story
        .journal(json!({"by": 10002, "name": "presence", "detail": {"online": false}}))
        .await;
    bot.is_online().await;
    bot.says(20001, "back again").await;
    story
        .bot_of(10001)
        .hears(json!({"raw_message": "back again"}))
        .await;
    let status = story.bot_of(10001).call("get_status", json!({})).await;
    assert_eq!(status.ok()["stat"]["disconnect_times"], 0);
}

#[tokio::test]
async fn later_call_replaces_a_pending_restart_and_a_wrong_delay_is_refused() {
    let story = Story::new().await;
    let bot = story.bot();
    for delay in [json!(-1), json!(3_600_001), json!("soon")] {
        let refused = bot.call("set_restart", json!({"delay": delay})).await;
        let text = refused.fails(Code::ParamInvalid);
        assert!(text.contains("`delay`"), "{text}");
    }
    for delay in [3_600_000, 0] {
        let answer = bot.call("set_restart", json!({"delay": delay})).await;
        answer.ok();
    }
    story
        .journal(json!({"by": 10001, "name": "presence", "detail": {"online": false}}))
        .await;
    bot.is_online().await;
}
