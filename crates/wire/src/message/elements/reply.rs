//! Replies (protocol/02 §3.11).

use bytes::Bytes;
use nekonap_ids::{Sequence, Uid, Uin};
use prost::Message as _;

use crate::{
    bounded,
    message::{Message, element::Element},
    proto::message::{Elem, SrcMsg, SrcReserve},
};

/// Reference to the quoted message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// Sequence of the quoted message: in a group the shared one, in a private chat its sender's **client** sequence.
    pub sequence: Sequence,
    /// Private: shared sequence of the quoted message. `None` in groups, and if an old client does not send it.
    pub shared_sequence: Option<Sequence>,
    /// Account number of the quoted message's sender.
    pub sender: Option<Uin>,
    /// Uid of the quoted message's sender.
    pub sender_uid: Option<Uid>,
    /// Time of the quoted message, Unix seconds.
    pub time: u64,
    /// Random of the quoted message; 0 if unknown.
    pub random: u32,
    /// Quoted elements, each encoded; may be empty.
    pub quoted: Vec<Bytes>,
    /// The complete quoted message; only inside a forward.
    pub source: Option<Bytes>,
}

impl Reply {
    /// The complete quoted message, which a forward contains. `None` without one, or if it cannot be decoded.
    pub fn source_message(&self) -> Option<Message> {
        let source = self.source.as_ref()?;
        Message::decode(&bounded::decode(source).ok()?)
    }

    /// Adds the complete quoted message, for a forward. Quotes in it stay without theirs.
    pub fn set_source(&mut self, mut message: Message) {
        for element in &mut message.elements {
            if let Element::Reply(reply) = element {
                reply.source = None;
            }
        }
        self.source = Some(message.encode().encode_to_vec().into());
    }
}

/// High half of a chat message's uid (protocol/02 §2.7).
const CHAT: u64 = 0x0100_0000;

/// The 64-bit uid of a chat message, which client and server compute from its random (protocol/02 §2.7).
pub const fn message_uid(random: u32) -> u64 {
    (CHAT << 32) | random as u64
}

/// The random in a chat message's uid; 0 for any other uid.
pub const fn random_of(message_uid: u64) -> u32 {
    if message_uid >> 32 == CHAT {
        // Only the low half is needed.
        (message_uid & 0xffff_ffff) as u32
    } else {
        0
    }
}

pub(super) fn decode(elem: &SrcMsg) -> Option<Element> {
    let reserve = elem.reserve.clone().unwrap_or_default();
    Some(Element::Reply(Reply {
        sequence: Sequence::new(*elem.orig_seqs.first()?),
        shared_sequence: reserve
            .nt_seq
            .filter(|sequence| *sequence != 0)
            .map(Sequence::new),
        sender: elem.sender_uin.and_then(|uin| Uin::new(uin).ok()),
        sender_uid: reserve.sender_uid.and_then(|uid| Uid::new(&uid).ok()),
        time: u64::try_from(elem.time.unwrap_or(0)).unwrap_or(0),
        random: reserve.msg_uid.map_or(0, random_of),
        quoted: elem.elems.clone(),
        source: elem.source_msg.clone(),
    }))
}

pub(super) fn encode(reply: &Reply) -> Elem {
    Elem {
        src_msg: Some(SrcMsg {
            orig_seqs: vec![reply.sequence.get()],
            sender_uin: Some(reply.sender.map_or(0, Uin::get)),
            time: Some(i64::try_from(reply.time).unwrap_or(0)),
            flag: None,
            elems: reply.quoted.clone(),
            r#type: None,
            reserve: Some(SrcReserve {
                ori_msg_type: None,
                msg_uid: (reply.random != 0).then(|| message_uid(reply.random)),
                sender_uid: reply.sender_uid.map(|uid| uid.as_str().to_owned()),
                receiver_uid: None,
                nt_seq: reply.shared_sequence.map(Sequence::get),
            }),
            source_msg: reply.source.clone(),
            to_uin: Some(0),
        }),
        ..Elem::default()
    }
}
