//! Messages: elements, sender, conversation, and their encoding and decoding (protocol/02 §2–§4).

mod cleanup;
mod element;
mod elements;
mod emoji;
mod list;
#[allow(clippy::module_inception)] // `message::message` contains the type `Message`.
mod message;
mod node;
mod outgoing;
mod reactions;
mod sender;

pub use element::{
    Card, Element, Face, FaceLook, File, Forward, Image, Keyboard, LongText, Markdown, MarketFace,
    Mention, MentionTarget, Reply, Shake, Sticker, Text, Thrown, Unknown, Video, Voice, Xml,
};
pub use elements::{
    card::uniseq,
    face::{DICE, ROCK_PAPER_SCISSORS},
    media::{
        Media, business as media_business, element as media_element, uploaded as uploaded_media,
    },
    reply::{message_uid, random_of},
};
pub use emoji::{Emoji, EmojiError};
pub use list::{decode_list, encode_list, raw_list};
pub(crate) use message::event_time;
pub use message::{Kind, Message, Party, Place, Role};
pub use outgoing::{Destination, Outgoing, Thrown as ThrowResult};
pub use reactions::{ReactionMark, add_reactions, reactions};
pub use sender::{SenderFacts, SenderNames};

/// Generated protobuf messages of a [`Keyboard`] (protocol/02 §3.6).
pub mod buttons {
    pub use crate::proto::message::{
        Button, ButtonAction, ButtonPermission, ButtonRender, Keyboard, KeyboardRow,
    };
}
