//! Conversations in two columns: `place` is a number for the group or pair of accounts that shares a sequence counter,
//! `via` is the group that a temporary chat was started from.

use nekonap_ids::{Conversation, GroupUin, Uin};
use rusqlite::types::Type;

/// Value of the column `place`: twice the number of the group or of the other account, plus one for a group.
pub(crate) fn key(conversation: Conversation) -> i64 {
    let number = match conversation {
        Conversation::Group(group) => group.get() << 1 | 1,
        Conversation::Friend(peer) | Conversation::Temporary { peer, .. } => peer.get() << 1,
    };
    // Ids have 53 bits.
    number.cast_signed()
}

/// Value of the column `via`.
pub(crate) fn via(conversation: Conversation) -> Option<GroupUin> {
    match conversation {
        Conversation::Temporary { group, .. } => Some(group),
        _ => None,
    }
}

/// Decodes the two columns.
pub(crate) fn conversation(key: i64, via: Option<GroupUin>) -> rusqlite::Result<Conversation> {
    let number = key.cast_unsigned() >> 1;
    if key & 1 == 1 {
        return GroupUin::new(number)
            .map(Conversation::Group)
            .map_err(damaged);
    }
    let peer = Uin::new(number).map_err(damaged)?;
    Ok(match via {
        None => Conversation::Friend(peer),
        Some(group) => Conversation::Temporary { group, peer },
    })
}

/// Error for a column value that the archive never writes.
fn damaged(error: nekonap_ids::NumberError) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Integer, Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversations_round_trip_through_columns() {
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
        assert!(conversation(1, None).is_err(), "there is no group 0");
    }

    #[test]
    fn temporary_chat_shares_the_key_of_the_private_chat() {
        let [temporary, friend, group] = ["temporary:20001:10004", "friend:10004", "group:10004"]
            .map(|text| text.parse().map(key).expect("a conversation"));
        assert_eq!(temporary, friend);
        assert_ne!(friend, group);
    }
}
