//! Pokes (protocol/04 §3.9).

use nekonap_ids::{Conversation, GroupUin, Sequence, Uin};
use rand::RngExt as _;

use crate::{
    command::DecodeError,
    field::Required,
    proto::messages::{
        PokeRequest, WithdrawPokeRequest, WithdrawnFromFriend, WithdrawnFromGroup, WithdrawnTip,
    },
};

/// `busi_id` of a poke that is taken back.
pub const WITHDRAWN: u32 = 1061;
/// `field_2` of a poke that is taken back.
const KIND: u32 = 5;
/// Ids of a withdrawn poke only need to be in a range, one for friends and one for groups.
const FRIEND_IDS: std::ops::Range<u64> = 7_500_000_000_000_000_000..7_510_000_000_000_000_000;
const GROUP_IDS: std::ops::Range<u64> = 7_580_000_000_000_000_000..7_580_100_000_000_000_000;

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

impl WithdrawPokeRequest {
    /// Takes a poke back. `sequence`, `time` (Unix seconds) and `tip_id` are those of the poke's push.
    pub fn new(conversation: Conversation, sequence: Sequence, time: u64, tip_id: u64) -> Self {
        let mut random = rand::rng();
        let id = match conversation {
            Conversation::Group(_) => random.random_range(GROUP_IDS),
            Conversation::Friend(_) | Conversation::Temporary { .. } => {
                random.random_range(FRIEND_IDS)
            }
        };
        Self::with_id(conversation, sequence, time, tip_id, id)
    }

    fn with_id(
        conversation: Conversation,
        sequence: Sequence,
        time: u64,
        tip_id: u64,
        id: u64,
    ) -> Self {
        let mut request = Self {
            friend: None,
            group: None,
            tip: Some(WithdrawnTip {
                busi_id: Some(WITHDRAWN),
                tips_seq_id: Some(tip_id),
            }),
        };
        match conversation {
            Conversation::Group(group) => {
                request.group = Some(WithdrawnFromGroup {
                    group: Some(group.get()),
                    field_2: Some(KIND),
                    sequence: Some(sequence.get()),
                    time: Some(time),
                    msg_uid: Some(id),
                    msg_id: Some(id),
                });
            }
            Conversation::Friend(peer) | Conversation::Temporary { peer, .. } => {
                request.friend = Some(WithdrawnFromFriend {
                    peer: Some(peer.get()),
                    field_2: Some(KIND),
                    sequence: Some(sequence.get()),
                    time: Some(time),
                    msg_uid: Some(id),
                });
            }
        }
        request
    }

    /// For a server: the conversation and the id of the poke's tip.
    ///
    /// # Errors
    /// [`DecodeError`] with the name of a field that is missing or not a valid id.
    pub fn poke(&self) -> Result<(PokePlace, u64), DecodeError> {
        let tip = self.tip.as_ref().and_then(|tip| tip.tips_seq_id);
        let tip = tip.ok_or(DecodeError::Missing("tips_seq_id"))?;
        let place = match (&self.group, &self.friend) {
            (Some(group), _) => PokePlace::Group(group.group.required("group")?),
            (None, Some(friend)) => PokePlace::Private(friend.peer.required("peer")?),
            (None, None) => return Err(DecodeError::Missing("friend or group")),
        };
        Ok((place, tip))
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;

    #[test]
    fn withdrawn_poke_has_the_facts_of_its_push() {
        let of = |conversation| {
            let request = WithdrawPokeRequest::with_id(
                conversation,
                Sequence::new(1001),
                1_700_000_000,
                9,
                7_580_000_000_000_000_000,
            );
            (hex::encode(request.encode_to_vec()), request)
        };
        let group = GroupUin::new(20001).expect("a group");
        let (bytes, request) = of(Conversation::Group(group));
        // 2 { 1: 20001, 2: 5, 3: 1001, 4: time, 5 and 6: the id }, 3 { 1: 1061, 2: 9 }
        assert_eq!(
            bytes,
            "122308a19c01100518e9072080e2cfaa06288080d8abeebae49869308080d8abeebae498691a0508a5081009"
        );
        assert_eq!(request.poke(), Ok((PokePlace::Group(group), 9)));
        let bob = Uin::new(10002).expect("an account");
        let (bytes, request) = of(Conversation::Friend(bob));
        // 1 { 1: 10002, 2: 5, 3: 1001, 4: time, 5: the id }, 3 { 1: 1061, 2: 9 }
        assert_eq!(
            bytes,
            "0a1808924e100518e9072080e2cfaa06288080d8abeebae498691a0508a5081009"
        );
        assert_eq!(request.poke(), Ok((PokePlace::Private(bob), 9)));
        assert!(WithdrawPokeRequest::default().poke().is_err());
    }
}
