//! Pokes: a templated grey tip in groups and private chats (protocol/05 §5.11, §5.26).

use nekonap_ids::Sequence;
use prost::Message as _;

use super::{
    Envelope, Origin, grey_tip, kinds,
    notices::{self, Content, Payload},
};
use crate::{
    bounded,
    command::DecodeError,
    message::Party,
    proto::push::{GreyTip, TipInfo},
};

/// Sub type of 528 for a private grey tip.
const PRIVATE: u32 = 290;
/// Another sub type of 528 for a private grey tip.
const PRIVATE_OTHER: u32 = 291;
/// An ordinary poke.
const KIND: grey_tip::Kind = grey_tip::Kind {
    business: 12,
    business_id: 1061,
    template: 1132,
};
/// `c2c_type` of a private poke.
const PRIVATE_CHAT: u32 = 1;

/// An account poked another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poke<P> {
    /// Chat of the poke. The peer of a private chat is the sender in the push's routing head.
    pub chat: Origin<P>,
    /// Account that pokes. The push contains the uin.
    pub from: P,
    /// Displayed name of the account that pokes; usually empty.
    pub from_name: String,
    /// Account that is poked. The push contains the uin; a push without it means the receiver.
    pub target: P,
    /// Displayed name of the account that is poked; usually empty.
    pub target_name: String,
    /// Verb; empty for the usual one.
    pub action: String,
    /// Text after the target; may be empty.
    pub suffix: String,
    /// URL of the picture; may be empty.
    pub image: String,
    /// Sequence of the tip in its conversation, needed to recall the poke; 0 if unknown.
    pub sequence: Sequence,
    /// Id of the tip, needed to recall the poke; 0 if unknown.
    pub tip_id: u64,
}

impl<P: Copy> Poke<P> {
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        Some(self.chat)
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<Poke<Q>> {
        Some(Poke {
            chat: self.chat.try_map(find)?,
            from: find(self.from)?,
            from_name: self.from_name,
            target: find(self.target)?,
            target_name: self.target_name,
            action: self.action,
            suffix: self.suffix,
            image: self.image,
            sequence: self.sequence,
            tip_id: self.tip_id,
        })
    }
}

impl Poke<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        match (content.kind, content.sub_kind) {
            (kinds::ACCOUNT, PRIVATE | PRIVATE_OTHER) => {
                let tip: GreyTip = bounded::decode(&content.payload)?;
                let envelope = &content.envelope;
                Ok(of(&tip, |from, target| {
                    Origin::Private(match notices::by_uin(Some(envelope.from)) {
                        Some(peer) => peer,
                        None if from.uin == envelope.to.uin => target,
                        None => from,
                    })
                }))
            }
            _ => Ok(content.group_body.as_ref().and_then(|shared| {
                let poke = of(shared.body.tip.as_ref()?, |_, _| {
                    Origin::Group(shared.group)
                })?;
                Some(Self {
                    sequence: notices::sequence(shared.body.msg_sequence),
                    tip_id: shared.body.tips_seq_id.unwrap_or(poke.tip_id),
                    ..poke
                })
            })),
        }
    }

    pub(super) fn encode(&self, envelope: &Envelope) -> Payload {
        match self.chat {
            Origin::Group(group) => grey_tip::in_group(group, self.sequence, self.tip(), envelope),
            Origin::Private(_) => Payload {
                kind: kinds::ACCOUNT,
                sub_kind: PRIVATE,
                bytes: GreyTip {
                    c2c_type: Some(PRIVATE_CHAT),
                    info: Some(TipInfo {
                        sequence: Some(self.sequence.get()),
                    }),
                    ..self.tip()
                }
                .encode_to_vec()
                .into(),
            },
        }
    }

    fn tip(&self) -> GreyTip {
        // Clients would display an empty parameter. The suffix is written even when empty, because some clients need
        // it.
        let mut params: Vec<_> = [
            ("action_img_url", self.image.clone()),
            ("action_str", self.action.clone()),
            ("nick_str1", self.from_name.clone()),
            ("nick_str2", self.target_name.clone()),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
        params.push(("suffix_str", self.suffix.clone()));
        for (name, party) in [("uin_str1", self.from), ("uin_str2", self.target)] {
            if party.uin.is_some() {
                params.push((name, grey_tip::number(party)));
            }
        }
        grey_tip::tip(&KIND, params, self.tip_id)
    }
}

/// Decodes the poke in a tip; `None` if it is another tip. `chat` returns the chat for the account that pokes and the
/// one that is poked.
fn of(tip: &GreyTip, chat: impl FnOnce(Party, Party) -> Origin<Party>) -> Option<Poke<Party>> {
    if tip.busi_type != Some(KIND.business) {
        return None;
    }
    let value = |name| grey_tip::value(tip, name);
    let from = grey_tip::person(tip, "uin_str1")?;
    let target = grey_tip::person(tip, "uin_str2").unwrap_or(Party::RECEIVER);
    Some(Poke {
        chat: chat(from, target),
        from,
        from_name: value("nick_str1").unwrap_or_default(),
        target,
        target_name: value("nick_str2").unwrap_or_default(),
        action: value("action_str")
            .or_else(|| value("alt_str1"))
            .unwrap_or_default(),
        suffix: value("suffix_str").unwrap_or_default(),
        image: value("action_img_url").unwrap_or_default(),
        sequence: notices::sequence(tip.info.as_ref().and_then(|info| info.sequence)),
        tip_id: tip.tips_seq_id.unwrap_or(0),
    })
}
