//! `set_qzone_msg_right`, `set_qzone_ban` (api/newer §4.8, §4.9).

use nekonap_client::QzoneAudience;
use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::failure::{no_such_user, post_id, write_failed};
use crate::{
    actions::Done,
    bot::Context,
    error::{Failure, Result},
};

/// Parameters of `set_qzone_msg_right`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetQzoneMsgRight {
    /// Id of an own post.
    #[schemars(example = "0a1b2c3d4e5f60718293a4b5")]
    tid: String,
    /// Who may see it: 1 everybody, 4 friends, 16 those in `target_uins`, 64 only the account, 128 everybody but those.
    #[schemars(example = 4)]
    ugc_right: i64,
    /// The users of `ugc_right` 16 and 128; at least one.
    #[serde(default)]
    target_uins: Vec<Uin>,
}

/// Who may see the post now.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct QzoneRight {
    /// The new value.
    ugc_right: u32,
}

/// Parameters of `set_qzone_ban`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetQzoneBan {
    /// The user.
    user_id: Uin,
    /// True keeps the user out, false lifts that.
    #[serde(default = "yes")]
    enable: bool,
}

const fn yes() -> bool {
    true
}

/// The audience of `ugc_right` and `target_uins`.
///
/// # Errors
/// `PARAM_INVALID` for another right, `PARAM_MISSING` without the users that it needs.
pub(super) fn audience(right: i64, people: Vec<Uin>) -> Result<QzoneAudience> {
    let none = people.is_empty();
    let audience = QzoneAudience::from_right(right, people).ok_or_else(|| {
        Failure::invalid("ugc_right", format!("1, 4, 16, 64 or 128, not {right}"))
    })?;
    if none && matches!(audience, QzoneAudience::Only(_) | QzoneAudience::Except(_)) {
        return Err(Failure::missing("target_uins"));
    }
    Ok(audience)
}

pub(crate) async fn set(cx: Context, params: SetQzoneMsgRight) -> Result<QzoneRight> {
    let post = post_id(&params.tid)?;
    let audience = audience(params.ugc_right, params.target_uins)?;
    cx.client()
        .set_qzone_audience(&post, &audience)
        .await
        .map_err(|error| write_failed(&error, "change"))?;
    Ok(QzoneRight {
        ugc_right: audience.right(),
    })
}

pub(crate) async fn ban(cx: Context, params: SetQzoneBan) -> Result<Done> {
    cx.client()
        .set_qzone_ban(params.user_id, params.enable)
        .await
        .map_err(|error| no_such_user(write_failed(&error, "change")))?;
    Ok(Done)
}
