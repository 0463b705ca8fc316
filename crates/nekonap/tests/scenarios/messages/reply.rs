//! The `reply` segment.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};

#[tokio::test]
async fn reply_quotes_own_messages_and_those_of_others() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let asked = story.person(10002).says(20001, "what time is it?").await;
        let event = bot
            .hears(json!({"group_id": 20001, "raw_message": "what time is it?"}))
            .await;
        let answer = bot
            .says(
                20001,
                json!([
                    {"type": "reply", "data": {"id": event["message_id"].to_string()}},
                    {"type": "text", "data": {"text": "late"}},
                ]),
            )
            .await;
        let seen = story.newest_in_group(20001).await;
        assert_eq!(
            seen["message"],
            json!([{"type": "reply", "sequence": asked}, {"type": "text", "text": "late"}])
        );
        bot.says(20001, format!("[CQ:reply,id={answer}]very late"))
            .await;
        let own = story.newest_in_group(20001).await;
        assert_eq!(
            own["message"][0],
            json!({"type": "reply", "sequence": seen["sequence"]})
        );
    })
    .await;
}

#[tokio::test]
async fn received_quote_has_the_id_of_the_quoted_message() {
    let story = Story::new().await;
    let bot = story.bot();
    let id = bot.says(20001, "quote me").await;
    let sequence = story.newest_in_group(20001).await["sequence"].clone();
    story
        .person(10003)
        .says(
            20001,
            json!([{"type": "reply", "sequence": sequence}, {"type": "text", "text": "done"}]),
        )
        .await;
    let event = bot
        .hears(json!({"group_id": 20001, "user_id": 10003}))
        .await;
    assert_eq!(
        event["message"][0],
        json!({"type": "reply", "data": {"id": id.to_string()}})
    );
    let quoted = bot
        .call(
            "get_msg",
            json!({"message_id": event["message"][0]["data"]["id"]}),
        )
        .await
        .ok();
    assert_eq!(quoted["raw_message"], "quote me");
}

#[tokio::test]
async fn private_message_is_quoted() {
    let story = Story::new().await;
    let bot = story.bot();
    let asked = story.person(10002).tells(10001, "psst").await;
    let event = bot
        .hears(json!({"message_type": "private", "user_id": 10002}))
        .await;
    bot.tells(10002, format!("[CQ:reply,id={}]yes?", event["message_id"]))
        .await;
    let seen = story.newest_between(10002, 10001).await;
    assert_eq!(
        seen["message"],
        json!([{"type": "reply", "sequence": asked}, {"type": "text", "text": "yes?"}])
    );
}

/// A message with a quote and a text.
fn quoting(data: &Value, text: &str) -> Value {
    json!([{"type": "reply", "data": data}, {"type": "text", "data": {"text": text}}])
}

#[tokio::test]
async fn unresolvable_quote_is_dropped_and_the_rest_is_sent() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let elsewhere = bot.says(20002, "in another group").await;
        let quotes = [
            json!({"id": 5}),
            json!({"id": "123456"}),
            json!({"id": -7}),
            json!({"id": "-2147483648"}),
            json!({"id": 0}),
            json!({"id": "7301234567890123456"}),
            json!({"id": elsewhere}),
            json!({"seq": 999}),
            json!({"seq": "-1"}),
            json!({"seq": 0}),
        ];
        for (number, data) in quotes.iter().enumerate() {
            let text = format!("text {number}");
            let seen = json!([{"type": "text", "text": text}]);
            bot.says(20001, quoting(data, &text)).await;
            let in_group = story.newest_in_group(20001).await;
            assert_eq!(in_group["message"], seen, "{data}");
            bot.tells(10002, quoting(data, &text)).await;
            let in_private = story.newest_between(10002, 10001).await;
            assert_eq!(in_private["message"], seen, "{data}");
            let inner = json!({"type": "node", "data": {"user_id": 10003, "nickname": "Carol", "content": quoting(data, &text)}});
            let outer = json!({"type": "node", "data": {"user_id": 10002, "nickname": "Bob", "content": [inner]}});
            bot.call("send_group_forward_msg", json!({"group_id": 20001, "messages": [outer]})).await.ok();
            let forward = story.newest_in_group(20001).await["message"][0].clone();
            assert_eq!(forward["messages"][0]["message"][0]["messages"][0]["message"], seen, "{data}");
        }
        bot.says(20001, "[CQ:reply,id=5]x").await;
        assert_eq!(story.newest_in_group(20001).await["message"], json!([{"type": "text", "text": "x"}]));
    })
    .await;
}

