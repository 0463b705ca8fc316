//! `fetch_ptt_text`.

use crate::story::{Story, over_both};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use nekonap_onebot::Code;
use serde_json::{Value, json};

fn voice(caption: &str) -> Value {
    let silk = format!("\u{2}#!SILK_V3 {caption}");
    json!([{"type": "voice", "base64": STANDARD.encode(silk), "caption": caption}])
}

#[tokio::test]
async fn speech_of_voice_messages_is_returned_as_text() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let bob = story.person(10002);
        bob.says(20003, voice("hello 世界")).await;
        let in_group = bot.hears(json!({"group_id": 20003})).await;
        bob.tells(10001, voice("only for you")).await;
        let in_private = bot.hears(json!({"message_type": "private"})).await;
        for (message, text) in [(&in_group, "hello 世界"), (&in_private, "only for you")] {
            for action in ["fetch_ptt_text", "voice_msg_to_text"] {
                let call = json!({"message_id": message["message_id"]});
                let found = bot.call(action, call).await.ok();
                assert_eq!(found, json!({"text": text}));
            }
        }
        bob.says(20003, voice("")).await;
        let silent = bot.hears(json!({"group_id": 20003})).await;
        bob.says(20003, "words").await;
        let words = bot.hears(json!({"group_id": 20003})).await;
        for (call, code) in [
            (json!({}), Code::ParamMissing),
            (json!({"message_id": 12_345}), Code::MessageNotFound),
            (
                json!({"message_id": words["message_id"]}),
                Code::MessageNotFound,
            ),
            (json!({"message_id": silent["message_id"]}), Code::Upstream),
        ] {
            bot.call("fetch_ptt_text", call).await.fails(code);
        }
    })
    .await;
}
