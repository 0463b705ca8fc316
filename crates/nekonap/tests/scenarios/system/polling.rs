//! `get_event`: events for programs that poll (api/transports §7.8).

use crate::story::{Story, over_both};
use futures_util::future::{Either, select};
use nekonap_onebot::Code;
use serde_json::{Value, json};
use std::pin::pin;

fn texts(events: &Value) -> Vec<&str> {
    let events = events.as_array().expect("a list").iter();
    events
        .map(|event| event["raw_message"].as_str().expect("a message"))
        .collect()
}

#[tokio::test]
async fn each_key_gets_the_events_since_its_last_call() {
    over_both(async |story: Story| {
        let (bot, bob) = (story.bot(), story.person(10002));
        let poll = async |key: &str, timeout: u64| {
            let params = json!({"key": key, "timeout": timeout});
            bot.call("get_event", params).await.ok()
        };
        bob.says(20001, "before").await;
        bot.hears(json!({"raw_message": "before"})).await;
        assert_eq!(poll("one", 0).await, json!([]), "a key begins now");
        bob.says(20001, "first").await;
        bot.hears(json!({"raw_message": "first"})).await;
        assert_eq!(poll("two", 0).await, json!([]));
        bob.says(20001, "second").await;
        bot.hears(json!({"raw_message": "second"})).await;
        assert_eq!(texts(&poll("one", 0).await), ["first", "second"]);
        assert_eq!(texts(&poll("two", 0).await), ["second"]);
        assert_eq!(poll("one", 0).await, json!([]));
        // A call waits for the first event.
        let (events, _) = tokio::join!(poll("one", 60_000), bob.says(20001, "third"));
        assert_eq!(texts(&events), ["third"]);
    })
    .await;
}

#[tokio::test]
async fn second_call_with_a_key_ends_the_wait_of_the_first() {
    let story = Story::new().await;
    let (bot, bob) = (story.bot(), story.person(10002));
    let params = json!({"timeout": 60_000});
    let one = pin!(bot.call("get_event", params.clone()));
    let other = pin!(bot.call("get_event", params));
    let (first, rest) = match select(one, other).await {
        Either::Left((first, rest)) | Either::Right((first, rest)) => (first, rest),
    };
    assert_eq!(first.ok(), json!([]));
    bob.says(20001, "for the second").await;
    assert_eq!(texts(&rest.await.ok()), ["for the second"]);
}

#[tokio::test]
async fn answer_has_at_most_64_events() {
    let story = Story::new().await;
    let (bot, bob) = (story.bot(), story.person(10002));
    bot.call("get_event", json!({})).await.ok();
    for number in 0..70 {
        bob.says(20001, format!("{number}")).await;
    }
    bot.hears(json!({"raw_message": "69"})).await;
    let events = bot.call("get_event", json!({})).await.ok();
    assert_eq!(texts(&events).len(), 64);
    let rest = bot.call("get_event", json!({})).await.ok();
    assert_eq!(texts(&rest), ["64", "65", "66", "67", "68", "69"]);
}

#[tokio::test]
async fn bad_polls_are_refused() {
    let story = Story::new().await;
    let bot = story.bot();
    for params in [
        json!({"timeout": -1}),
        json!({"timeout": 60_001}),
        json!({"timeout": "soon"}),
        json!({"key": "k".repeat(129)}),
    ] {
        bot.call("get_event", params)
            .await
            .fails(Code::ParamInvalid);
    }
    for number in 0..32 {
        let params = json!({"key": format!("key {number}")});
        bot.call("get_event", params).await.ok();
    }
    bot.call("get_event", json!({"key": "one more"}))
        .await
        .fails(Code::ParamInvalid);
    bot.call("get_event", json!({"key": "key 0"})).await.ok();
}
