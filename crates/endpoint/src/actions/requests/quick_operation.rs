//! `.handle_quick_operation`: does what the reply to an event asks for (api/actions §3.8, api/transports §8).

use nekonap_onebot::Object;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{actions::Done, bot::Context, error::Result};

/// Parameters of `.handle_quick_operation`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct HandleQuickOperation {
    /// The event, whole or reduced to its types, ids and flag.
    context: Object,
    /// What to do: `reply`, `auto_escape`, `at_sender`, `delete`, `kick`, `reject_add_request`, `ban`, `ban_duration` in
    /// seconds, `approve`, `remark`, `reason`.
    operation: Object,
}

/// Answers at once; what fails later is logged.
pub(crate) async fn handle(cx: Context, params: HandleQuickOperation) -> Result<Done> {
    let operation = cx
        .bot()
        .quick_operation(&params.context, &params.operation, cx.caller())?;
    cx.bot().spawn(operation);
    Ok(Done)
}
