//! `set_group_sign` (api/actions §3.7).

use nekonap_ids::GroupUin;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{actions::Done, bot::Context, error::Result};

/// Parameters of `set_group_sign`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupSign {
    /// Number of the group.
    group_id: GroupUin,
}

/// It is no failure if the account has already signed in today.
pub(crate) async fn sign(cx: Context, params: SetGroupSign) -> Result<Done> {
    let group = params.group_id;
    cx.group(group).await?;
    cx.client().sign_in_group(group).await?;
    Ok(Done)
}
