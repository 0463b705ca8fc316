//! `set_group_anonymous`, `set_group_anonymous_ban` (api/actions §3.6). QQ no longer has anonymous chat: valid calls fail
//! with `NOT_SUPPORTED`.

use nekonap_ids::GroupUin;
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::Done,
    bot::Context,
    error::{Failure, Result},
};

/// Parameters of `set_group_anonymous`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupAnonymous {
    /// Number of the group.
    #[serde(rename = "group_id")]
    _group: GroupUin,
    /// True would allow anonymous chat, false forbid it.
    #[serde(rename = "enable", default = "yes")]
    _enable: bool,
}

const fn yes() -> bool {
    true
}

/// Parameters of `set_group_anonymous_ban`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupAnonymousBan {
    /// Number of the group.
    #[serde(rename = "group_id")]
    _group: GroupUin,
    /// The field `anonymous` of a message event. Required unless `anonymous_flag` is given.
    #[schemars(example = serde_json::json!({"flag": "x"}))]
    anonymous: Option<AnonymousMember>,
    /// `flag` of that field.
    anonymous_flag: Option<String>,
    /// Length of the mute in seconds.
    #[serde(rename = "duration", default = "half_an_hour")]
    _duration: i64,
}

/// The anonymous author of a message.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct AnonymousMember {
    /// Handle for muting the author.
    flag: Option<String>,
}

const fn half_an_hour() -> i64 {
    1_800
}

pub(crate) async fn allow(_: Context, _: SetGroupAnonymous) -> Result<Done> {
    Err(gone())
}

pub(crate) async fn mute(_: Context, params: SetGroupAnonymousBan) -> Result<Done> {
    let flag = params.anonymous.and_then(|anonymous| anonymous.flag);
    match flag.or(params.anonymous_flag) {
        None => Err(Failure::missing("anonymous_flag")),
        Some(_) => Err(gone()),
    }
}

fn gone() -> Failure {
    Failure::new(Code::NotSupported, "QQ no longer has anonymous chat")
}
