//! Events that are sent to frameworks (api/events-and-segments §1–§5). Each type of event has a file, with a struct
//! that contains the fields of this type only. [`Notice`] and [`Meta`] list all types.

mod bot_offline;
mod bot_online;
mod client_status;
mod essence;
mod friend_add;
mod friend_recall;
mod gray_tip;
mod group_admin;
mod group_ban;
mod group_card;
mod group_decrease;
mod group_dismiss;
mod group_increase;
mod group_msg_emoji_like;
mod group_name;
mod group_recall;
mod group_upload;
mod honor;
mod input_status;
mod lucky_king;
mod meta;
mod offline_file;
mod poke;
mod profile_like;
mod reaction;
mod request;
mod schema;
mod title;

use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::Value;

pub use bot_offline::BotOffline;
pub use bot_online::{BotOnline, OnlineReason};
pub use client_status::{ClientStatus, Device};
pub use essence::{Essence, EssenceChange};
pub use friend_add::FriendAdd;
pub use friend_recall::FriendRecall;
pub use gray_tip::GrayTip;
pub use group_admin::{AdminChange, GroupAdmin};
pub use group_ban::{Ban, GroupBan};
pub use group_card::GroupCard;
pub use group_decrease::{Decrease, GroupDecrease};
pub use group_dismiss::GroupDismiss;
pub use group_increase::{GroupIncrease, Increase};
pub use group_msg_emoji_like::{GroupMsgEmojiLike, Like};
pub use group_name::GroupName;
pub use group_recall::GroupRecall;
pub use group_upload::{GroupUpload, UploadedFile};
pub use honor::Honor;
pub use input_status::InputStatus;
pub use lucky_king::LuckyKing;
pub use meta::{Heartbeat, Lifecycle, Meta};
pub use offline_file::{OfflineFile, ReceivedFile};
pub use poke::{Poke, TipItem};
pub use profile_like::ProfileLike;
pub use reaction::{ReactionChange, ReactionNotice};
pub use request::{FriendRequest, GroupRequest, GroupRequestType, Request};
pub use title::Title;

use crate::{ChatMessage, Form, Object};

/// An event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Time of the event, Unix seconds.
    pub time: u64,
    /// Account that reports the event.
    pub self_id: Uin,
    /// Type and fields of the event.
    pub what: What,
}

/// Type and fields of an event, by `post_type`.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// `meta_event`.
    Meta(Meta),
    /// `message`, or `message_sent` for an own message.
    Message(Box<ChatMessage>),
    /// `notice`.
    Notice(Notice),
    /// `request`.
    Request(Request),
}

impl From<Notice> for What {
    fn from(notice: Notice) -> Self {
        Self::Notice(notice)
    }
}

impl From<Request> for What {
    fn from(request: Request) -> Self {
        Self::Request(request)
    }
}

/// A notice, by `notice_type` (api/events-and-segments §4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "notice_type", rename_all = "snake_case")]
pub enum Notice {
    /// A group message was recalled.
    GroupRecall(GroupRecall),
    /// A private message was recalled.
    FriendRecall(FriendRecall),
    /// A minor notice, by `sub_type`.
    Notify(Notify),
    /// A group message was added to or removed from the essence messages.
    Essence(Essence),
    /// A reaction to a group message was added or removed.
    GroupMsgEmojiLike(GroupMsgEmojiLike),
    /// Somebody became a friend.
    FriendAdd(FriendAdd),
    /// A member joined a group.
    GroupIncrease(GroupIncrease),
    /// A member left a group or was removed.
    GroupDecrease(GroupDecrease),
    /// A member or a whole group was muted, or the mute was lifted.
    GroupBan(GroupBan),
    /// A member became administrator, or a member again.
    GroupAdmin(GroupAdmin),
    /// A member has another card.
    GroupCard(GroupCard),
    /// Somebody uploaded a file to a group.
    GroupUpload(GroupUpload),
    /// Somebody sent a file, as go-cqhttp and Lagrange report it. Off by default.
    OfflineFile(OfflineFile),
    /// The account is logged out.
    BotOffline(BotOffline),
    /// The account is online.
    BotOnline(BotOnline),
    /// Another device of the account came online or went offline. Off by default.
    ClientStatus(ClientStatus),
    /// A group was dissolved, as LLOneBot reports it. Off by default.
    GroupDismiss(GroupDismiss),
    /// A reaction to a group message, as Lagrange reports it. Off by default.
    Reaction(ReactionNotice),
}

/// A notice of type `notify`, by `sub_type`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "sub_type", rename_all = "snake_case")]
pub enum Notify {
    /// An account was poked.
    Poke(Poke),
    /// A friend is typing.
    InputStatus(InputStatus),
    /// A member got a special title.
    Title(Title),
    /// A group was renamed.
    GroupName(GroupName),
    /// Somebody likes the profile of the account.
    ProfileLike(ProfileLike),
    /// A member got an honour of a group.
    Honor(Honor),
    /// The luckiest member of a red packet is known.
    LuckyKing(LuckyKing),
    /// A member sent a grey line of an unknown kind, which may be forged.
    GrayTip(GrayTip),
    /// A poke was taken back, as LLOneBot reports it: the fields of the poke. Off by default.
    PokeRecall(Poke),
}

impl Event {
    /// The event as one line of compact JSON. `form`: message format.
    pub fn to_json(&self, form: Form) -> String {
        Value::Object(self.to_object(form)).to_string()
    }

    /// The event as a JSON object. `form`: message format.
    pub fn to_object(&self, form: Form) -> Object {
        match &self.what {
            What::Message(message) => message.event(form),
            What::Meta(meta) => self.object("meta_event", meta),
            What::Notice(notice) => self.object("notice", notice),
            What::Request(request) => self.object("request", request),
        }
    }

    /// An event that does not depend on the message format.
    fn object(&self, post_type: &'static str, body: &impl Serialize) -> Object {
        /// The common fields, followed by the event's own fields.
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
            // A struct always serializes to an object.
            _ => Object::new(),
        }
    }
}

/// Writes an unknown account as 0.
#[allow(clippy::ref_option)] // The type that `serialize_with` requires.
fn or_zero<S: Serializer>(account: &Option<Uin>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(account.map_or(0, Uin::get))
}
