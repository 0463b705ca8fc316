//! Essence messages (protocol/05 §5.27).

use nekonap_ids::{GroupUin, Sequence};

use super::{
    Envelope, Origin, group_body,
    notices::{self, Content, Payload},
};
use crate::{
    command::DecodeError,
    message::Party,
    proto::push::{Essence as Proto, NotifyBody},
};

/// Type of essence in the notify body.
const TYPE: u32 = 27;

/// A group message was added to the group's essence messages or removed from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Essence<P> {
    /// Group of the message.
    pub group: GroupUin,
    /// Sequence of the message.
    pub sequence: Sequence,
    /// Random of the message.
    pub random: u32,
    /// `true` if it was added, `false` if it was removed.
    pub set: bool,
    /// Sender of the message. The push contains the uin.
    pub author: Option<P>,
    /// Member who added or removed it. The push contains the uin.
    pub operator: Option<P>,
    /// Nickname of the author; may be empty.
    pub author_name: String,
    /// Nickname of the operator; may be empty.
    pub operator_name: String,
}

impl<P> Essence<P> {
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        Some(Origin::Group(self.group))
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<Essence<Q>> {
        Some(Essence {
            group: self.group,
            sequence: self.sequence,
            random: self.random,
            set: self.set,
            author: self.author.and_then(&mut *find),
            operator: self.operator.and_then(&mut *find),
            author_name: self.author_name,
            operator_name: self.operator_name,
        })
    }
}

impl Essence<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        let Some(shared) = &content.group_body else {
            return Ok(None);
        };
        Ok(shared.body.essence.as_ref().map(|essence| Self {
            group: notices::group(essence.group).unwrap_or(shared.group),
            sequence: notices::sequence(essence.sequence),
            random: essence.random.unwrap_or(0),
            set: essence.set_flag != Some(2),
            author: notices::by_uin(essence.author_uin),
            operator: notices::by_uin(essence.operator_uin),
            author_name: essence.author_nick.clone().unwrap_or_default(),
            operator_name: essence.operator_nick.clone().unwrap_or_default(),
        }))
    }

    pub(super) fn encode(&self, envelope: &Envelope) -> Payload {
        let sequence = self.sequence.get();
        let body = NotifyBody {
            essence: Some(Proto {
                group: Some(self.group.get()),
                sequence: Some(sequence),
                random: Some(self.random),
                set_flag: Some(if self.set { 1 } else { 2 }),
                author_uin: Some(notices::uin_number(self.author)),
                operator_uin: Some(notices::uin_number(self.operator)),
                time: Some(notices::seconds(envelope.time)),
                latest_sequence: Some(if self.set { sequence } else { 0 }),
                operator_nick: Some(self.operator_name.clone()),
                author_nick: Some(self.author_name.clone()),
                flag_2: Some(1),
            }),
            msg_sequence: Some(sequence),
            ..NotifyBody::default()
        };
        group_body::encode(self.group, group_body::ESSENCE, TYPE, envelope, body)
    }
}
