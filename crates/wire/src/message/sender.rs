//! Information in a message about its sender, besides the two ids (protocol/02 §2.3, §2.9, §3.13).

use bytes::Bytes;
use prost::Message as _;

use super::message::{Message, Place, Role, text};
use crate::{
    bounded,
    proto::message::{Elem, ExtraInfo, Message as Proto, RichText},
};

/// Tag of field 16, length-delimited: first bytes of an element with the sender's names.
const EXTRA_INFO: [u8; 2] = [0x82, 0x01];

/// Names of the sender that a message contains outside its group route: in element 16, and in a private chat also in
/// the routing head. `None` if the message does not have the field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SenderNames {
    /// Nickname.
    pub nickname: Option<String>,
    /// Card in the group; empty if there is none.
    pub card: Option<String>,
    /// Special title in the group; empty if there is none.
    pub title: Option<String>,
    /// Level in the group.
    pub level: Option<u32>,
}

/// All information about the sender in a message. `None` if the message does not contain it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SenderFacts {
    /// Nickname; never empty.
    pub nickname: Option<String>,
    /// Card in the group; empty if there is none.
    pub card: Option<String>,
    /// Special title in the group; empty if there is none.
    pub title: Option<String>,
    /// Level in the group.
    pub level: Option<u32>,
    /// Role in the group.
    pub role: Option<Role>,
}

impl Message {
    /// Information about the sender.
    ///
    /// The routing head of a group message contains the card or, if there is none, the nickname; it takes precedence
    /// over element 16. Both are empty in history.
    pub fn sender_facts(&self) -> SenderFacts {
        let names = self.names.clone();
        let (shown_card, shown_nickname, role) = match &self.place {
            Place::Group {
                card,
                card_is_card,
                role,
                ..
            } => match (card_is_card, card.is_empty()) {
                (true, _) => (Some(card.clone()), None, *role),
                (false, false) => (Some(String::new()), Some(card.clone()), *role),
                (false, true) => (None, None, *role),
            },
            Place::Friend | Place::Temporary { .. } | Place::Forwarded { .. } => (None, None, None),
        };
        SenderFacts {
            nickname: shown_nickname
                .or(names.nickname)
                .filter(|nickname| !nickname.is_empty()),
            card: shown_card.or(names.card),
            title: names.title,
            level: names.level,
            role,
        }
    }
}

impl SenderNames {
    /// Reads the names in a received message.
    pub(super) fn of(message: &Proto) -> Self {
        let rich = message
            .body
            .as_ref()
            .and_then(|body| body.rich_text.as_ref());
        let mut names = rich.map(Self::decode).unwrap_or_default();
        let private = message
            .routing_head
            .as_ref()
            .and_then(|head| head.c2c.as_ref());
        let shown = text(private.and_then(|head| head.name.clone()));
        if !shown.is_empty() {
            names.nickname = Some(shown);
        }
        names
    }

    /// Reads the names in element 16; all `None` if the message has no such element.
    fn decode(rich: &RichText) -> Self {
        let is_extra = |raw: &&Bytes| raw.starts_with(&EXTRA_INFO);
        let extra = rich.elems.iter().find(is_extra).and_then(|raw| {
            let extra = bounded::decode::<Elem>(raw).ok()?.extra_info?;
            bounded::decode::<ExtraInfo>(&extra).ok()
        });
        let Some(extra) = extra else {
            return Self::default();
        };
        let optional_text = |bytes: Option<Bytes>| bytes.map(|bytes| text(Some(bytes)));
        Self {
            nickname: optional_text(extra.nick),
            card: optional_text(extra.group_card),
            title: optional_text(extra.sender_title),
            level: extra
                .level
                .and_then(|level| u32::try_from(level).ok())
                .filter(|level| *level > 0),
        }
    }

    /// Encodes element 16; `None` if nothing is known.
    pub(super) fn encode(&self) -> Option<Elem> {
        if *self == Self::default() {
            return None;
        }
        let bytes = |text: &Option<String>| text.clone().map(|text| text.into_bytes().into());
        let extra = ExtraInfo {
            nick: bytes(&self.nickname),
            group_card: bytes(&self.card),
            level: self.level.and_then(|level| i32::try_from(level).ok()),
            sender_title: bytes(&self.title),
        };
        Some(Elem {
            extra_info: Some(extra.encode_to_vec().into()),
            ..Elem::default()
        })
    }
}
