//! Everything that is reported to frameworks (api/events-and-segments §1–§5).

use nekonap_ids::{GroupUin, MessageId, Uin};
use serde_json::{Value, json};

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

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// `meta_event` / `lifecycle` / `connect`: the first frame of a connection.
    Connected,
    /// `meta_event` / `heartbeat`.
    Heartbeat {
        /// The answer of `get_status`.
        status: Value,
        /// Milliseconds to the next one.
        interval: u64,
    },
    /// `message`, or `message_sent` for an own one.
    Message(Box<ChatMessage>),
    /// `notice` / `group_recall` (api/events-and-segments §4.7).
    GroupRecall {
        /// Where.
        group_id: GroupUin,
        /// The author; `None` is written as 0.
        user_id: Option<Uin>,
        /// Who recalled it.
        operator_id: Option<Uin>,
        /// Which message.
        message_id: MessageId,
    },
    /// `notice` / `friend_recall` (api/events-and-segments §4.7).
    FriendRecall {
        /// The author.
        user_id: Uin,
        /// Which message.
        message_id: MessageId,
    },
    /// `notice` / `notify` / `poke` (api/events-and-segments §4.8).
    Poke {
        /// Where; `None` is a private chat.
        group_id: Option<GroupUin>,
        /// In a private chat the other side, whoever poked; in a group who poked.
        user_id: Uin,
        /// Who poked.
        sender_id: Uin,
        /// Who was poked.
        target_id: Uin,
        /// The verb.
        action: String,
        /// What follows the target.
        suffix: String,
        /// A picture's address.
        action_img_url: String,
    },
    /// `notice` / `notify` / `input_status` (api/events-and-segments §4.10).
    InputStatus {
        /// Who types.
        user_id: Uin,
        /// 1 typing; others as the server tells them.
        event_type: u32,
        /// The text to show; empty for stopped.
        status_text: String,
    },
    /// `notice` / `essence` (api/events-and-segments §4.12).
    Essence {
        /// Where.
        group_id: GroupUin,
        /// The message's author.
        sender_id: Option<Uin>,
        /// Who did it.
        operator_id: Option<Uin>,
        /// Which message.
        message_id: MessageId,
        /// Added, or deleted.
        added: bool,
    },
    /// `notice` / `group_msg_emoji_like` (api/events-and-segments §4.13).
    EmojiLike {
        /// Where.
        group_id: GroupUin,
        /// Who reacted.
        user_id: Option<Uin>,
        /// To which message.
        message_id: MessageId,
        /// The face's id, or the emoji's code point, decimal.
        emoji_id: String,
        /// How many people now react so.
        count: u32,
        /// Added, or taken back.
        is_add: bool,
    },
    /// `notice` / `group_increase` (api/events-and-segments §4.4).
    GroupIncrease {
        /// Where.
        group_id: GroupUin,
        /// Who joined.
        user_id: Uin,
        /// Who agreed or invited.
        operator_id: Option<Uin>,
        /// `invite` rather than `approve`.
        invited: bool,
    },
    /// `notice` / `group_decrease` (api/events-and-segments §4.3).
    GroupDecrease {
        /// Where.
        group_id: GroupUin,
        /// Who is out.
        user_id: Uin,
        /// Who did it.
        operator_id: Option<Uin>,
        /// How.
        how: Decrease,
    },
    /// `notice` / `bot_offline` (api/events-and-segments §4.14).
    BotOffline {
        /// A heading.
        tag: String,
        /// The reason.
        message: String,
    },
}

/// `sub_type` of `group_decrease`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decrease {
    /// By itself.
    Leave,
    /// Removed.
    Kick,
    /// The account itself was removed.
    KickMe,
    /// The group was dissolved.
    Disband,
}

