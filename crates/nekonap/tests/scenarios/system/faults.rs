//! Lost connections, lost answers and refusals: the caller gets a clear result, and no message is duplicated.

use crate::story::Story;
use nekonap_onebot::Code;
use serde_json::json;
use std::collections::BTreeMap;

#[tokio::test]
async fn dropped_connections_do_not_lose_or_duplicate_messages() {
    let story = Story::new().await;
    let bot = story.bot();
    let mut echoes = Vec::new();
    for number in 0..40 {
        if number == 20 {
            story.fault(json!({"fault": "drop_connections"})).await;
        }
        let call = json!({"group_id": 20001, "message": format!("number {number}")});
        echoes.push(bot.send("send_group_msg", call).await);
    }
    let mut outcomes = Vec::new();
    for echo in &echoes {
        outcomes.push(bot.answered("send_group_msg", echo).await);
    }
    bot.is_online().await;
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for message in story
        .look("messages?group=20001&limit=100")
        .await
        .as_array()
        .expect("a list")
    {
        let text = message["message"][0]["text"].as_str().expect("text");
        *seen.entry(text.to_owned()).or_default() += 1;
    }
    for (number, outcome) in outcomes.iter().enumerate() {
        let times = seen.get(&format!("number {number}")).copied().unwrap_or(0);
        assert!(times <= 1, "number {number} came {times} times");
        if outcome.envelope["status"] == "ok" {
            assert_eq!(times, 1, "the send of number {number} succeeded");
        } else if times == 1 {
            assert_eq!(
                outcome.envelope["msg"],
                Code::MaybeSent.as_str(),
                "number {number} arrived: {}",
                outcome.envelope
            );
        }
    }
    bot.says(20001, "and on we go").await;
}

#[tokio::test]
async fn bot_reconnects_and_receives_missed_messages() {
    let story = Story::new().await;
    let bot = story.bot();
    story.person(10002).says(20001, "before").await;
    bot.hears(json!({"raw_message": "before"})).await;
    story
        .fault(json!({"fault": "refuse_connections", "seconds": 1}))
        .await;
    story.fault(json!({"fault": "drop_connections"})).await;
    story.person(10002).says(20001, "meanwhile").await;
    bot.hears(json!({"raw_message": "meanwhile", "group_id": 20001}))
        .await;
    story.person(10002).says(20001, "after").await;
    bot.hears(json!({"raw_message": "after"})).await;
    assert!(
        !bot.has_heard(&json!({"raw_message": "meanwhile"})),
        "it is reported once"
    );
}

#[tokio::test]
async fn silent_connection_is_replaced_and_missed_messages_are_received() {
    let story = Story::new().await;
    let bot = story.bot();
    story.person(10002).says(20001, "before").await;
    bot.hears(json!({"raw_message": "before"})).await;
    story.fault(json!({"fault": "silence"})).await;
    story.person(10002).says(20001, "missed").await;
    let unheard = bot
        .call(
            "send_group_msg",
            json!({"group_id": 20001, "message": "unheard"}),
        )
        .await;
    unheard.fails(Code::MaybeSent);
    bot.hears(json!({"raw_message": "missed"})).await;
    bot.is_online().await;
    bot.says(20001, "heard").await;
    let newest = story.look("messages?group=20001&limit=2").await;
    let texts: Vec<_> = [0, 1]
        .map(|at| newest[at]["message"][0]["text"].clone())
        .into();
    assert_eq!(texts, ["missed", "heard"], "{newest}");
}

#[tokio::test]
async fn message_without_answer_may_have_been_sent_and_its_event_has_the_same_id() {
    let story = Story::beginning().reporting_own_messages().begin().await;
    let bot = story.bot();
    story
        .fault(json!({"fault": "swallow", "command": "MessageSvc.PbSendMsg", "times": 3}))
        .await;
    let nodes = json!([{"type": "node", "data": {"user_id": 10002, "nickname": "Ann", "content": "quoted"}}]);
    for (action, mut call, seen) in [
        (
            "send_group_msg",
            json!({"message": "into the void"}),
            "text",
        ),
        (
            "send_group_forward_msg",
            json!({"messages": nodes}),
            "forward",
        ),
    ] {
        call["group_id"] = json!(20001);
        let echo = bot.send(action, call).await;
        story
            .group_sees(20001, json!({"from": 10001, "message": [{"type": seen}]}))
            .await;
        story.fault(json!({"fault": "drop_connections"})).await;
        let text = bot.answered(action, &echo).await.fails(Code::MaybeSent);
        assert!(text.contains("may have been delivered"), "{text}");
        bot.hears(
            json!({"post_type": "message_sent", "group_id": 20001, "message": [{"type": seen}]}),
        )
        .await;
        bot.is_online().await;
    }
}

