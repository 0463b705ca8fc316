//! Everything that is reported to frameworks (api/events-and-segments §1–§5). Each kind has a file here with a struct that
//! serializes to the event's own fields; [`Notice`] and [`Meta`] are the tables of kinds.

mod bot_offline;
mod essence;
mod friend_recall;
mod group_decrease;
mod group_increase;
mod group_msg_emoji_like;
mod group_recall;
mod input_status;
mod meta;
mod poke;
mod schema;

use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::Value;

pub use bot_offline::BotOffline;
pub use essence::{Essence, EssenceChange};
pub use friend_recall::FriendRecall;
pub use group_decrease::{Decrease, GroupDecrease};
pub use group_increase::{GroupIncrease, Increase};
pub use group_msg_emoji_like::{GroupMsgEmojiLike, Like};
pub use group_recall::GroupRecall;
pub use input_status::InputStatus;
pub use meta::{Heartbeat, Lifecycle, Meta};
pub use poke::{Poke, TipItem};

use crate::{ChatMessage, Form, Object};

/// An event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When it happened, unix seconds.
    pub time: u64,
    /// Whose account reports it.
    pub self_id: Uin,
    /// What happened.
    pub what: What,
}

/// What happened, by `post_type`.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// `meta_event`.
    Meta(Meta),
    /// `message`, or `message_sent` for an own one.
    Message(Box<ChatMessage>),
    /// `notice`.
    Notice(Notice),
}

/// A notice, by `notice_type` (api/events-and-segments §4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "notice_type", rename_all = "snake_case")]
pub enum Notice {
    /// A message in a group was taken back.
    GroupRecall(GroupRecall),
    /// A private message was taken back.
    FriendRecall(FriendRecall),
    /// What clients show as a grey line or not at all, by `sub_type`.
    Notify(Notify),
    /// A group message became essence, or is none any more.
    Essence(Essence),
    /// A reaction to a group message was added or taken back.
    GroupMsgEmojiLike(GroupMsgEmojiLike),
    /// Somebody joined a group.
    GroupIncrease(GroupIncrease),
    /// Somebody is out of a group.
    GroupDecrease(GroupDecrease),
    /// The account's session ended.
    BotOffline(BotOffline),
}

/// A notice of type `notify`, by `sub_type`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "sub_type", rename_all = "snake_case")]
pub enum Notify {
    /// Somebody was poked.
    Poke(Poke),
    /// A friend types.
    InputStatus(InputStatus),
}

impl Event {
    /// The event as one line of compact JSON, its messages in this form.
    pub fn to_json(&self, form: Form) -> String {
        Value::Object(self.to_object(form)).to_string()
    }

    /// The event as a JSON object.
    pub fn to_object(&self, form: Form) -> Object {
        match &self.what {
            What::Message(message) => message.event(form),
            What::Meta(meta) => self.object("meta_event", meta),
            What::Notice(notice) => self.object("notice", notice),
        }
    }

    /// An event that has the same form for everybody.
    fn object(&self, post_type: &'static str, body: &impl Serialize) -> Object {
        /// The fields that every event has, in front of its own.
        #[derive(Serialize)]
        struct Whole<'a, T> {
            time: u64,
            self_id: Uin,
            post_type: &'static str,
            #[serde(flatten)]
            body: &'a T,
        }

        let whole = Whole {
            time: self.time,
            self_id: self.self_id,
            post_type,
            body,
        };
        match serde_json::to_value(whole) {
            Ok(Value::Object(object)) => object,
            // Structs of numbers, texts and lists always make an object.
            _ => Object::new(),
        }
    }
}

/// Writes an account that is not known as 0.
#[allow(clippy::ref_option)] // As `serialize_with` wants it.
fn or_zero<S: Serializer>(account: &Option<Uin>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(account.map_or(0, Uin::get))
}