impl Decrease {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Leave => "leave",
            Self::Kick => "kick",
            Self::KickMe => "kick_me",
            Self::Disband => "disband",
        }
    }
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
            What::Connected => self.of(
                "meta_event",
                json!({"meta_event_type": "lifecycle", "sub_type": "connect"}),
            ),
            What::Heartbeat { status, interval } => self.of(
                "meta_event",
                json!({"meta_event_type": "heartbeat", "status": status, "interval": interval}),
            ),
            notice => self.of("notice", notice.notice(self.self_id)),
        }
    }

    fn of(&self, post_type: &str, rest: Value) -> Object {
        let mut event = Object::new();
        event.insert("time".to_owned(), json!(self.time));
        event.insert("self_id".to_owned(), json!(self.self_id));
        event.insert("post_type".to_owned(), json!(post_type));
        if let Value::Object(rest) = rest {
            event.extend(rest);
        }
        event
    }
}

impl What {
    fn notice(&self, self_id: Uin) -> Value {
        match self {
            Self::Connected | Self::Heartbeat { .. } | Self::Message(_) => Value::Null,
            Self::GroupRecall {
                group_id,
                user_id,
                operator_id,
                message_id,
            } => json!({
                "notice_type": "group_recall", "group_id": group_id, "user_id": number(*user_id),
                "operator_id": number(*operator_id), "message_id": message_id,
            }),
            Self::FriendRecall {
                user_id,
                message_id,
            } => json!({
                "notice_type": "friend_recall", "user_id": user_id, "message_id": message_id,
            }),
            Self::Poke {
                group_id,
                user_id,
                sender_id,
                target_id,
                action,
                suffix,
                action_img_url,
            } => {
                let mut notice = Object::new();
                notice.insert("notice_type".to_owned(), json!("notify"));
                notice.insert("sub_type".to_owned(), json!("poke"));
                // Its presence alone says that it is a group's.
                if let Some(group_id) = group_id {
                    notice.insert("group_id".to_owned(), json!(group_id));
                }
                for (key, value) in [
                    ("user_id", json!(user_id)),
                    ("sender_id", json!(sender_id)),
                    ("target_id", json!(target_id)),
                    ("action", json!(action)),
                    ("suffix", json!(suffix)),
                    ("action_img_url", json!(action_img_url)),
                    ("raw_info", json!([])),
                ] {
                    notice.insert(key.to_owned(), value);
                }
                Value::Object(notice)
            }
            Self::InputStatus {
                user_id,
                event_type,
                status_text,
            } => json!({
                "notice_type": "notify", "sub_type": "input_status", "status_text": status_text,
                "event_type": event_type, "user_id": user_id, "group_id": 0,
            }),
            Self::Essence {
                group_id,
                sender_id,
                operator_id,
                message_id,
                added,
            } => json!({
                "notice_type": "essence", "sub_type": if *added { "add" } else { "delete" },
                "group_id": group_id, "user_id": number(*sender_id), "sender_id": number(*sender_id),
                "operator_id": number(*operator_id), "message_id": message_id,
            }),
            Self::EmojiLike {
                group_id,
                user_id,
                message_id,
                emoji_id,
                count,
                is_add,
            } => json!({
                "notice_type": "group_msg_emoji_like", "group_id": group_id, "user_id": number(*user_id),
                "message_id": message_id, "likes": [{"emoji_id": emoji_id, "count": count}], "is_add": is_add,
            }),
            Self::GroupIncrease {
                group_id,
                user_id,
                operator_id,
                invited,
            } => json!({
                "notice_type": "group_increase", "sub_type": if *invited { "invite" } else { "approve" },
                "group_id": group_id, "operator_id": number(*operator_id), "user_id": user_id,
            }),
            Self::GroupDecrease {
                group_id,
                user_id,
                operator_id,
                how,
            } => json!({
                "notice_type": "group_decrease", "sub_type": how.as_str(), "group_id": group_id,
                "operator_id": number(*operator_id), "user_id": user_id,
            }),
            Self::BotOffline { tag, message } => json!({
                "notice_type": "bot_offline", "user_id": self_id, "tag": tag, "message": message,
            }),
        }
    }
}

fn number(uin: Option<Uin>) -> Value {
    uin.map_or(json!(0), |uin| json!(uin))
}
