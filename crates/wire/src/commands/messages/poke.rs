//! Poking. protocol/04 §3.9

use nekonap_ids::{Conversation, GroupUin, Uin};

use crate::{command::DecodeError, field::Required, proto::messages::PokeRequest};

/// Where somebody is poked, as a server reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PokePlace {
    /// In a group.
    Group(GroupUin),
    /// In the private chat with this person.
    Private(Uin),
}

impl PokeRequest {
    /// Pokes `target` in a conversation: a member of the group, or in a private chat the other side or oneself.
    pub fn new(conversation: Conversation, target: Uin) -> Self {
        let (group, chat) = match conversation {
            Conversation::Group(group) => (Some(group), None),
            Conversation::Friend(peer) | Conversation::Temporary { peer, .. } => (None, Some(peer)),
        };
        Self {
            to_uin: Some(target.get()),
            group: group.map(GroupUin::get),
            chat_uin: chat.map(Uin::get),
            kind: Some(0),
        }
    }

    /// Where the poke happens. A private poke that names no chat happens in that with its target.
    ///
    /// # Errors
    /// A field that is missing or holds no id, named.
    pub fn place(&self) -> Result<PokePlace, DecodeError> {
        if let Some(group) = self.group.present("group")? {
            return Ok(PokePlace::Group(group));
        }
        let peer = match self.chat_uin.present("chat_uin")? {
            Some(peer) => peer,
            None => self.to_uin.required("to_uin")?,
        };
        Ok(PokePlace::Private(peer))
    }
}
