//! Essence. protocol/05 §5.27

use bytes::Bytes;
use nekonap_ids::{GroupUin, Sequence, Uin};

use super::{Envelope, notify, seconds};
use crate::proto::push::{Essence as Proto, NotifyBody};

/// The notify body's type of essence.
const KIND: u32 = 27;

/// A group message became essence or is none any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Essence {
    /// Where.
    pub group: GroupUin,
    /// Which message.
    pub sequence: Sequence,
    /// The message's random.
    pub random: u32,
    /// Became, or is no more.
    pub set: bool,
    /// Who wrote it.
    pub author: Option<Uin>,
    /// Who changed it.
    pub operator: Option<Uin>,
    /// The author's nickname, may be empty.
    pub author_name: String,
    /// The operator's nickname, may be empty.
    pub operator_name: String,
}

pub(super) fn decode(group: GroupUin, essence: &Proto) -> Essence {
    let uin = |uin: Option<u64>| uin.and_then(|uin| Uin::new(uin).ok());
    Essence {
        group: super::group(essence.group).unwrap_or(group),
        sequence: Sequence::new(essence.sequence.unwrap_or(0)),
        random: essence.random.unwrap_or(0),
        set: essence.set_flag != Some(2),
        author: uin(essence.author_uin),
        operator: uin(essence.operator_uin),
        author_name: essence.author_nick.clone().unwrap_or_default(),
        operator_name: essence.operator_nick.clone().unwrap_or_default(),
    }
}

pub(super) fn encode(essence: &Essence, envelope: &Envelope) -> Bytes {
    let body = NotifyBody {
        essence: Some(Proto {
            group: Some(essence.group.get()),
            sequence: Some(essence.sequence.get()),
            random: Some(essence.random),
            set_flag: Some(if essence.set { 1 } else { 2 }),
            author_uin: Some(essence.author.map_or(0, Uin::get)),
            operator_uin: Some(essence.operator.map_or(0, Uin::get)),
            time: Some(seconds(envelope.time)),
            latest_sequence: Some(if essence.set {
                essence.sequence.get()
            } else {
                0
            }),
            operator_nick: Some(essence.operator_name.clone()),
            author_nick: Some(essence.author_name.clone()),
            flag_2: Some(1),
        }),
        msg_sequence: Some(essence.sequence.get()),
        ..NotifyBody::default()
    };
    notify::encode(essence.group, notify::ESSENCE, KIND, envelope, body)
}
