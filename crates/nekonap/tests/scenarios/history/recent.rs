//! `get_recent_contact`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};

fn peers(recent: &Value) -> Vec<u64> {
    recent
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["peerUin"].as_u64().expect("a number"))
        .collect()
}

#[tokio::test]
async fn newest_conversations_come_first() {
    over_both(async |story: Story| {
        let bot = story.bot();
        assert!(peers(&bot.call("get_recent_contact", json!({})).await.ok()).is_empty());
        story.person(10002).says(20001, "one").await;
        bot.hears(json!({"raw_message": "one"})).await;
        story
            .fault(json!({"fault": "advance_clock", "seconds": 5}))
            .await;
        story.person(10003).tells(10001, "two").await;
        bot.hears(json!({"raw_message": "two"})).await;
        story
            .fault(json!({"fault": "advance_clock", "seconds": 5}))
            .await;
        bot.says(20002, "three").await;
        let recent = bot
            .call("get_recent_contact", json!({"count": "10"}))
            .await
            .ok();
        assert_eq!(peers(&recent), [20002, 10003, 20001]);
        assert_eq!(recent[0]["chatType"], 2);
        assert_eq!(recent[1]["chatType"], 1);
        assert_eq!(recent[1]["lastestMsg"]["raw_message"], "two");
        let two = bot
            .call("get_recent_contact", json!({"count": 2}))
            .await
            .ok();
        assert_eq!(peers(&two), [20002, 10003]);
        bot.call("get_recent_contact", json!({"count": "many"}))
            .await
            .fails(Code::ParamInvalid);
    })
    .await;
}

#[tokio::test]
async fn conversations_of_one_second_are_ordered_by_arrival() {
    let story = Story::new().await;
    let bot = story.bot();
    // Gives the group higher sequences than the private chats.
    for number in 0..5 {
        bot.says(20001, format!("before {number}")).await;
    }
    story.person(10002).says(20001, "one").await;
    bot.hears(json!({"raw_message": "one"})).await;
    story.person(10003).tells(10001, "two").await;
    bot.hears(json!({"raw_message": "two"})).await;
    bot.tells(10004, "three").await;
    let recent = bot.call("get_recent_contact", json!({})).await.ok();
    assert_eq!(peers(&recent), [10004, 10003, 20001]);
    // Older messages fetched by history do not change the order.
    bot.call("get_group_msg_history", json!({"group_id": 20001}))
        .await
        .ok();
    let recent = bot.call("get_recent_contact", json!({})).await.ok();
    assert_eq!(peers(&recent), [10004, 10003, 20001]);
}

#[tokio::test]
async fn recent_contacts_survive_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let story = Story::beginning().kept_in(folder.path()).begin().await;
    story.bot().tells(10002, "remember me").await;
    story.end().await;
    let story = Story::beginning().kept_in(folder.path()).begin().await;
    let recent = story.bot().call("get_recent_contact", json!({})).await.ok();
    assert_eq!(peers(&recent), [10002]);
    assert_eq!(recent[0]["lastestMsg"]["raw_message"], "remember me");
}