#[tokio::test]
async fn message_of_only_an_unresolvable_quote_is_refused_as_empty() {
    over_both(async |story: Story| {
        let bot = story.bot();
        for message in ["[CQ:reply,id=5]", "[CQ:reply,seq=77]"] {
            let call = json!({"group_id": 20001, "message": message});
            bot.call("send_group_msg", call)
                .await
                .fails(Code::EmptyMessage);
        }
        let node = json!({"type": "node", "data": {"content": "[CQ:reply,id=5]"}});
        bot.call(
            "send_group_forward_msg",
            json!({"group_id": 20001, "messages": [node]}),
        )
        .await
        .fails(Code::EmptyNodes);
        assert!(story.newest_in_group(20001).await.is_null());
    })
    .await;
}

#[tokio::test]
async fn quote_of_recalled_message_is_sent() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let id = bot.says(20001, "a slip").await;
        let sequence = story.newest_in_group(20001).await["sequence"].clone();
        bot.call("delete_msg", json!({"message_id": id})).await.ok();
        let seen =
            json!([{"type": "reply", "sequence": sequence}, {"type": "text", "text": "I said"}]);
        for data in [json!({"id": id}), json!({"seq": sequence})] {
            bot.says(20001, quoting(&data, "I said")).await;
            assert_eq!(
                story.newest_in_group(20001).await["message"],
                seen,
                "{data}"
            );
        }
        let id = bot.tells(10002, "a slip").await;
        let sequence = story.newest_between(10002, 10001).await["sequence"].clone();
        bot.call("delete_msg", json!({"message_id": id})).await.ok();
        bot.tells(10002, quoting(&json!({"id": id}), "I said"))
            .await;
        let seen =
            json!([{"type": "reply", "sequence": sequence}, {"type": "text", "text": "I said"}]);
        assert_eq!(story.newest_between(10002, 10001).await["message"], seen);
    })
    .await;
}

#[tokio::test]
async fn message_missing_in_the_archive_can_be_quoted() {
    let folder = tempfile::tempdir().expect("a folder");
    let story = Story::beginning().kept_in(folder.path()).begin().await;
    let sequence = story.person(10002).says(20001, "long ago").await;
    story.bot().hears(json!({"raw_message": "long ago"})).await;
    story.end().await;
    std::fs::remove_dir_all(folder.path().join("bots")).expect("the archives are deleted");

    let story = Story::beginning().kept_in(folder.path()).begin().await;
    let bot = story.bot();
    story
        .person(10003)
        .says(
            20001,
            json!([{"type": "reply", "sequence": sequence}, {"type": "text", "text": "do you remember?"}]),
        )
        .await;
    let event = bot
        .hears(json!({"group_id": 20001, "user_id": 10003}))
        .await;
    let quoted = event["message"][0]["data"]["id"].clone();
    let found = bot
        .call("get_msg", json!({"message_id": quoted}))
        .await
        .ok();
    assert_eq!(
        (&found["raw_message"], &found["user_id"]),
        (&json!("long ago"), &json!(10002))
    );
    bot.says(20001, json!([{"type": "reply", "data": {"id": quoted}}, {"type": "text", "data": {"text": "I do"}}]))
        .await;
    let seen = story.newest_in_group(20001).await;
    assert_eq!(
        seen["message"][0],
        json!({"type": "reply", "sequence": sequence}),
        "{seen}"
    );
}
