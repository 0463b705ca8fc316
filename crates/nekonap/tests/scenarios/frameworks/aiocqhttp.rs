//! aiocqhttp, from PyPI: `tests/frameworks/aiocqhttp`. AstrBot connects through it too.

use super::{Mode, converse, python};

#[tokio::test]
#[ignore = "needs aiocqhttp; `cargo xtask test` installs it"]
async fn aiocqhttp_as_websocket_server_holds_a_conversation() {
    converse(python("aiocqhttp"), Mode::WsReverse("/ws")).await;
}

#[tokio::test]
#[ignore = "needs aiocqhttp; `cargo xtask test` installs it"]
async fn aiocqhttp_over_http_holds_a_conversation() {
    converse(python("aiocqhttp"), Mode::Http("/")).await;
}
