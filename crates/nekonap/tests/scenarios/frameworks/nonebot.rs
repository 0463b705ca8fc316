//! NoneBot 2 with its OneBot adapter, from PyPI: `tests/frameworks/nonebot`.

use super::{Framework, conversation, free_port, installed, sources};
use crate::story::Story;
use tokio::process::Command;

/// The bot's process, not started yet.
fn bot() -> Command {
    let mut command = Command::new(installed().join("nonebot/venv/bin/python"));
    command.arg(sources().join("nonebot/bot.py"));
    command
}

#[tokio::test]
#[ignore = "needs NoneBot; `cargo xtask test` installs it"]
async fn nonebot_holds_a_conversation() {
    let story = Story::new().await;
    let _framework = Framework::connect(&story, &mut bot()).await;
    conversation(&story, "['14']").await;
}

#[tokio::test]
#[ignore = "needs NoneBot; `cargo xtask test` installs it"]
async fn nonebot_as_websocket_server_holds_a_conversation() {
    let port = free_port();
    let story = Story::beginning()
        .connecting_to(&format!("ws://127.0.0.1:{port}/onebot/v11/ws"))
        .begin()
        .await;
    let _framework = Framework::connect(&story, bot().env("NEKONAP_PORT", port.to_string())).await;
    conversation(&story, "['14']").await;
}
