//! Pokes (protocol/04 §3.9).

use nekonap_ids::{Conversation, GroupUin, Uin};

use crate::{command::DecodeError, field::Required, proto::messages::PokeRequest};

/// Conversation of a poke, decoded by a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PokePlace {
    /// A group.
    Group(GroupUin),
    /// The private chat with this account.
    Private(Uin),
}

impl PokeRequest {
    /// Pokes `target` in a conversation: a member of the group; in a private chat, the peer or the account itself.
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

    /// Conversation of the poke. A private poke without a chat happens in the chat with its target.
    ///
    /// # Errors
    /// [`DecodeError`] with the name of a field that is missing or not a valid id.
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
