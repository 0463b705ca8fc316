//! NoneBot 2 with its OneBot adapter, from PyPI: `tests/frameworks/nonebot`.

use super::{Framework, conversation, installed, sources};
use crate::story::Story;
use tokio::process::Command;

#[tokio::test]
#[ignore = "needs NoneBot; `cargo xtask test` installs it"]
async fn nonebot_holds_a_conversation() {
    let story = Story::new().await;
    let python = installed().join("nonebot/venv/bin/python");
    let mut command = Command::new(python);
    command.arg(sources().join("nonebot/bot.py"));
    let _framework = Framework::connect(&story, &mut command).await;
    conversation(&story, "['14']").await;
}
