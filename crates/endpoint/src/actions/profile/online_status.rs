//! `set_online_status`, `set_diy_online_status` (api/actions §3.12).

use nekonap_client::{CustomStatus, OwnStatus, Presence};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::Done,
    bot::Context,
    error::{Failure, Result},
};

/// Parameters of `set_online_status`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetOnlineStatus {
    /// 10 online, 30 away, 40 invisible, 50 busy, 60 "Q me", 70 do not disturb.
    #[schemars(example = 10)]
    status: u32,
    /// What the account does, with `status` 10, such as 1028 listening to music; otherwise 0.
    #[schemars(example = 1028)]
    ext_status: u32,
    /// Battery level, 0 to 100 per cent, shown with `ext_status` 1000.
    #[schemars(example = 0)]
    battery_status: u32,
}

/// Parameters of `set_diy_online_status`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetDiyOnlineStatus {
    /// Id of the face that is the icon.
    #[schemars(example = &"21")]
    face_id: String,
    /// Kind of the face; 1 is a system face.
    #[serde(default = "system_face")]
    face_type: String,
    /// Text of the status.
    #[serde(default = "blank")]
    wording: String,
}

fn system_face() -> String {
    "1".to_owned()
}

fn blank() -> String {
    " ".to_owned()
}

pub(crate) async fn set(cx: Context, params: SetOnlineStatus) -> Result<Done> {
    if params.battery_status > 100 {
        let text = format_args!("must be 0 to 100, not {}", params.battery_status);
        return Err(Failure::invalid("battery_status", text));
    }
    let presence = Presence {
        status: params.status,
        ext: params.ext_status,
    };
    let status = OwnStatus::new(presence, params.battery_status);
    cx.client().set_status(status).await?;
    Ok(Done)
}

/// Answers the text of the server's reply to a status that was set: empty.
pub(crate) async fn set_custom(cx: Context, params: SetDiyOnlineStatus) -> Result<String> {
    let status = OwnStatus::custom(CustomStatus {
        face: number("face_id", &params.face_id)?,
        face_type: number("face_type", &params.face_type)?,
        text: params.wording,
    });
    cx.client().set_status(status).await?;
    Ok(String::new())
}

fn number(parameter: &str, text: &str) -> Result<u32> {
    let number = text.trim().parse();
    number.map_err(|_| Failure::invalid(parameter, format_args!("must be a number, not {text:?}")))
}
