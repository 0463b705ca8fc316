//! Conversations as the database keeps them: one number for the pair or group that counts the sequences, and the
//! group that a temporary chat was started from.

use nekonap_ids::{Conversation, GroupUin, Uin};
use rusqlite::types::Type;

/// The number of what the conversation counts in: twice the group or account, plus one for a group.
pub(crate) fn key(conversation: Conversation) -> i64 {
    let number = match conversation {
        Conversation::Group(group) => group.get() << 1 | 1,
        Conversation::Friend(peer) | Conversation::Temporary { peer, .. } => peer.get() << 1,
    };
    // Ids have 53 bits.
    number.cast_signed()
}

/// The group of a temporary chat.
pub(crate) fn via(conversation: Conversation) -> Option<i64> {
    match conversation {
        Conversation::Temporary { group, .. } => Some(group.get().cast_signed()),
        _ => None,
    }
}

/// The conversation with this key.
pub(crate) fn conversation(key: i64, via: Option<i64>) -> rusqlite::Result<Conversation> {
    let number = key.cast_unsigned() >> 1;
    if key & 1 == 1 {
        return group(number).map(Conversation::Group);
    }
    let peer = uin(number)?;
    match via {
        None => Ok(Conversation::Friend(peer)),
        Some(via) => Ok(Conversation::Temporary {
            group: group(via.cast_unsigned())?,
            peer,
        }),
    }
}

/// An account from a column.
pub(crate) fn uin(number: u64) -> rusqlite::Result<Uin> {
    Uin::new(number).map_err(damaged)
}

fn group(number: u64) -> rusqlite::Result<GroupUin> {
    GroupUin::new(number).map_err(damaged)
}

/// A value that we never wrote.
pub(crate) fn damaged(error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Integer, Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back() {
        for text in [
            "group:20001",
            "friend:20001",
            "friend:9007199254740991",
            "temporary:20001:10004",
        ] {
            let given: Conversation = text.parse().expect("a conversation");
            let read = conversation(key(given), via(given)).expect("the same");
            assert_eq!(read, given);
        }
    }

    #[test]
    fn a_temporary_chat_shares_the_key_of_the_pair() {
        let [temporary, friend, group] = ["temporary:20001:10004", "friend:10004", "group:10004"]
            .map(|text| text.parse().map(key).expect("a conversation"));
        assert_eq!(temporary, friend);
        assert_ne!(friend, group);
    }
}
