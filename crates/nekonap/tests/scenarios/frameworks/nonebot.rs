//! NoneBot 2 with its OneBot adapter, from PyPI: `tests/frameworks/nonebot`.

use super::{Mode, converse, python};

#[tokio::test]
#[ignore = "needs NoneBot; `cargo xtask test` installs it"]
async fn nonebot_holds_a_conversation() {
    converse(python("nonebot"), Mode::Ws).await;
}

#[tokio::test]
#[ignore = "needs NoneBot; `cargo xtask test` installs it"]
async fn nonebot_as_websocket_server_holds_a_conversation() {
    converse(python("nonebot"), Mode::WsReverse("/onebot/v11/ws")).await;
}

#[tokio::test]
#[ignore = "needs NoneBot; `cargo xtask test` installs it"]
async fn nonebot_over_http_holds_a_conversation() {
    converse(python("nonebot"), Mode::Http("/onebot/v11/http")).await;
}
