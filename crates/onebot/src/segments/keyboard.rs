//! `keyboard` (protocol/02 §3.6): the buttons below an official bot's message.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// Rows of buttons. Ordinary accounts cannot send them, except inside a merged forward.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Keyboard {
    /// The rows, from the top.
    #[serde(default)]
    pub rows: Vec<Row>,
    /// The bot that the buttons answer to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bot_appid: Option<u64>,
}

impl Kind for Keyboard {
    const NAME: &'static str = "keyboard";
}

/// One row of buttons.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    /// The buttons, from the left.
    #[serde(default)]
    pub buttons: Vec<Button>,
}

/// One button.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Button {
    /// Its id, what `click_inline_keyboard_button` takes.
    #[serde(default)]
    pub id: String,
    /// How it looks.
    #[serde(default)]
    pub render_data: RenderData,
    /// What it does.
    #[serde(default)]
    pub action: Action,
}

/// How a button looks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RenderData {
    /// Its text.
    #[serde(default)]
    pub label: String,
    /// Its text once it was pressed.
    #[serde(default)]
    pub visited_label: String,
    /// 0 grey, 1 blue.
    #[serde(default)]
    pub style: i32,
}

/// What a button does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Action {
    /// 0 opens a link, 1 calls the bot back, 2 types a command.
    #[serde(default)]
    pub r#type: i32,
    /// Who may press it.
    #[serde(default)]
    pub permission: Permission,
    /// How often it may be pressed, where limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub click_limit: Option<i32>,
    /// What clients show that do not know buttons.
    #[serde(default)]
    pub unsupport_tips: String,
    /// The link, the callback's data, or the command.
    #[serde(default)]
    pub data: String,
    /// Whether the command quotes the message.
    #[serde(default)]
    pub reply: bool,
    /// Whether the command is sent at once.
    #[serde(default)]
    pub enter: bool,
}

/// Who may press a button.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Permission {
    /// 0 the listed users, 1 managers, 2 everybody, 3 the listed roles.
    #[serde(default)]
    pub r#type: i32,
    /// The roles, for type 3.
    #[serde(default)]
    pub specify_role_ids: Vec<String>,
    /// The users, for type 0.
    #[serde(default)]
    pub specify_user_ids: Vec<String>,
}
