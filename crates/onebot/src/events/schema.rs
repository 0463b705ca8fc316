//! JSON schema of [`Event`]: the common fields, and one alternative for each `post_type`.

use std::borrow::Cow;

use nekonap_ids::Uin;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{Event, Meta, Notice, Request};
use crate::ChatMessage;

impl JsonSchema for Event {
    fn schema_name() -> Cow<'static, str> {
        "Event".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let account = generator.subschema_for::<Uin>();
        let message = generator.subschema_for::<ChatMessage>();
        let meta = generator.subschema_for::<Meta>();
        let notice = generator.subschema_for::<Notice>();
        let request = generator.subschema_for::<Request>();
        let of = |post_type: &str, body: &Schema| {
            json_schema!({
                "allOf": [
                    {
                        "type": "object",
                        "properties": {
                            "time": { "type": "integer", "description": "Time of the event, Unix seconds." },
                            "self_id": { "allOf": [account], "description": "Account that reports the event." },
                            "post_type": { "const": post_type, "description": "Kind of event." },
                        },
                        "required": ["time", "self_id", "post_type"],
                    },
                    body,
                ],
            })
        };
        json_schema!({
            "description": "An event, sent to every connection that receives events.",
            "oneOf": [
                of("meta_event", &meta),
                of("message", &message),
                of("message_sent", &message),
                of("notice", &notice),
                of("request", &request),
            ],
        })
    }
}
