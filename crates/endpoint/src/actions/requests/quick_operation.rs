//! `.handle_quick_operation`: runs a quick operation on an event (api/actions §3.8, api/transports §8).

use nekonap_onebot::Object;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::{actions::Done, bot::Context, error::Result};

/// Parameters of `.handle_quick_operation`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct HandleQuickOperation {
    /// The event, complete or reduced to its types, ids and flag.
    #[schemars(example = json!({
        "post_type": "message", "message_type": "group", "group_id": 20_001, "user_id": 10_002, "message_id": 1_840_293,
    }))]
    context: Object,
    /// The operation: `reply`, `auto_escape`, `at_sender`, `delete`, `kick`, `reject_add_request`, `ban`,
    /// `ban_duration` in seconds, `approve`, `remark`, `reason`.
    #[schemars(example = json!({"reply": "Hello"}))]
    operation: Object,
}

/// Answers at once; later failures are only logged.
pub(crate) async fn handle(cx: Context, params: HandleQuickOperation) -> Result<Done> {
    let operation = cx
        .bot()
        .quick_operation(&params.context, &params.operation, cx.caller())?;
    cx.bot().spawn(operation);
    Ok(Done)
}
