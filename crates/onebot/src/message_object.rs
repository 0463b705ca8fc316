//! JSON schema of the Message object (api/actions §1.8), the JSON form of [`ChatMessage`].

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::{ChatMessage, Segment};

impl JsonSchema for ChatMessage {
    fn schema_name() -> Cow<'static, str> {
        Message::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        Message::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Message::json_schema(generator)
    }
}

/// A message that was sent.
#[derive(JsonSchema)]
#[allow(
    dead_code,
    clippy::struct_field_names,
    reason = "only the schema is used, and its names are fixed by api/actions §1.8"
)]
struct Message {
    /// Account that reports the message.
    self_id: u64,
    /// Sender.
    user_id: u64,
    /// Time of sending, Unix seconds.
    time: u64,
    /// Id of the message; 0 inside a merged forward.
    message_id: i32,
    /// The same as `message_id`.
    message_seq: i32,
    /// The same as `message_id`.
    real_id: i32,
    /// Sequence number of the message in its chat, decimal.
    real_seq: String,
    /// `private` or `group`.
    message_type: String,
    /// `friend`, `group` for a temporary chat, or `normal` in a group.
    sub_type: String,
    /// Group of the message; in a temporary chat, the group that the chat comes from.
    group_id: Option<u64>,
    /// Name of the group.
    group_name: Option<String>,
    /// In a private chat, the other person; in own messages in a group, the group.
    target_id: Option<u64>,
    /// 0 in a temporary chat.
    temp_source: Option<u32>,
    /// Always null; groups only.
    anonymous: Option<()>,
    /// Sender.
    sender: Sender,
    /// Content: an array of segments or CQ text, by the message format of the connection.
    message: Content,
    /// `array` or `string`.
    message_format: String,
    /// Content as CQ text.
    raw_message: String,
    /// Always 14.
    font: u32,
    /// `message`, or `message_sent` for an own message.
    post_type: String,
    /// `self` in own messages; only in events.
    message_sent_type: Option<String>,
    /// Whether it is a group message; not in events.
    group: Option<bool>,
    /// Reactions to the message; not in events.
    emoji_likes_list: Option<Vec<EmojiLike>>,
    /// `normal`, or `deleted` for a recalled message; only in `get_msg`.
    status: Option<String>,
}

/// The content of a message that was sent.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "only the schema is used")]
enum Content {
    /// Segments.
    Array(Vec<Segment>),
    /// CQ text.
    Text(String),
}

/// The sender of a message.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "only the schema is used")]
struct Sender {
    /// QQ number; 0 if unknown.
    user_id: u64,
    /// Nickname.
    nickname: String,
    /// Card in the group; may be empty.
    card: String,
    /// `male`, `female` or `unknown`.
    sex: String,
    /// Age in years; 0 if unknown.
    age: u32,
    /// Always empty; groups only.
    area: Option<String>,
    /// Level in the group, decimal; groups only.
    level: Option<String>,
    /// `owner`, `admin` or `member`; groups only.
    role: Option<String>,
    /// Special title, may be empty; groups only.
    title: Option<String>,
    /// Group that a temporary chat comes from.
    group_id: Option<u64>,
    /// The same as `message_type` of the message; not in events.
    message_type: Option<String>,
}

/// A reaction to a message.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "only the schema is used")]
struct EmojiLike {
    /// Id of a face, or the code point of an emoji, decimal.
    emoji_id: String,
    /// `1` face, `2` emoji.
    emoji_type: String,
    /// Number of people who reacted, decimal.
    likes_cnt: String,
}
