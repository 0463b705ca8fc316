//! `send_forward_msg`, `send_group_forward_msg`, `send_private_forward_msg`, `get_forward_msg`.

use crate::story::{Story, over_both, picture};
use nekonap_onebot::Code;
use serde_json::{Value, json};

fn node(user: u64, name: &str, content: impl Into<Value>) -> Value {
    let content: Value = content.into();
    json!({"type": "node", "data": {"user_id": user.to_string(), "nickname": name, "content": content}})
}

#[tokio::test]
async fn custom_nodes_and_known_messages_are_sent_in_one_forward() {
    over_both(async |story: Story| {
        let bot = story.bot();
        story.person(10003).says(20001, "the real thing").await;
        let real = bot.hears(json!({"group_id": 20001, "user_id": 10003})).await;
        let nodes = json!([
            node(10002, "Bob", "first"),
            {"type": "node", "data": {"id": real["message_id"].to_string()}},
            node(10004, "Dave", json!([{"type": "face", "data": {"id": "14"}}, {"type": "text", "data": {"text": " last"}}])),
        ]);
        let sent = bot
            .call(
                "send_forward_msg",
                json!({
                    "group_id": 20001, "messages": nodes, "source": "Minutes", "summary": "three words",
                    "prompt": "[minutes]", "news": [{"text": "look inside"}]
                }),
            )
            .await
            .ok();
        assert_eq!(sent["res_id"], sent["forward_id"]);
        let seen = story.newest_in_group(20001).await;
        let inside = seen["message"][0]["messages"].as_array().expect("messages inside");
        let names: Vec<&str> = inside.iter().map(|one| one["name"].as_str().expect("a name")).collect();
        assert_eq!((names[0], names[2], inside.len()), ("Bob", "Dave", 3));
        assert_eq!(inside[1]["uin"], 10003);
        assert_eq!(inside[1]["message"], json!([{"type": "text", "text": "the real thing"}]));

        for by in [json!({"id": sent["res_id"]}), json!({"message_id": sent["message_id"].to_string()})] {
            let kept = bot.call("get_forward_msg", by).await.ok();
            let texts: Vec<&str> = kept["messages"]
                .as_array()
                .expect("messages")
                .iter()
                .map(|one| one["raw_message"].as_str().expect("text"))
                .collect();
            assert_eq!(texts[..2], ["first", "the real thing"]);
            assert_eq!(kept["message"].as_array().map(Vec::len), Some(3));
        }
    })
    .await;
}

#[tokio::test]
async fn forwards_nest_up_to_five_levels() {
    let story = Story::new().await;
    let bot = story.bot();
    let mut content = json!("the core");
    for depth in 0..5 {
        content = json!([node(10002, &format!("level {depth}"), content)]);
    }
    bot.call(
        "send_group_forward_msg",
        json!({"group_id": 20001, "messages": content}),
    )
    .await
    .ok();
    let mut seen = story.newest_in_group(20001).await["message"].clone();
    for depth in (0..5).rev() {
        let inside = seen[0]["messages"][0].clone();
        assert_eq!(inside["name"], format!("level {depth}"), "{inside}");
        seen = inside["message"].clone();
    }
    assert_eq!(seen, json!([{"type": "text", "text": "the core"}]));
}

#[tokio::test]
async fn forward_can_be_read_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let story = Story::beginning().kept_in(folder.path()).begin().await;
    let sent = story
        .bot()
        .call(
            "send_private_forward_msg",
            json!({"user_id": 10002, "messages": [node(10003, "Carol", "kept")]}),
        )
        .await
        .ok();
    story.end().await;
    let story = Story::beginning().kept_in(folder.path()).begin().await;
    for id in [
        sent["res_id"].clone(),
        json!(sent["message_id"].to_string()),
    ] {
        let read = story
            .bot()
            .call("get_forward_msg", json!({"id": id}))
            .await
            .ok();
        assert_eq!(read["messages"][0]["raw_message"], "kept");
        assert_eq!(read["messages"][0]["sender"]["nickname"], "Carol");
    }
}

#[tokio::test]
async fn received_forward_can_be_read() {
    let story = Story::new().await;
    let bot = story.bot();
    let forward = json!([{"type": "forward", "messages": [
        {"uin": 10003, "name": "Carol", "message": "one"},
        {"uin": 10004, "name": "Dave", "message": [{"type": "face", "id": 14}]},
    ]}]);
    story.person(10002).says(20001, forward).await;
    let event = bot
        .hears(json!({"post_type": "message", "group_id": 20001}))
        .await;
    assert_eq!(event["message"][0]["type"], "forward");
    let read = bot
        .call(
            "get_forward_msg",
            json!({"id": event["message"][0]["data"]["id"]}),
        )
        .await
        .ok();
    assert_eq!(read["messages"][0]["raw_message"], "one");
    assert_eq!(read["messages"][1]["user_id"], 10004);
}

#[tokio::test]
async fn invalid_forward_is_refused() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let nodes = json!([node(10002, "Bob", "hi")]);
        bot.call("send_forward_msg", json!({"messages": nodes}))
            .await
            .fails(Code::ParamMissing);
        bot.call("send_forward_msg", json!({"group_id": 20001}))
            .await
            .fails(Code::ParamMissing);
        let mixed = json!([{"type": "text", "data": {"text": "hi"}}]);
        bot.call(
            "send_forward_msg",
            json!({"group_id": 20001, "messages": mixed}),
        )
        .await
        .fails(Code::MixedNodes);
        bot.call("get_forward_msg", json!({}))
            .await
            .fails(Code::ParamMissing);
        bot.call("get_forward_msg", json!({"id": "no-such-forward"}))
            .await
            .fails(Code::MessageNotFound);
        let id = bot.says(20001, "plain").await;
        bot.call("get_forward_msg", json!({"message_id": id.to_string()}))
            .await
            .fails(Code::MessageNotFound);
    })
    .await;
}

