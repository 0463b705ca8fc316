//! Messages that were sent, in the JSON of message events (api/events-and-segments §3) and of the Message object in answers
//! (api/actions §1.8).

use nekonap_ids::{GroupUin, MessageId, Uin};
use serde_json::{Value, json};

use crate::{Form, Message, Object, RawSegment};

/// Value of `font`. It has no meaning, but NoneBot requires a number.
const FONT: u32 = 14;

/// A message that was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatMessage {
    /// Time of sending, Unix seconds.
    pub time: u64,
    /// Account that reports the message.
    pub self_id: Uin,
    /// Message id; `None` in a merged forward, written as 0.
    pub message_id: Option<MessageId>,
    /// Sequence number that the server gave the message in its chat.
    pub real_seq: u64,
    /// Sender.
    pub sender: Sender,
    /// Group or private chat of the message.
    pub place: Place,
    /// Whether the account itself sent the message.
    pub own: bool,
    /// Content.
    pub message: Message,
}

/// Group or private chat of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a group.
    Group {
        /// Group number; `None` in a merged forward, written as 0.
        group_id: Option<GroupUin>,
        /// Name of the group; empty if unknown.
        group_name: String,
    },
    /// In a private chat.
    Private {
        /// Account of the other person.
        target_id: Uin,
        /// Group that a temporary chat comes from; `None` for a chat with a friend.
        from_group: Option<GroupUin>,
    },
}

/// Sender of a message (api/events-and-segments §3.4).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sender {
    /// QQ number; `None` if unknown, written as 0.
    pub user_id: Option<Uin>,
    /// Nickname.
    pub nickname: String,
    /// Card in the group; empty if there is none.
    pub card: String,
    /// Sex.
    pub sex: Sex,
    /// Age in years; 0 if unknown.
    pub age: u32,
    /// Role in the group; groups only.
    pub role: Role,
    /// Level in the group, decimal; may be empty.
    pub level: String,
    /// Special title in the group; may be empty.
    pub title: String,
}

/// Sex in a profile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sex {
    /// `male`.
    Male,
    /// `female`.
    Female,
    /// `unknown`.
    #[default]
    Unknown,
}

impl Sex {
    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
            Self::Unknown => "unknown",
        }
    }
}

/// Role in a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Role {
    /// `owner`.
    Owner,
    /// `admin`.
    Admin,
    /// `member`.
    #[default]
    Member,
}

impl Role {
    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }
}

/// A reaction to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmojiLike {
    /// Id of a face, or code point of an emoji, decimal.
    pub emoji_id: String,
    /// `1` face, `2` emoji.
    pub emoji_type: String,
    /// Number of people who reacted.
    pub count: u32,
}

impl ChatMessage {
    /// The message event (api/events-and-segments §3.2, §3.3):
    /// `message`, or `message_sent` for an own message.
    pub fn event(&self, form: Form) -> Object {
        let mut event = Object::new();
        event.insert("time".to_owned(), json!(self.time));
        event.insert("self_id".to_owned(), json!(self.self_id));
        event.insert("post_type".to_owned(), json!(self.post_type()));
        self.kind(&mut event);
        self.ids(&mut event);
        self.chat(&mut event);
        if self.own {
            event.insert("message_sent_type".to_owned(), json!("self"));
        }
        self.content(&mut event, form);
        event.insert("sender".to_owned(), Value::Object(self.sender()));
        event
    }

    /// The Message object of answers, such as those of `get_msg`, message histories and `get_recent_contact`
    /// (api/actions §1.8).
    pub fn object(&self, form: Form, likes: &[EmojiLike]) -> Object {
        let mut object = Object::new();
        object.insert("self_id".to_owned(), json!(self.self_id));
        object.insert("user_id".to_owned(), number(self.sender.user_id));
        object.insert("time".to_owned(), json!(self.time));
        self.ids(&mut object);
        self.kind(&mut object);
        self.chat(&mut object);
        let mut sender = self.sender();
        sender.insert("message_type".to_owned(), json!(self.message_type()));
        object.insert("sender".to_owned(), Value::Object(sender));
        self.content(&mut object, form);
        object.insert("post_type".to_owned(), json!(self.post_type()));
        object.insert("group".to_owned(), json!(self.in_group()));
        let likes = likes.iter().map(|like| {
            json!({
                "emoji_id": like.emoji_id,
                "emoji_type": like.emoji_type,
                "likes_cnt": like.count.to_string(),
            })
        });
        object.insert("emoji_likes_list".to_owned(), likes.collect());
        object
    }

