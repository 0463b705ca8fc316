//! Message ids, derived from the message: every archive gives a message the same id (protocol/02 §12).

use nekonap_ids::{Conversation, MessageId, Sequence, Uin};
use sha2::{Digest, Sha256};

/// Identity of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Never a temporary chat: those share the sequences of the private chat of the same two accounts.
    pub(crate) conversation: Conversation,
    /// `None` for a send without a reply.
    pub(crate) sequence: Option<Sequence>,
    /// Random number chosen by the sender; 0 if unknown.
    pub(crate) random: u32,
    /// Whether this account sent it. Only own messages are found by their random.
    pub(crate) own: bool,
}

impl Identity {
    /// Identity of the message at this place.
    pub(crate) fn at(conversation: Conversation, sequence: Sequence) -> Self {
        Self {
            conversation: conversation.counted_in(),
            sequence: Some(sequence),
            random: 0,
            own: false,
        }
    }

    /// The random by which the message is found while its sequence is unknown.
    pub(crate) fn own_random(&self) -> Option<u32> {
        (self.own && self.random != 0).then_some(self.random)
    }

    /// The id of the message, unless another message already has it. `account` is the own account: ids of private chats
    /// are derived from both accounts.
    pub(crate) fn derived_id(&self, account: Uin) -> MessageId {
        let conversation = match self.conversation {
            Conversation::Group(group) => format!("group:{group}"),
            Conversation::Friend(peer) | Conversation::Temporary { peer, .. } => {
                format!("private:{}:{}", account.min(peer), account.max(peer))
            }
        };
        let text = match self.sequence {
            Some(sequence) => format!("{conversation}:{sequence}"),
            None => format!("own:{conversation}:{}", self.random),
        };
        MessageId::from_hash(Sha256::digest(text).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derived(account: u64, conversation: &str, sequence: u64) -> i32 {
        let account = Uin::new(account).expect("an account");
        let conversation = conversation.parse().expect("a conversation");
        Identity::at(conversation, Sequence::new(sequence))
            .derived_id(account)
            .get()
    }

    /// Computed with Python: `(1 << 30) + (int.from_bytes(hashlib.sha256(text).digest()[:4], "big") >> 2)`.
    #[test]
    fn derived_ids_match_known_answers() {
        assert_eq!(derived(10_001, "group:20001", 1), 1_916_316_188);
        assert_eq!(derived(10_001, "group:20001", 4712), 1_439_597_348);
        assert_eq!(
            derived(10_001, "group:9007199254740991", u64::MAX),
            1_131_642_870
        );
        assert_eq!(derived(10_001, "friend:10002", 1), 1_471_422_853);
        assert_eq!(derived(10_001, "friend:10001", 7), 2_104_189_181);
    }

    #[test]
    fn both_accounts_and_temporary_chats_derive_the_same_id() {
        let one = derived(10_001, "friend:10002", 1);
        assert_eq!(derived(10_002, "friend:10001", 1), one);
        assert_eq!(derived(10_001, "temporary:20001:10002", 1), one);
    }

    #[test]
    fn a_send_without_a_sequence_derives_from_its_random() {
        let account = Uin::new(10_001).expect("an account");
        for (conversation, random, id) in [
            ("group:20001", 99, 2_035_222_730),
            ("friend:10002", u32::MAX, 1_662_848_260),
        ] {
            let sent = Identity {
                conversation: conversation.parse().expect("a conversation"),
                sequence: None,
                random,
                own: true,
            };
            assert_eq!(sent.derived_id(account).get(), id, "{conversation}");
        }
    }
}
