//! Conversations: groups, private chats and temporary chats.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use thiserror::Error;

use crate::{GroupUin, NumberError, Uin};

/// Where messages are exchanged: a group or a private chat, as seen from one account.
///
/// As text (and in JSON): `group:20001`, `friend:10002`, `temporary:20001:10004`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Conversation {
    /// A group.
    Group(GroupUin),
    /// A private chat with a friend, or with the own account.
    Friend(Uin),
    /// A private chat with a member of a common group who is not a friend (protocol/02 §2.3, field 7).
    Temporary {
        /// The group that the chat was started from.
        group: GroupUin,
        /// The other account.
        peer: Uin,
    },
}

/// Why a text is not a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ConversationError {
    /// The text has none of the three forms.
    #[error("a conversation is group:G, friend:U or temporary:G:U")]
    Form,
    /// One of the numbers is not a valid id.
    #[error(transparent)]
    Number(#[from] NumberError),
}

impl Conversation {
    /// The other account of a private chat. `None` for groups.
    pub const fn peer(self) -> Option<Uin> {
        match self {
            Self::Group(_) => None,
            Self::Friend(peer) | Self::Temporary { peer, .. } => Some(peer),
        }
    }

    /// The group, or the group that a temporary chat was started from. `None` for friends.
    pub const fn group(self) -> Option<GroupUin> {
        match self {
            Self::Friend(_) => None,
            Self::Group(group) | Self::Temporary { group, .. } => Some(group),
        }
    }

    /// The conversation whose sequence counter applies: a temporary chat uses that of the private chat of the same two
    /// accounts (protocol/02 §2.7).
    #[must_use]
    pub const fn counted_in(self) -> Self {
        match self {
            Self::Temporary { peer, .. } => Self::Friend(peer),
            other => other,
        }
    }
}

impl fmt::Display for Conversation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group(group) => write!(f, "group:{group}"),
            Self::Friend(peer) => write!(f, "friend:{peer}"),
            Self::Temporary { group, peer } => write!(f, "temporary:{group}:{peer}"),
        }
    }
}

impl FromStr for Conversation {
    type Err = ConversationError;

    fn from_str(text: &str) -> Result<Self, ConversationError> {
        let (kind, rest) = text.split_once(':').ok_or(ConversationError::Form)?;
        match kind {
            "group" => Ok(Self::Group(rest.parse()?)),
            "friend" => Ok(Self::Friend(rest.parse()?)),
            "temporary" => {
                let (group, peer) = rest.split_once(':').ok_or(ConversationError::Form)?;
                Ok(Self::Temporary {
                    group: group.parse()?,
                    peer: peer.parse()?,
                })
            }
            _ => Err(ConversationError::Form),
        }
    }
}

impl Serialize for Conversation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Conversation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips() {
        for text in ["group:20001", "friend:10002", "temporary:20001:10004"] {
            assert_eq!(text.parse::<Conversation>().expect(text).to_string(), text);
        }
        for wrong in [
            "",
            "group",
            "group:0",
            "guild:1",
            "temporary:20001",
            "friend:1:2",
        ] {
            assert!(wrong.parse::<Conversation>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn temporary_chat_shares_the_sequences_of_the_private_chat() {
        let temporary: Conversation = "temporary:20001:10004".parse().expect("a conversation");
        assert_eq!(temporary.counted_in().to_string(), "friend:10004");
    }
}
