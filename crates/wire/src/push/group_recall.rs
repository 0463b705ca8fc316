//! Recalls in groups (protocol/05 §5.25).

use nekonap_ids::{GroupUin, Sequence};

use super::{
    Envelope, Origin,
    group_body::{self, GroupBody},
    notices::{self, Content, Payload},
};
use crate::{
    command::DecodeError,
    message::Party,
    proto::push::{GroupRecall as Proto, NotifyBody, RecallTip, RecalledMessage as ProtoRecalled},
};

/// Type of a recall in the notify body.
const TYPE: u32 = 7;

/// Messages of a group were recalled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRecall<P> {
    /// Group of the messages.
    pub group: GroupUin,
    /// Member who recalled them. A push without it means the receiver.
    pub operator: Option<P>,
    /// Recalled messages.
    pub messages: Vec<Recalled<P>>,
    /// Text that the operator chose; usually empty.
    pub tip: String,
}

/// A recalled group message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recalled<P> {
    /// Sequence of the message.
    pub sequence: Sequence,
    /// Time of sending, Unix seconds.
    pub time: u64,
    /// Random of the message; may be 0.
    pub random: u32,
    /// Sender of the message.
    pub author: Option<P>,
}

impl<P> GroupRecall<P> {
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        Some(Origin::Group(self.group))
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<GroupRecall<Q>> {
        Some(GroupRecall {
            group: self.group,
            operator: self.operator.and_then(&mut *find),
            messages: self
                .messages
                .into_iter()
                .map(|message| Recalled {
                    sequence: message.sequence,
                    time: message.time,
                    random: message.random,
                    author: message.author.and_then(&mut *find),
                })
                .collect(),
            tip: self.tip,
        })
    }
}

impl GroupRecall<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        Ok(content.group_body.as_ref().and_then(Self::of))
    }

    fn of(shared: &GroupBody) -> Option<Self> {
        let recall = shared.body.recall.as_ref()?;
        let operator = notices::by_uid(recall.operator_uid.as_deref())
            .or_else(|| notices::by_uid(shared.body.operator_uid.as_deref()));
        Some(Self {
            group: shared.group,
            operator: Some(operator.unwrap_or(Party::RECEIVER)),
            messages: recall
                .messages
                .iter()
                .map(|message| Recalled {
                    sequence: notices::sequence(message.sequence),
                    time: u64::from(message.time.unwrap_or(0)),
                    random: message.random.unwrap_or(0),
                    author: notices::by_uid(message.author_uid.as_deref()),
                })
                .collect(),
            tip: wording(recall.tip.as_ref()),
        })
    }

    pub(super) fn encode(&self, envelope: &Envelope) -> Payload {
        let body = NotifyBody {
            recall: Some(Proto {
                operator_uid: Some(notices::uid_text(self.operator)),
                messages: self
                    .messages
                    .iter()
                    .map(|message| ProtoRecalled {
                        sequence: Some(message.sequence.get()),
                        time: Some(notices::seconds(message.time)),
                        random: Some(message.random),
                        r#type: Some(0),
                        flag: Some(0),
                        author_uid: Some(notices::uid_text(message.author)),
                    })
                    .collect(),
                group_type: Some(1),
                op_type: Some(1),
                tip: Some(tip(&self.tip)),
            }),
            msg_sequence: self.messages.first().map(|message| message.sequence.get()),
            ..NotifyBody::default()
        };
        group_body::encode(self.group, group_body::RECALL, TYPE, envelope, body)
    }
}

/// Text of a recall.
pub(super) fn wording(tip: Option<&RecallTip>) -> String {
    tip.and_then(|tip| tip.text.clone()).unwrap_or_default()
}

/// Field with the text of a recall.
pub(super) fn tip(text: &str) -> RecallTip {
    RecallTip {
        id: (!text.is_empty()).then_some(1),
        text: Some(text.to_owned()),
    }
}
