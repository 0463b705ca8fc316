//! Koishi with its OneBot adapter, from npm: `tests/frameworks/koishi`.

use super::{Framework, conversation, installed, sources};
use crate::story::Story;
use tokio::process::Command;

#[tokio::test]
#[ignore = "needs Koishi; `cargo xtask test` installs it"]
async fn koishi_holds_a_conversation() {
    let story = Story::new().await;
    let mut command = Command::new("node");
    command
        .arg(sources().join("koishi/bot.js"))
        .env("NODE_PATH", installed().join("koishi/node_modules"));
    let _framework = Framework::connect(&story, &mut command).await;
    conversation(&story, "14").await;
}
