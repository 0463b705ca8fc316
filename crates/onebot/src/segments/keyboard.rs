//! `keyboard` (protocol/02 §3.6): buttons below a message of an official bot.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// Rows of buttons. Ordinary accounts can send them only in a merged forward.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Keyboard {
    /// Rows, from top to bottom.
    #[serde(default)]
    pub rows: Vec<Row>,
    /// App id of the bot that handles the buttons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bot_appid: Option<u64>,
}

impl Kind for Keyboard {
    const NAME: &'static str = "keyboard";
}

/// One row of buttons.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    /// Buttons, from left to right.
    #[serde(default)]
    pub buttons: Vec<Button>,
}

/// One button.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Button {
    /// Id of the button, a parameter of `click_inline_keyboard_button`.
    #[serde(default)]
    pub id: String,
    /// Appearance of the button.
    #[serde(default)]
    pub render_data: RenderData,
    /// Action of the button.
    #[serde(default)]
    pub action: Action,
}

/// Appearance of a button.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RenderData {
    /// Text of the button.
    #[serde(default)]
    pub label: String,
    /// Text after the button was pressed.
    #[serde(default)]
    pub visited_label: String,
    /// 0 grey, 1 blue.
    #[serde(default)]
    pub style: i32,
}

/// Action of a button.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Action {
    /// 0 opens a link, 1 sends a callback to the bot, 2 enters a command in the input box.
    #[serde(default)]
    pub r#type: i32,
    /// Who may press the button.
    #[serde(default)]
    pub permission: Permission,
    /// Maximum number of presses, if limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub click_limit: Option<i32>,
    /// Text that clients without support for buttons show.
    #[serde(default)]
    pub unsupport_tips: String,
    /// The link, the data of the callback, or the command.
    #[serde(default)]
    pub data: String,
    /// Whether the command quotes the message.
    #[serde(default)]
    pub reply: bool,
    /// Whether the command is sent immediately.
    #[serde(default)]
    pub enter: bool,
}

/// Who may press a button.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Permission {
    /// 0 listed users, 1 administrators, 2 everybody, 3 listed roles.
    #[serde(default)]
    pub r#type: i32,
    /// Role ids, for type 3.
    #[serde(default)]
    pub specify_role_ids: Vec<String>,
    /// User ids, for type 0.
    #[serde(default)]
    pub specify_user_ids: Vec<String>,
}
