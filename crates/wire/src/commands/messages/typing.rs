//! The account types to a friend (protocol/04 §8.4).

use nekonap_ids::Uid;

use crate::proto::messages::{TypingReply, TypingRequest, TypingResult, TypingTo};

impl TypingRequest {
    /// `event` when typing starts.
    pub const TYPING: u32 = 1;

    /// Shows a friend the typing state `event`: 1 typing, 0 stopped; the server accepts other values.
    pub fn new(friend: Uid, event: u32) -> Self {
        Self {
            to: Some(TypingTo {
                uid: Some(friend.to_string()),
                chat_type: Some(0),
                event: Some(event),
            }),
        }
    }
}

impl TypingReply {
    /// The reply of success, for a server.
    pub fn done() -> Self {
        Self {
            result: Some(TypingResult { code: Some(0) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;

    #[test]
    fn typing_names_the_friend_and_writes_zeros() {
        let uid = Uid::new("u_ab").expect("a uid");
        let hex = |event| hex::encode(TypingRequest::new(uid, event).encode_to_vec());
        assert_eq!(hex(1), "0a0a0a04755f616210001801");
        assert_eq!(hex(0), "0a0a0a04755f616210001800");
    }
}