#[tokio::test]
async fn poke_without_answer_may_have_been_seen() {
    let story = Story::new().await;
    let bot = story.bot();
    story
        .fault(json!({"fault": "swallow", "command": "OidbSvcTrpcTcp.0xed3_1", "times": 3}))
        .await;
    for (action, call) in [
        ("group_poke", json!({"group_id": 20001, "user_id": 10002})),
        ("friend_poke", json!({"user_id": 10002})),
        (
            "send_group_msg",
            json!({"group_id": 20001, "message": [{"type": "poke", "data": {"qq": "10002"}}, {"type": "text", "data": {"text": "hi"}}]}),
        ),
    ] {
        let echo = bot.send(action, call).await;
        story
            .journal(json!({"kind": "change", "name": "poke", "by": 10001}))
            .await;
        story.fault(json!({"fault": "drop_connections"})).await;
        bot.answered(action, &echo).await.fails(Code::MaybeSent);
        bot.is_online().await;
    }
}

#[tokio::test]
async fn message_of_which_a_part_is_refused_names_the_part_that_was_sent() {
    let story = Story::new().await;
    let bot = story.bot();
    story
        .fault(json!({
            "fault": "refuse", "command": "OidbSvcTrpcTcp.0xed3_1", "code": 7, "message": "no pokes", "times": 1
        }))
        .await;
    let parts = json!([{"type": "text", "data": {"text": "hi"}}, {"type": "poke", "data": {"qq": "10002"}}]);
    let text = bot
        .call(
            "send_group_msg",
            json!({"group_id": 20001, "message": parts}),
        )
        .await
        .fails(Code::MaybeSent);
    assert!(
        text.contains("no pokes") && text.contains("already sent"),
        "{text}"
    );
    let newest = story.newest_in_group(20001).await;
    assert_eq!(newest["message"][0]["text"], "hi", "{newest}");
}

#[tokio::test]
async fn recall_without_answer_can_be_repeated() {
    let story = Story::new().await;
    let bot = story.bot();
    let id = bot.says(20001, "take it back").await;
    story
        .fault(json!({"fault": "swallow", "command": "trpc.msg.msg_svc.MsgService.SsoGroupRecallMsg", "times": 1}))
        .await;
    let echo = bot.send("delete_msg", json!({"message_id": id})).await;
    bot.hears(json!({"notice_type": "group_recall", "message_id": id}))
        .await;
    story.fault(json!({"fault": "drop_connections"})).await;
    bot.answered("delete_msg", &echo).await.fails(Code::Offline);
}

#[tokio::test]
async fn server_refusal_is_returned_with_code_and_text() {
    let story = Story::new().await;
    story
        .fault(json!({
            "fault": "refuse", "command": "MessageSvc.PbSendMsg", "code": 120, "message": "you are muted", "times": 1
        }))
        .await;
    let call = json!({"group_id": 20001, "message": "hi"});
    let text = story
        .bot()
        .call("send_group_msg", call.clone())
        .await
        .fails(Code::Muted);
    assert!(
        text.contains("120") && text.contains("you are muted"),
        "{text}"
    );
    story.bot().call("send_group_msg", call).await.ok();
}

#[tokio::test]
async fn garbage_on_the_wire_port_does_not_affect_the_bot() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let story = Story::new().await;
    let wire = story.ready().wire;
    for garbage in [
        vec![0x00, 0x00, 0x00, 0x20, 0xff, 0xff],
        vec![0x00, 0x00, 0x00, 0x00],
        vec![0x04, 0xff, 0xff, 0xff],
        vec![0xee; 4096],
        vec![
            0x00, 0x00, 0x00, 0x14, 0, 0, 0, 12, 1, 0, 0, 0, 4, 0, 0, 0, 4, b'0', 1, 2,
        ],
        Vec::new(),
    ] {
        let mut stream = tokio::net::TcpStream::connect(wire)
            .await
            .expect("connected");
        stream.write_all(&garbage).await.expect("written");
        stream.shutdown().await.expect("closed");
        let mut rest = Vec::new();
        // The server may answer first, but it must end the connection.
        let _ = tokio::time::timeout(crate::story::STEP_TIMEOUT, stream.read_to_end(&mut rest))
            .await
            .expect("the server ends the connection");
    }
    story.bot().says(20001, "still here").await;
}
