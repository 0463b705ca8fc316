//! node-napcat-ts, from npm: `tests/frameworks/node-napcat-ts`.

use super::{Mode, converse, node};

#[tokio::test]
#[ignore = "needs node-napcat-ts; `cargo xtask test` installs it"]
async fn node_napcat_ts_holds_a_conversation() {
    converse(node("node-napcat-ts"), Mode::Ws).await;
}