#[tokio::test]
async fn forward_card_has_the_given_texts() {
    over_both(async |story: Story| {
        let carol = story.client(10003).await;
        let bot = story.bot();
        let call = json!({
            "group_id": 20001, "messages": [node(10002, "Bob", "first"), node(10004, "Dave", "[CQ:face,id=14]")],
            "source": "Minutes", "summary": "two words", "prompt": "[minutes]", "news": [{"text": "look inside"}, {"text": "and here"}]
        });
        bot.call("send_group_forward_msg", call).await.ok();
        carol
            .sees(json!({"event": "message", "group": 20001, "forward": {
                "title": "Minutes", "summary": "two words", "prompt": "[minutes]", "preview": ["look inside", "and here"]
            }}))
            .await;
        let plain = json!({"group_id": 20001, "messages": [node(10002, "Bob", "first"), node(10004, "Dave", "second")]});
        bot.call("send_group_forward_msg", plain).await.ok();
        let seen = carol.sees(json!({"event": "message", "group": 20001})).await;
        assert_eq!(seen["forward"]["preview"], json!(["Bob: first", "Dave: second"]), "{seen}");
        assert!(seen["forward"]["summary"].as_str().is_some_and(|text| text.contains('2')), "{seen}");
    })
    .await;
}

#[tokio::test]
async fn picture_in_a_forward_is_sent_by_reference() {
    let story = Story::new().await;
    let bot = story.bot();
    story.person(10002).says(20001, json!([picture()])).await;
    let event = bot
        .hears(json!({"post_type": "message", "group_id": 20001}))
        .await;
    let image = event["message"][0].clone();
    assert_eq!(image["type"], "image");
    let content = json!([{"type": "text", "data": {"text": "see: "}}, image]);
    let call = json!({"group_id": 20001, "messages": [node(10002, "Bob", content)]});
    bot.call("send_group_forward_msg", call).await.ok();
    let inside = story.newest_in_group(20001).await["message"][0]["messages"][0]["message"].clone();
    assert_eq!(inside[0], json!({"type": "text", "text": "see: "}));
    assert_eq!(inside[1]["type"], "image", "{inside}");
}

/// The `reply` segments in the messages of a forward.
fn quotes(forward: &Value) -> Vec<&Value> {
    let messages = forward["messages"].as_array().expect("messages");
    messages
        .iter()
        .map(|message| &message["message"][0])
        .inspect(|segment| assert_eq!(segment["type"], "reply"))
        .map(|segment| &segment["data"]["id"])
        .collect()
}

#[tokio::test]
async fn quotes_in_a_forward_carry_their_messages() {
    let story = Story::beginning().bots(&[10001, 10002]).begin().await;
    let (bot, bob) = (story.bot(), story.bot_of(10002));
    let asked = story.person(10003).says(20001, "who knows the way?").await;
    let answer = json!([{"type": "reply", "sequence": asked}, {"type": "text", "text": "I do"}]);
    story.person(10004).says(20001, answer).await;
    let asked = bot
        .hears(json!({"raw_message": "who knows the way?"}))
        .await["message_id"]
        .clone();
    let answered = bot.hears(json!({"user_id": 10004})).await["message_id"].clone();

    // A message with a quote, and a node with a quote of its own, go to another group and to a friend.
    let nodes = json!([
        {"type": "node", "data": {"id": answered.to_string()}},
    ]);
    let elsewhere = json!({"group_id": 20002, "messages": nodes});
    let elsewhere = bot.call("send_group_forward_msg", elsewhere).await.ok();
    let private = json!({"user_id": 10002, "messages": nodes});
    let private = bot.call("send_private_forward_msg", private).await.ok();
    let own = json!([{"type": "node", "data": {"content": [
        {"type": "reply", "data": {"id": asked.to_string()}}, {"type": "text", "data": {"text": "I do too"}},
    ]}}]);
    let own = json!({"group_id": 20001, "messages": own});
    let own = bot.call("send_group_forward_msg", own).await.ok();

    // Who is in the group of the quoted message gets its id, wherever the forward was sent.
    for reader in [bot, bob] {
        for sent in [&elsewhere, &private, &own] {
            let read = reader
                .call("get_forward_msg", json!({"id": sent["res_id"]}))
                .await
                .ok();
            assert_eq!(quotes(&read), [&json!(asked.to_string())]);
        }
    }
    let quoted = bob.call("get_msg", json!({"message_id": asked})).await.ok();
    assert_eq!(quoted["raw_message"], "who knows the way?");
}

#[tokio::test]
async fn recalled_message_is_not_in_the_quotes_of_a_forward() {
    let story = Story::beginning().bots(&[10001, 10002]).begin().await;
    let (bot, bob) = (story.bot(), story.bot_of(10002));
    let said = bot.tells(10002, "a slip of the tongue").await;
    let quote = format!("[CQ:reply,id={said}]what?");
    let quote = bot.tells(10002, quote).await;
    bot.call("delete_msg", json!({"message_id": said}))
        .await
        .ok();
    bob.hears(json!({"notice_type": "friend_recall"})).await;
    let nodes = json!([{"type": "node", "data": {"id": quote.to_string()}}]);
    let sent = json!({"user_id": 10002, "messages": nodes});
    let sent = bot.call("send_private_forward_msg", sent).await.ok();
    let read = bob
        .call("get_forward_msg", json!({"id": sent["res_id"]}))
        .await
        .ok();
    let message = &read["messages"][0];
    assert!(
        !message.to_string().contains("a slip of the tongue"),
        "{message}"
    );
}
