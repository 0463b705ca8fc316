//! Which message: where it is.

use crate::{Conversation, GroupUin, Sequence};

/// The place of a message: its conversation, and its sequence there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessagePlace {
    /// The conversation, seen from one account.
    pub conversation: Conversation,
    /// The sequence in that conversation.
    pub sequence: Sequence,
}

impl MessagePlace {
    /// The place with this sequence in a group.
    pub const fn in_group(group: GroupUin, sequence: Sequence) -> Self {
        Self {
            conversation: Conversation::Group(group),
            sequence,
        }
    }

    /// The group, of a group's message. `None` for private chats, temporary ones included.
    pub const fn group(self) -> Option<GroupUin> {
        match self.conversation {
            Conversation::Group(group) => Some(group),
            Conversation::Friend(_) | Conversation::Temporary { .. } => None,
        }
    }
}