    /// An element of `messages` in the answer of `get_forward_msg`: a Message object that can also be read as a node.
    pub fn forwarded(&self, form: Form) -> Object {
        let mut object = self.object(form, &[]);
        let content = self.message.to_value(form);
        object.insert("content".to_owned(), content.clone());
        object.insert("type".to_owned(), json!("node"));
        let data = json!({
            "user_id": self.user_text(),
            "nickname": self.sender.nickname,
            "content": content,
        });
        object.insert("data".to_owned(), data);
        object
    }

    /// An element of `message` in the answer of `get_forward_msg`: a node segment.
    pub fn node(&self, form: Form) -> Value {
        let content = self.message.to_value(form);
        json!({"type": "node", "data": {
            "user_id": self.user_text(),
            "nickname": self.sender.nickname,
            "time": self.time,
            "content": content,
            "message": content,
        }})
    }

    /// CQ text of the message, without white space at its start and end (api/events-and-segments §6).
    pub fn raw_message(&self) -> String {
        self.message.to_cq().trim().to_owned()
    }

    fn user_text(&self) -> String {
        self.sender.user_id.map_or(0, Uin::get).to_string()
    }

    const fn in_group(&self) -> bool {
        matches!(self.place, Place::Group { .. })
    }

    const fn message_type(&self) -> &'static str {
        if self.in_group() { "group" } else { "private" }
    }

    const fn post_type(&self) -> &'static str {
        if self.own { "message_sent" } else { "message" }
    }

    fn kind(&self, out: &mut Object) {
        let sub_type = match &self.place {
            Place::Group { .. } => "normal",
            Place::Private {
                from_group: Some(_),
                ..
            } => "group",
            Place::Private {
                from_group: None, ..
            } => "friend",
        };
        out.insert("message_type".to_owned(), json!(self.message_type()));
        out.insert("sub_type".to_owned(), json!(sub_type));
    }

    fn ids(&self, out: &mut Object) {
        let id = self.message_id.map_or(0, MessageId::get);
        for key in ["message_id", "message_seq", "real_id"] {
            out.insert(key.to_owned(), json!(id));
        }
        out.insert("real_seq".to_owned(), json!(self.real_seq.to_string()));
    }

    fn chat(&self, out: &mut Object) {
        out.insert("user_id".to_owned(), number(self.sender.user_id));
        match &self.place {
            Place::Group {
                group_id,
                group_name,
            } => {
                let group = group_id.map_or(json!(0), |group| json!(group));
                out.insert("group_id".to_owned(), group.clone());
                out.insert("group_name".to_owned(), json!(group_name));
                if self.own {
                    out.insert("target_id".to_owned(), group);
                }
                out.insert("anonymous".to_owned(), Value::Null);
            }
            Place::Private {
                target_id,
                from_group,
            } => {
                out.insert("target_id".to_owned(), json!(target_id));
                if let Some(group) = from_group {
                    out.insert("group_id".to_owned(), json!(group));
                    out.insert("temp_source".to_owned(), json!(0));
                }
            }
        }
    }

    fn content(&self, out: &mut Object, form: Form) {
        let raw: Vec<RawSegment> = self.message.to_raw();
        let text = crate::cq::write(&raw).trim().to_owned();
        let message = match form {
            Form::Array => self.message.to_value(form),
            Form::String => json!(text),
        };
        out.insert("message".to_owned(), message);
        out.insert("message_format".to_owned(), json!(form));
        out.insert("raw_message".to_owned(), json!(text));
        out.insert("font".to_owned(), json!(FONT));
    }

    fn sender(&self) -> Object {
        let sender = &self.sender;
        let mut out = Object::new();
        out.insert("user_id".to_owned(), number(sender.user_id));
        out.insert("nickname".to_owned(), json!(sender.nickname));
        out.insert(
            "card".to_owned(),
            json!(if self.in_group() {
                sender.card.as_str()
            } else {
                ""
            }),
        );
        out.insert("sex".to_owned(), json!(sender.sex.as_str()));
        out.insert("age".to_owned(), json!(sender.age));
        match &self.place {
            Place::Group { .. } => {
                out.insert("area".to_owned(), json!(""));
                out.insert("level".to_owned(), json!(sender.level));
                out.insert("role".to_owned(), json!(sender.role.as_str()));
                out.insert("title".to_owned(), json!(sender.title));
            }
            Place::Private {
                from_group: Some(group),
                ..
            } => {
                out.insert("group_id".to_owned(), json!(group));
            }
            Place::Private {
                from_group: None, ..
            } => {}
        }
        out
    }
}

fn number(uin: Option<Uin>) -> Value {
    uin.map_or(json!(0), |uin| json!(uin))
}
