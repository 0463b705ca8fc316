//! `get_msg`: one message by its id (api/actions §3.1).

use nekonap_onebot::MessageRef;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::{bot::Context, error::Result, incoming};

/// What it takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetMsg {
    message_id: MessageRef,
}

pub(crate) async fn get(cx: Context, params: GetMsg) -> Result<Value> {
    let stored = cx.message(params.message_id).await?;
    incoming::object(&cx, &stored).await
}
