//! Messages that were said: the body of message events (api/events-and-segments §3), and the Message object of
//! answers (api/actions §1.8).

use nekonap_ids::{GroupUin, MessageId, Uin};
use serde_json::{Value, json};

use crate::{Form, Message, Object, RawSegment};

/// `font`: nobody knows what it was; NoneBot wants a number.
const FONT: u32 = 14;

/// A message that was said.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatMessage {
    /// When, unix seconds.
    pub time: u64,
    /// Whose account reports it.
    pub self_id: Uin,
    /// Its id; `None` inside merged forwards, where there is none, and is written as 0.
    pub message_id: Option<MessageId>,
    /// The server's sequence in that chat.
    pub real_seq: u64,
    /// Who said it.
    pub sender: Sender,
    /// Where.
    pub place: Place,
    /// Whether the account itself said it.
    pub own: bool,
    /// What it says.
    pub message: Message,
}

/// Where something was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a group.
    Group {
        /// Which; `None` inside a merged forward, and is written as 0.
        group_id: Option<GroupUin>,
        /// Its name; empty if it is unknown.
        group_name: String,
    },
    /// In a private chat.
    Private {
        /// The chat: the other side's account.
        target_id: Uin,
        /// The group that a temporary chat came from; `None` among friends.
        from_group: Option<GroupUin>,
    },
}

/// Who said it (api/events-and-segments §3.4).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sender {
    /// The account; `None` is written as 0.
    pub user_id: Option<Uin>,
    /// The account's name.
    pub nickname: String,
    /// The card in the group; never the nickname.
    pub card: String,
    /// The sex.
    pub sex: Sex,
    /// Years; 0 if unknown.
    pub age: u32,
    /// The role; groups only.
    pub role: Role,
    /// The level in the group, decimal; may be empty.
    pub level: String,
    /// The special title; may be empty.
    pub title: String,
}

/// `male`, `female`, `unknown`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sex {
    /// A man.
    Male,
    /// A woman.
    Female,
    /// Not told.
    #[default]
    Unknown,
}

impl Sex {
    /// Its name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
            Self::Unknown => "unknown",
        }
    }
}

/// `owner`, `admin`, `member`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Role {
    /// The owner.
    Owner,
    /// An administrator.
    Admin,
    /// A plain member.
    #[default]
    Member,
}

impl Role {
    /// Its name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }
}

/// A reaction in a fetched message; all texts in JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmojiLike {
    /// The face's id, or the emoji's code point, decimal.
    pub emoji_id: String,
    /// `1` face, `2` emoji.
    pub emoji_type: String,
    /// How many people.
    pub count: u32,
}

impl ChatMessage {
    /// The message event (api/events-and-segments §3.2, api/events-and-segments §3.3): `message`, or `message_sent` for an own message.
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

    /// The Message object of `get_msg`, of histories, of `get_recent_contact` (api/actions §1.8).
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

    /// An element of `get_forward_msg`'s `messages`: a Message object that can also be read as a node.
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

    /// An element of `get_forward_msg`'s `message`: a node segment.
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

    /// The CQ text of the message, without white space around it (api/events-and-segments §6).
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
