//! `node` (api/events-and-segments §11, api/actions §3.2).

use nekonap_ids::Uin;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};

use super::Kind;
use crate::{MessageParam, MessageRef, digits};

/// One message of a merged forward: an existing message by `id`, or a new one from the other keys.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Node {
    /// Id of an existing message. The other keys are then not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MessageRef>,
    /// QQ number of the sender to show; written as a string. By default the account itself.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "digits::write_some"
    )]
    pub user_id: Option<Uin>,
    /// Name of the sender to show. By default the account's nickname.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// Time to show, Unix seconds. By default the current time.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "seconds"
    )]
    #[schemars(with = "Option<i64>")]
    pub time: Option<u64>,
    /// Content of the message. Nodes make a nested forward.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<MessageParam>,
    /// Position among the nodes, if given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    /// Title of a nested forward's card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Preview lines of a nested forward's card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub news: Option<Vec<NewsLine>>,
    /// Footer of a nested forward's card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Preview text of a nested forward in chat lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
}

impl Kind for Node {
    const NAME: &'static str = "node";
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[
        ("uin", "user_id"),
        ("name", "nickname"),
        ("message", "content"),
    ];
}

/// Reads a time in seconds. A value that can only be milliseconds is divided by 1000; a negative value is ignored.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    /// The year 5138 in seconds, or 1973 in milliseconds.
    const MILLISECONDS_FROM: u64 = 100_000_000_000;
    let time = Option::<i64>::deserialize(deserializer)?;
    let time = time.and_then(|time| u64::try_from(time).ok());
    Ok(time.map(|time| {
        if time > MILLISECONDS_FROM {
            time / 1000
        } else {
            time
        }
    }))
}

/// A preview line of a card. In JSON also a plain string.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewsLine {
    /// Text of the line, `name: text`.
    pub text: String,
}

impl<'de> Deserialize<'de> for NewsLine {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Bare(String),
            Line { text: String },
        }
        let (Either::Bare(text) | Either::Line { text }) = Either::deserialize(deserializer)?;
        Ok(Self { text })
    }
}

impl JsonSchema for NewsLine {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "NewsLine".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A preview line of a card: an object with `text`, or the text itself.",
            "anyOf": [
                {
                    "type": "object",
                    "properties": { "text": { "type": "string" } },
                    "required": ["text"],
                },
                { "type": "string" },
            ],
        })
    }
}
