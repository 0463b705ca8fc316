//! `set_restart`, `bot_exit` (api/actions §3.16). Both are about the account: other accounts of the process go on.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::{Done, NoParams},
    bot::Context,
    error::{Failure, Result},
};

/// The longest delay: an hour, in milliseconds.
const MAX_DELAY: i64 = 3_600_000;

/// Parameters of `set_restart`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetRestart {
    /// Time until the restart, milliseconds, 0 to 3,600,000. A later call replaces a restart that is still pending.
    #[serde(default)]
    #[schemars(example = 2_000)]
    delay: i64,
}

pub(crate) async fn restart(cx: Context, params: SetRestart) -> Result<Done> {
    let delay = u64::try_from(params.delay).ok();
    let Some(delay) = delay.filter(|_| params.delay <= MAX_DELAY) else {
        let text = format!("it is 0 to {MAX_DELAY} milliseconds, not {}", params.delay);
        return Err(Failure::invalid("delay", text));
    };
    cx.bot().restart().after(Duration::from_millis(delay));
    Ok(Done)
}

/// The owner of the bot ends the account; a gateway that it shuts down still sends this answer.
pub(crate) async fn exit(cx: Context, _: NoParams) -> Result<Done> {
    cx.bot().request_exit();
    Ok(Done)
}
