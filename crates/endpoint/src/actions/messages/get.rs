//! `get_msg`: one message by its id (api/actions §3.1).

use std::borrow::Cow;

use nekonap_onebot::{ChatMessage, MessageRef};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{bot::Context, error::Result, incoming};

/// Parameters of `get_msg`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetMsg {
    /// Id of the message.
    message_id: MessageRef,
}

/// The message, with `status`.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct Message(Value);

impl JsonSchema for Message {
    fn schema_name() -> Cow<'static, str> {
        ChatMessage::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        ChatMessage::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        ChatMessage::json_schema(generator)
    }
}

pub(crate) async fn get(cx: Context, params: GetMsg) -> Result<Message> {
    let stored = cx.stored_message(params.message_id).await?;
    incoming::object(&cx, &stored).await.map(Message)
}
