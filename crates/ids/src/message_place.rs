//! The place of a message.

use crate::{Conversation, GroupUin, Sequence};

/// The place of a message: its conversation and its sequence there. It identifies the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessagePlace {
    /// Conversation, as seen from one account.
    pub conversation: Conversation,
    /// Sequence in that conversation.
    pub sequence: Sequence,
}

impl MessagePlace {
    /// The place of a group message.
    pub const fn in_group(group: GroupUin, sequence: Sequence) -> Self {
        Self {
            conversation: Conversation::Group(group),
            sequence,
        }
    }

    /// Group of a group message. `None` for private chats, including temporary ones.
    pub const fn group(self) -> Option<GroupUin> {
        match self.conversation {
            Conversation::Group(group) => Some(group),
            Conversation::Friend(_) | Conversation::Temporary { .. } => None,
        }
    }
}
