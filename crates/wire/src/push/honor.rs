//! A member got an honour of a group: a templated grey tip (protocol/05 §5.26).

use nekonap_ids::{GroupUin, Sequence};

use super::{
    Envelope, Origin, grey_tip,
    notices::{self, Content, Payload},
};
use crate::{command::DecodeError, message::Party};

/// `busi_type` of an honour. The page gives none: our choice.
const BUSINESS: u64 = 1;
/// `busi_id` of an honour. The page gives none: our choice.
const BUSINESS_ID: u64 = 0;

/// An honour that members of a group get for their activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HonorKind {
    /// The most talkative member of the day before; one member at a time.
    Talkative,
    /// Talked on several days in a row.
    Performer,
    /// Talked on many days in a row.
    Legend,
    /// Made others laugh.
    Emotion,
}

impl HonorKind {
    /// All honours.
    pub const ALL: [Self; 4] = [
        Self::Talkative,
        Self::Performer,
        Self::Legend,
        Self::Emotion,
    ];

    /// The name of the honour in OneBot.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Talkative => "talkative",
            Self::Performer => "performer",
            Self::Legend => "legend",
            Self::Emotion => "emotion",
        }
    }

    /// Number of the honour on QQ's web page (protocol/04 §10.3).
    pub const fn number(self) -> u32 {
        match self {
            Self::Talkative => 1,
            Self::Performer => 2,
            Self::Legend => 3,
            Self::Emotion => 6,
        }
    }

    /// The templates of its tips. The first is the one that a server sends.
    const fn templates(self) -> &'static [u64] {
        match self {
            Self::Talkative => &[1053, 1054, 1103, 10093, 10094],
            Self::Performer => &[1052, 1129, 10095],
            Self::Legend => &[1055, 10096],
            Self::Emotion => &[1067],
        }
    }
}

/// A member got an honour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Honor<P> {
    /// The group.
    pub group: GroupUin,
    /// The honour.
    pub kind: HonorKind,
    /// The member. The push contains the uin.
    pub member: P,
    /// Name of the member; may be empty.
    pub member_name: String,
    /// Who had it before, for the talkative member.
    pub before: Option<P>,
    /// Sequence of the notice in the group.
    pub sequence: Sequence,
}

impl<P> Honor<P> {
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        Some(Origin::Group(self.group))
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<Honor<Q>> {
        Some(Honor {
            group: self.group,
            kind: self.kind,
            member: find(self.member)?,
            member_name: self.member_name,
            before: self.before.and_then(find),
            sequence: self.sequence,
        })
    }
}

impl Honor<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        Ok(content.group_body.as_ref().and_then(|shared| {
            let tip = shared.body.tip.as_ref()?;
            let template = tip.templ_id?;
            let mut kinds = HonorKind::ALL.into_iter();
            let kind = kinds.find(|kind| kind.templates().contains(&template))?;
            Some(Self {
                group: shared.group,
                kind,
                member: grey_tip::person(tip, "uin")?,
                member_name: grey_tip::value(tip, "nick").unwrap_or_default(),
                before: grey_tip::person(tip, "uin_last"),
                sequence: notices::sequence(shared.body.msg_sequence),
            })
        }))
    }

    pub(super) fn encode(&self, envelope: &Envelope) -> Payload {
        let mut params = vec![
            ("uin", grey_tip::number(self.member)),
            ("nick", self.member_name.clone()),
        ];
        params.extend(
            self.before
                .map(|before| ("uin_last", grey_tip::number(before))),
        );
        let kind = grey_tip::Kind {
            business: BUSINESS,
            business_id: BUSINESS_ID,
            template: self.kind.templates()[0],
        };
        let tip = grey_tip::tip(&kind, params, envelope.random.into());
        grey_tip::in_group(self.group, self.sequence, tip, envelope)
    }
}

#[cfg(test)]
mod tests {
    use nekonap_ids::Uin;

    use super::*;

    fn party(number: u64) -> Party {
        Party::of_uin(Uin::new(number).expect("an account"))
    }

    fn decoded(bytes: &[u8]) -> Option<Honor<Party>> {
        let content = Content {
            kind: 732,
            sub_kind: 20,
            group_body: super::super::group_body::decode(20, bytes).expect("a body"),
            payload: bytes.to_vec().into(),
            envelope: Envelope::default(),
        };
        Honor::decode(&content).expect("decodes")
    }

    #[test]
    fn talkative_member_is_a_tip_with_both_holders() {
        let honor = Honor {
            group: GroupUin::new(20001).expect("a group"),
            kind: HonorKind::Talkative,
            member: party(10002),
            member_name: "B".to_owned(),
            before: Some(party(10003)),
            sequence: Sequence::new(1005),
        };
        let envelope = Envelope {
            random: 9,
            time: 1_700_000_000,
            ..Envelope::default()
        };
        // 1: 1, 2: 0, 3: 7, 6: 1053, 7: pairs, 10: 9
        let tip = "0801100018073 09d08\
            3a0c0a0375696e12053130303032\
            3a090a046e69636b120142\
            3a110a0875696e5f6c61737412053130303033\
            5009"
            .replace(' ', "");
        let body = format!(
            "08141080e2cfaa0618ffffffff0f20a19c016813d201{:02x}{tip}a802ed07900309",
            tip.len() / 2
        );
        let payload = honor.encode(&envelope);
        assert_eq!((payload.kind, payload.sub_kind), (732, 20));
        assert_eq!(
            hex::encode(&payload.bytes),
            format!("00004e2114{:04x}{body}", body.len() / 2)
        );
        assert_eq!(decoded(&payload.bytes), Some(honor));
    }

    #[test]
    fn every_template_is_its_honour_and_another_is_none() {
        // Notify body { 4: 20001, 26: { 6: template, 7: { 1: "uin", 2: "10002" } } } after a prefix.
        let body = |template: u64| {
            let mut tip = vec![0x30];
            prost::encoding::encode_varint(template, &mut tip);
            tip.extend_from_slice(b"\x3a\x0c\x0a\x03uin\x12\x0510002");
            let mut body = b"\x20\xa1\x9c\x01\xd2\x01".to_vec();
            body.push(u8::try_from(tip.len()).expect("short"));
            body.extend_from_slice(&tip);
            let length = u16::try_from(body.len()).expect("short").to_be_bytes();
            [b"\x00\x00\x4e\x21\x14", &length[..], &body].concat()
        };
        for (kind, templates) in [
            (HonorKind::Talkative, &[1053, 1054, 1103, 10093, 10094][..]),
            (HonorKind::Performer, &[1052, 1129, 10095]),
            (HonorKind::Legend, &[1055, 10096]),
            (HonorKind::Emotion, &[1067]),
        ] {
            for template in templates {
                let honor = decoded(&body(*template)).expect("an honour");
                assert_eq!((honor.kind, honor.member), (kind, party(10002)));
            }
        }
        assert_eq!(decoded(&body(10111)), None);
    }
}
