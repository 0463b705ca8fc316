//! `get_event`: events for programs that poll (api/transports §7.8).

use std::time::Duration;

use nekonap_onebot::Event;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    bot::Context,
    error::{Failure, Result},
    polling,
};

/// The longest wait, in milliseconds.
const MAX_TIMEOUT: i64 = 60_000;

/// Parameters of `get_event`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetEvent {
    /// Name of the caller's position among the events, at most 128 bytes. Each key receives all events; two programs need
    /// two keys.
    #[serde(default)]
    #[schemars(example = "my-script")]
    key: String,
    /// How long to wait for the first event, milliseconds, 0 to 60,000.
    #[serde(default)]
    #[schemars(example = 30_000)]
    timeout: i64,
}

/// Events, oldest first.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct Events(Vec<Value>);

impl JsonSchema for Events {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Events".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<Event>::json_schema(generator)
    }
}

pub(crate) async fn get(cx: Context, params: GetEvent) -> Result<Events> {
    let Some(timeout) = u64::try_from(params.timeout)
        .ok()
        .filter(|_| params.timeout <= MAX_TIMEOUT)
    else {
        let text = format!(
            "it is 0 to {MAX_TIMEOUT} milliseconds, not {}",
            params.timeout
        );
        return Err(Failure::invalid("timeout", text));
    };
    let wait = Duration::from_millis(timeout);
    let events = polling::events(cx.bot(), params.key, cx.form(), wait).await?;
    let events = events.iter().map(|event| serde_json::from_slice(event));
    let events = events.collect::<serde_json::Result<_>>();
    events
        .map(Events)
        .map_err(|error| Failure::internal(format!("an event is not JSON: {error}")))
}
