//! `send_packet`, `nc_get_packet_status`: raw commands.

use crate::story::Story;
use nekonap_onebot::Code;
use serde_json::json;

/// Command of a poke (protocol/04 §3.9).
const POKE: &str = "OidbSvcTrpcTcp.0xed3_1";
/// `{1: 0xed3, 2: 1, 4: {1: 10004, 2: 20001}, 12: 1}`: pokes 10004 in the group 20001.
const BODY: &str = "08d31d1001220708944e10a19c016001";

#[tokio::test]
async fn poke_that_the_bot_encodes_itself_is_seen_by_the_group() {
    let story = Story::beginning().sending_packets().begin().await;
    let (bot, carol) = (story.bot(), story.client(10003).await);
    let reply = bot
        .call(
            "send_packet",
            json!({"cmd": POKE, "data": BODY, "rsp": true}),
        )
        .await
        .ok();
    let reply = reply.as_str().expect("hex");
    assert!(reply.starts_with("08d31d"), "an OIDB reply: {reply}");
    let poke = json!({"event": "poke", "group": 20001, "by": 10001, "of": 10004});
    carol.sees(poke.clone()).await;

    // The names of other endpoints.
    bot.call(".send_packet", json!({"command": POKE, "data": BODY}))
        .await
        .ok();
    carol.sees(poke.clone()).await;
    bot.call("send_pb", json!({"cmd": POKE, "hex": BODY}))
        .await
        .ok();
    carol.sees(poke.clone()).await;
    let silent = json!({"cmd": POKE, "data": BODY.to_uppercase(), "rsp": false});
    let silent = bot.call("send_packet", silent).await.envelope;
    assert_eq!(
        (&silent["status"], &silent["data"]),
        (&json!("ok"), &json!(null))
    );
    carol.sees(poke).await;
}

#[tokio::test]
async fn wrong_calls_are_refused_and_so_is_a_command_that_the_server_does_not_know() {
    let story = Story::beginning().sending_packets().begin().await;
    let bot = story.bot();
    for (cmd, data, parameter) in [
        (POKE, "0g", "data"),
        (POKE, "08d", "data"),
        ("", BODY, "cmd"),
        ("two words", BODY, "cmd"),
        ("命令", BODY, "cmd"),
        (&"x".repeat(129), BODY, "cmd"),
    ] {
        let refused = bot
            .call("send_packet", json!({"cmd": cmd, "data": data}))
            .await;
        let text = refused.fails(Code::ParamInvalid);
        assert!(text.contains(&format!("`{parameter}`")), "{text}");
    }
    let unknown = json!({"cmd": "trpc.no.such.Thing", "data": ""});
    let text = bot.call("send_packet", unknown).await.fails(Code::Upstream);
    assert!(text.contains("trpc.no.such.Thing"), "{text}");
}

#[tokio::test]
async fn raw_commands_are_off_by_default_and_the_refusal_says_how_to_turn_them_on() {
    let story = Story::new().await;
    let bot = story.bot();
    bot.call("nc_get_packet_status", json!({})).await.ok();
    for (action, data) in [("send_packet", "data"), ("send_pb", "hex")] {
        let refused = bot.call(action, json!({"cmd": POKE, data: BODY})).await;
        let text = refused.fails(Code::PermissionDenied);
        assert!(text.contains("send_packet = true"), "{text}");
    }
    story
        .fault(json!({"fault": "kick", "uin": 10001, "title": "t", "message": "m"}))
        .await;
    bot.hears(json!({"notice_type": "bot_offline"})).await;
    bot.call("nc_get_packet_status", json!({}))
        .await
        .fails(Code::Offline);
}
