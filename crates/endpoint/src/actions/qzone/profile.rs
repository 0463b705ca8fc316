//! `get_qzone_profile`, `set_qzone_profile` (api/newer §4.10).

use nekonap_ids::Uin;
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::failure::{no_such_user, read_failed};
use crate::{
    actions::Done,
    bot::Context,
    error::{Failure, Result},
};

/// Parameters of `get_qzone_profile`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetQzoneProfile {
    /// Owner of the Qzone. Default: the account.
    target_uin: Option<Uin>,
}

/// Name and description of a Qzone.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct QzoneProfile {
    /// Name of the Qzone.
    name: String,
    /// Its description.
    description: String,
    /// QQ number of the owner.
    user_id: Uin,
    /// Nickname of the owner.
    nickname: String,
}

/// Parameters of `set_qzone_profile`; at least one.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetQzoneProfile {
    /// New name; empty clears it.
    #[schemars(example = "A garden")]
    name: Option<String>,
    /// New description; empty clears it.
    description: Option<String>,
}

pub(crate) async fn get(cx: Context, params: GetQzoneProfile) -> Result<QzoneProfile> {
    let owner = params.target_uin.unwrap_or_else(|| cx.self_id());
    let profile = cx
        .client()
        .qzone_profile(owner)
        .await
        .map_err(|error| no_such_user(read_failed(error)))?;
    Ok(QzoneProfile {
        name: profile.name,
        description: profile.description,
        user_id: owner,
        nickname: profile.nickname,
    })
}

pub(crate) async fn set(_: Context, params: SetQzoneProfile) -> Result<Done> {
    if params.name.is_none() && params.description.is_none() {
        return Err(Failure::missing("name"));
    }
    let text = "no known request changes a Qzone's name or description";
    Err(Failure::new(Code::NotSupported, text))
}
