//! `can_send_image`, `can_send_record`: whether images and voice messages can be sent (api/actions §4, point 7).

use schemars::JsonSchema;
use serde::Serialize;

use crate::{actions::NoParams, bot::Context, error::Result};

/// Whether something can be sent.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Ability {
    /// True, except for voice messages in a build without the voice codec.
    yes: bool,
}

pub(crate) async fn image(_: Context, _: NoParams) -> Result<Ability> {
    Ok(Ability { yes: true })
}

pub(crate) async fn record(_: Context, _: NoParams) -> Result<Ability> {
    Ok(Ability {
        yes: nekonap_media::voice::has_codec(),
    })
}
