//! Koishi with its OneBot adapter, from npm: `tests/frameworks/koishi`.

use super::{Mode, converse, node};
use serde_json::json;

#[tokio::test]
#[ignore = "needs Koishi; `cargo xtask test` installs it"]
async fn koishi_holds_a_conversation() {
    converse(node("koishi"), Mode::Ws).await;
}

#[tokio::test]
#[ignore = "needs Koishi; `cargo xtask test` installs it"]
async fn koishi_as_websocket_server_holds_a_conversation() {
    converse(node("koishi"), Mode::WsReverse("/onebot")).await;
}

/// Its webhook loses events (api/transports §3.2), so the bot only calls.
#[tokio::test]
#[ignore = "needs Koishi; `cargo xtask test` installs it"]
async fn koishi_calls_over_http() {
    let (story, _framework) = Mode::Http("/onebot").connect(node("koishi")).await;
    let here = json!({"from": 10001, "message": [{"type": "text", "text": "Neko is here"}]});
    story.group_sees(20001, here).await;
    let hello = json!({"from": 10001, "message": [{"type": "text", "text": "hello Bob"}]});
    story.pair_sees(10002, 10001, hello).await;
}
