//! The luckiest member of a red packet is known (protocol/05 §5.23).

use nekonap_ids::GroupUin;

use super::{
    Envelope, Origin, group_body,
    notices::{self, Content, Payload},
};
use crate::{
    command::DecodeError,
    message::Party,
    proto::push::{NotifyBody, RedTip},
};

/// Type of a red packet's tip in the notify body.
const TYPE: u32 = 5;
/// `lucky_flag` of the tip that names the luckiest member.
const LUCKY: u32 = 1;

/// A red packet is empty, and one member got the most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LuckyKing<P> {
    /// The group.
    pub group: GroupUin,
    /// Who sent the red packet. The push contains the uin.
    pub sender: P,
    /// Who got the most. The push contains the uin.
    pub king: P,
}

impl<P> LuckyKing<P> {
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        Some(Origin::Group(self.group))
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<LuckyKing<Q>> {
        Some(LuckyKing {
            group: self.group,
            sender: find(self.sender)?,
            king: find(self.king)?,
        })
    }
}

impl LuckyKing<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        Ok(content.group_body.as_ref().and_then(|shared| {
            let tip = shared.body.red_tip.as_ref()?;
            if tip.lucky_flag != Some(LUCKY) {
                return None;
            }
            Some(Self {
                group: shared.group,
                sender: notices::by_uin(tip.sender_uin)?,
                king: notices::by_uin(tip.lucky_uin)?,
            })
        }))
    }

    pub(super) fn encode(&self, envelope: &Envelope) -> Payload {
        let king = notices::uin_number(Some(self.king));
        let body = NotifyBody {
            red_tip: Some(RedTip {
                sender_uin: Some(notices::uin_number(Some(self.sender))),
                receiver_uin: Some(king),
                lucky_flag: Some(LUCKY),
                lucky_uin: Some(king),
                time: Some(notices::seconds(envelope.time)),
            }),
            ..NotifyBody::default()
        };
        group_body::encode(self.group, group_body::GENERAL, TYPE, envelope, body)
    }
}

#[cfg(test)]
mod tests {
    use nekonap_ids::Uin;

    use super::*;

    fn party(number: u64) -> Party {
        Party::of_uin(Uin::new(number).expect("an account"))
    }

    fn decoded(bytes: Vec<u8>) -> Option<LuckyKing<Party>> {
        let content = Content {
            kind: 732,
            sub_kind: 16,
            group_body: group_body::decode(16, &bytes).expect("a body"),
            payload: bytes.into(),
            envelope: Envelope::default(),
        };
        LuckyKing::decode(&content).expect("decodes")
    }

    #[test]
    fn luckiest_member_is_in_the_red_packets_tip() {
        let king = LuckyKing {
            group: GroupUin::new(20001).expect("a group"),
            sender: party(10002),
            king: party(10003),
        };
        let envelope = Envelope {
            time: 1_700_000_000,
            ..Envelope::default()
        };
        // 1: 5, 2: time, 3: never, 4: 20001, 9 { 2: 10002, 3: 10003, 8: 1, 12: 10003, 13: time }
        let body = "08051080e2cfaa0618ffffffff0f20a19c014a1110924e18934e400160934e6880e2cfaa06";
        let payload = king.encode(&envelope);
        assert_eq!((payload.kind, payload.sub_kind), (732, 16));
        assert_eq!(
            hex::encode(&payload.bytes),
            format!("00004e2110{:04x}{body}", body.len() / 2)
        );
        assert_eq!(decoded(payload.bytes.to_vec()), Some(king));
        // Another tip of a red packet: 8 is 0.
        let other = payload.bytes.to_vec();
        let at = other
            .windows(2)
            .position(|part| part == [0x40, 1])
            .expect("the flag");
        let mut other = other;
        other[at + 1] = 0;
        assert_eq!(decoded(other), None);
    }
}
