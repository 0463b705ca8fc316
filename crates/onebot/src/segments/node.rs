//! `node` (api/events-and-segments §11, api/actions §3.2).

use nekonap_ids::Uin;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};

use super::Kind;
use crate::{MessageParam, MessageRef, digits};

/// One message of a merged forward: an existing one by `id`, or one made up of the rest.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Node {
    /// The existing message that it quotes; excludes the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MessageRef>,
    /// The sender to show; a string when it is written. Default: our account.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "digits::write_some"
    )]
    pub user_id: Option<Uin>,
    /// The name to show. Default: our nickname.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// When it was said, in seconds since 1970. Default: now.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "seconds"
    )]
    #[schemars(with = "Option<i64>")]
    pub time: Option<u64>,
    /// What was said; nodes for a nested forward.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<MessageParam>,
    /// The place among the others, where given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    /// The title of a nested card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The preview lines of a nested card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub news: Option<Vec<NewsLine>>,
    /// The footer of a nested card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// What lists of conversations show for a nested card.
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

/// A time in seconds; one that can only be milliseconds is divided, and one below 0 is no time.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    /// The year 5138 in seconds, 1973 in milliseconds.
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

/// A line of a card's preview. A bare string is taken too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewsLine {
    /// The line, `name: text`.
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
            "description": "A line of a card's preview: an object with `text`, or the text itself.",
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
