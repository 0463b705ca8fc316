//! Somebody took a poke back (protocol/05 §5.11, §5.28).

use prost::Message as _;

use super::{
    Envelope, Origin, group_body, kinds,
    notices::{self, Content, Payload},
};
use crate::{
    bounded,
    command::DecodeError,
    message::Party,
    proto::push::{NotifyBody, WithdrawnPoke, WithdrawnPrivatePoke},
};

/// Sub type of 528 for a private poke that was taken back.
const PRIVATE: u32 = 321;
/// Type in the notify body.
const TYPE: u32 = 32;
/// `busi_id` of pokes.
const BUSINESS_ID: u64 = 1061;

/// A poke was taken back. [`Poke::tip_id`](super::Poke::tip_id) tells which one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PokeWithdrawn<P> {
    /// Chat of the poke.
    pub chat: Origin<P>,
    /// Who took it back. The push contains the uid.
    pub operator: P,
    /// Id of the poke's tip.
    pub tip_id: u64,
}

impl<P: Copy> PokeWithdrawn<P> {
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        Some(self.chat)
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<PokeWithdrawn<Q>> {
        Some(PokeWithdrawn {
            chat: self.chat.try_map(find)?,
            operator: find(self.operator)?,
            tip_id: self.tip_id,
        })
    }
}

impl PokeWithdrawn<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        if (content.kind, content.sub_kind) == (kinds::ACCOUNT, PRIVATE) {
            let poke: WithdrawnPrivatePoke = bounded::decode(&content.payload)?;
            let people = (
                notices::by_uid(poke.peer_uid.as_deref()),
                notices::by_uid(poke.operator_uid.as_deref()),
            );
            let (Some(peer), Some(operator)) = people else {
                return Ok(None);
            };
            return Ok(Some(Self {
                chat: Origin::Private(peer),
                operator,
                tip_id: poke.tips_seq_id.unwrap_or(0),
            }));
        }
        Ok(content.group_body.as_ref().and_then(|shared| {
            let poke = shared.body.withdrawn_poke.as_ref()?;
            Some(Self {
                chat: Origin::Group(notices::group(poke.group).unwrap_or(shared.group)),
                operator: notices::by_uid(poke.operator_uid.as_deref())?,
                tip_id: poke.tips_seq_id.unwrap_or(0),
            })
        }))
    }

    pub(super) fn encode(&self, envelope: &Envelope) -> Payload {
        let operator = notices::uid_text(Some(self.operator));
        match self.chat {
            Origin::Group(group) => {
                let body = NotifyBody {
                    withdrawn_poke: Some(WithdrawnPoke {
                        operator_uid: Some(operator),
                        group: Some(group.get()),
                        busi_id: Some(BUSINESS_ID),
                        tips_seq_id: Some(self.tip_id),
                    }),
                    ..NotifyBody::default()
                };
                group_body::encode(group, group_body::ESSENCE, TYPE, envelope, body)
            }
            Origin::Private(peer) => Payload {
                kind: kinds::ACCOUNT,
                sub_kind: PRIVATE,
                bytes: WithdrawnPrivatePoke {
                    self_uid: Some(notices::uid_text(Some(envelope.to))),
                    peer_uid: Some(notices::uid_text(Some(peer))),
                    operator_uid: Some(operator),
                    busi_id: Some(BUSINESS_ID),
                    tips_seq_id: Some(self.tip_id),
                }
                .encode_to_vec()
                .into(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use nekonap_ids::{GroupUin, Uid};

    use super::*;

    fn party(uid: &str) -> Party {
        Party::of_uid(Uid::new(uid).expect("a uid"))
    }

    fn round_trip(withdrawn: &PokeWithdrawn<Party>, expected: &str) {
        let envelope = Envelope {
            to: party("u_me"),
            time: 1_700_000_000,
            ..Envelope::default()
        };
        let payload = withdrawn.encode(&envelope);
        assert_eq!(hex::encode(&payload.bytes), expected);
        let group_body = match payload.kind {
            kinds::GROUP => group_body::decode(payload.sub_kind, &payload.bytes).expect("a body"),
            _ => None,
        };
        let content = Content {
            kind: payload.kind,
            sub_kind: payload.sub_kind,
            payload: payload.bytes,
            group_body,
            envelope,
        };
        let decoded = PokeWithdrawn::decode(&content).expect("decodes");
        assert_eq!(decoded.as_ref(), Some(withdrawn));
    }

    #[test]
    fn poke_in_a_group_is_field_40_of_type_32() {
        let withdrawn = PokeWithdrawn {
            chat: Origin::Group(GroupUin::new(20001).expect("a group")),
            operator: party("u_ab"),
            tip_id: 9,
        };
        // 1: 32, 2: time, 3: never, 4: 20001, 40 { 1: "u_ab", 3: 20001, 4: 1061, 5: 9 }
        let body = "08201080e2cfaa0618ffffffff0f20a19c01c2020f0a04755f616218a19c0120a5082809";
        let expected = format!("00004e2115{:04x}{body}", body.len() / 2);
        round_trip(&withdrawn, &expected);
    }

    #[test]
    fn private_poke_names_both_ends() {
        let withdrawn = PokeWithdrawn {
            chat: Origin::Private(party("u_ab")),
            operator: party("u_ab"),
            tip_id: 9,
        };
        // 1: "u_me", 2: "u_ab", 3: "u_ab", 4: 1061, 5: 9
        round_trip(&withdrawn, "0a04755f6d651204755f61621a04755f616220a5082809");
    }
}
