//! `click_inline_keyboard_button` (api/actions §3.1).

use nekonap_ids::{GroupUin, Sequence};
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    bot::Context,
    error::{Failure, Result, not_found_is},
};

/// Parameters of `click_inline_keyboard_button`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ClickButton {
    /// Number of the group.
    group_id: GroupUin,
    /// App id of the bot, `bot_appid` of the `keyboard` segment; or its QQ number.
    #[schemars(example = &"102000001")]
    bot_appid: String,
    /// Id of the button.
    #[serde(default)]
    #[schemars(example = &"b1")]
    button_id: String,
    /// What the bot gets, usually the data of the button.
    #[serde(default)]
    callback_data: String,
    /// Sequence number (`real_seq`) of the message with the button. With a wrong number, the newest message with this button
    /// counts.
    #[serde(default = "any_sequence")]
    msg_seq: String,
}

fn any_sequence() -> String {
    "10086".to_owned()
}

/// What came of a press.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Clicked {
    /// Always 0.
    result: i32,
    /// Always empty.
    err_msg: String,
    /// Always 0.
    status: i32,
    /// Text that clients show to who pressed the button; may be empty.
    prompt_text: String,
    /// Always 0.
    prompt_type: i32,
    /// Always 0.
    prompt_icon: i32,
}

pub(crate) async fn click(cx: Context, params: ClickButton) -> Result<Clicked> {
    let group = params.group_id;
    let number = |name: &str, text: &str| {
        let number = text.trim().parse::<u64>();
        number.map_err(|_| Failure::invalid(name, format!("{text:?} is not a number")))
    };
    let robot = number("bot_appid", &params.bot_appid)?;
    let sequence = Sequence::new(number("msg_seq", &params.msg_seq)?);
    cx.group(group).await?;
    let prompt_text = cx
        .client()
        .press_button(
            group,
            robot,
            sequence,
            params.button_id,
            params.callback_data,
        )
        .await
        .map_err(not_found_is(Code::MemberNotFound))?;
    Ok(Clicked {
        prompt_text,
        ..Clicked::default()
    })
}
