//! Reactions to group messages (protocol/05 §5.22).

use nekonap_ids::{GroupUin, Sequence};

use super::{
    Envelope, Origin,
    group_body::{self, GroupBody},
    notices::{self, Content, Payload},
};
use crate::{
    command::DecodeError,
    message::{Emoji, Party},
    proto::push::{
        NotifyBody, Reaction as Proto, ReactionData, ReactionMiddle, ReactionOuter, ReactionTarget,
    },
};

/// Type of a reaction in the notify body.
const TYPE: u32 = 36;
/// Service of a reaction in the notify body.
const SERVICE: u32 = 35;

/// A reaction was added to a group message or removed from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction<P> {
    /// Group of the message.
    pub group: GroupUin,
    /// Sequence of the message.
    pub sequence: Sequence,
    /// Emoji of the reaction.
    pub emoji: Emoji,
    /// Number of people with this reaction now.
    pub count: u32,
    /// Member who added or removed the reaction.
    pub operator: Option<P>,
    /// `true` if it was added, `false` if it was removed.
    pub added: bool,
}

impl<P> Reaction<P> {
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        Some(Origin::Group(self.group))
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<Reaction<Q>> {
        Some(Reaction {
            group: self.group,
            sequence: self.sequence,
            emoji: self.emoji,
            count: self.count,
            operator: self.operator.and_then(find),
            added: self.added,
        })
    }
}

impl Reaction<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        Ok(content.group_body.as_ref().and_then(Self::of))
    }

    fn of(shared: &GroupBody) -> Option<Self> {
        let outer = shared.body.reaction.as_ref()?;
        let reaction = outer.inner.as_ref()?.reaction.as_ref()?;
        let data = reaction.data.clone()?;
        Some(Self {
            group: shared.group,
            sequence: Sequence::new(reaction.target.as_ref()?.sequence?),
            emoji: Emoji::from_wire(data.code.as_deref(), data.code_kind).ok()?,
            count: data.count.unwrap_or(0),
            operator: notices::by_uid(data.operator_uid.as_deref())
                .or_else(|| notices::by_uid(shared.body.operator_uid.as_deref())),
            added: data.action != Some(2),
        })
    }

    pub(super) fn encode(&self, envelope: &Envelope) -> Payload {
        let inner = Proto {
            op_id: Some(1),
            target: Some(ReactionTarget {
                sequence: Some(self.sequence.get()),
                total: Some(self.count),
                field_3: Some(4),
            }),
            data: Some(ReactionData {
                code: Some(self.emoji.code()),
                code_kind: Some(self.emoji.kind()),
                count: Some(self.count),
                operator_uid: Some(notices::uid_text(self.operator)),
                action: Some(if self.added { 1 } else { 2 }),
            }),
        };
        let body = NotifyBody {
            service: Some(SERVICE),
            reaction: Some(ReactionOuter {
                inner: Some(ReactionMiddle {
                    reaction: Some(inner),
                }),
            }),
            ..NotifyBody::default()
        };
        group_body::encode(self.group, group_body::GENERAL, TYPE, envelope, body)
    }
}
