//! `get_qq_avatar` (LLOneBot; api/actions §2).

use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    avatars,
    bot::Context,
    error::{Failure, Result},
};

/// Parameters of `get_qq_avatar`. One of the two is required; `user_id` counts if both are given.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetQqAvatar {
    /// QQ number of a user.
    user_id: Option<Uin>,
    /// Number of a group.
    group_id: Option<GroupUin>,
}

/// Where an avatar is.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Avatar {
    /// Address of the picture, which needs no cookies.
    url: String,
}

pub(crate) async fn get(_: Context, params: GetQqAvatar) -> Result<Avatar> {
    let url = match (params.user_id, params.group_id) {
        (Some(user), _) => avatars::of_user(user),
        (None, Some(group)) => avatars::of_group(group),
        (None, None) => return Err(Failure::missing("user_id")),
    };
    Ok(Avatar { url })
}
