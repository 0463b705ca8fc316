//! Templated grey tips that no other notice understands and that name who sent them: such a line may be forged
//! (protocol/05 §5.24, §5.26).

use nekonap_ids::{GroupUin, Sequence};

use super::{
    Envelope, Origin, grey_tip,
    notices::{self, Content, Payload},
};
use crate::{command::DecodeError, message::Party, proto::push::GreyTip};

/// Businesses of tips that are known: incomplete pokes and sign-ins, and friends now and robot joined, which are no events
/// (protocol/05 §5.26).
const KNOWN_BUSINESSES: &[u64] = &[1061, 1068, 19324, 19217];
/// Templates of tips that are known and are no events: red-packet god, lucky words, level title, to-do, reaction.
const KNOWN_TEMPLATES: &[u64] = &[10111, 10047, 10048, 10097, 10134, 10135, 10382];
/// Parameters of tips that are known and are no events: a member was brought by another.
const KNOWN_PARAMETERS: &[&str] = &["invitor"];

/// A grey line in a group whose business is unknown, with the member who sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownTip<P> {
    /// The group.
    pub group: GroupUin,
    /// Who sent the line.
    pub sender: P,
    /// Sequence of the line in the group.
    pub sequence: Sequence,
    /// Business of the tip; 0 if it has none.
    pub business: u64,
    /// Business id of the tip; 0 if it has none.
    pub business_id: u64,
    /// Template of the tip; 0 if it has none.
    pub template: u64,
    /// Names and values of the template's parameters, in order.
    pub parameters: Vec<(String, String)>,
    /// The line as XML with the root `gtip`; may be empty.
    pub content: String,
    /// Id of the tip.
    pub tip_id: u64,
}

impl<P> UnknownTip<P> {
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        Some(Origin::Group(self.group))
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<UnknownTip<Q>> {
        Some(UnknownTip {
            group: self.group,
            sender: find(self.sender)?,
            sequence: self.sequence,
            business: self.business,
            business_id: self.business_id,
            template: self.template,
            parameters: self.parameters,
            content: self.content,
            tip_id: self.tip_id,
        })
    }
}

impl UnknownTip<Party> {
    /// The tip, unless it has no sender or is a known one. Other notices in tips are decoded before this.
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        Ok(content.group_body.as_ref().and_then(|shared| {
            let tip = shared.body.tip.as_ref()?;
            let sender = notices::by_uid(shared.body.operator_uid.as_deref())?;
            if is_known(tip) {
                return None;
            }
            let parameters = tip.params.iter().map(|parameter| {
                let text = |text: &Option<String>| text.clone().unwrap_or_default();
                (text(&parameter.name), text(&parameter.value))
            });
            Some(Self {
                group: shared.group,
                sender,
                sequence: notices::sequence(shared.body.msg_sequence),
                business: tip.busi_type.unwrap_or(0),
                business_id: tip.busi_id.unwrap_or(0),
                template: tip.templ_id.unwrap_or(0),
                parameters: parameters.collect(),
                content: tip.content.clone().unwrap_or_default(),
                tip_id: shared.body.tips_seq_id.or(tip.tips_seq_id).unwrap_or(0),
            })
        }))
    }

    pub(super) fn encode(&self, envelope: &Envelope) -> Payload {
        let kind = grey_tip::Kind {
            business: self.business,
            business_id: self.business_id,
            template: self.template,
        };
        let parameters = self.parameters.iter();
        let parameters = parameters.map(|(name, value)| (&name[..], value.clone()));
        let tip = GreyTip {
            content: Some(self.content.clone()),
            ..grey_tip::tip(&kind, parameters.collect(), self.tip_id)
        };
        let sender = Some(notices::uid_text(Some(self.sender)));
        grey_tip::by(sender, self.group, self.sequence, tip, envelope)
    }
}

/// Whether a tip is known and is no event.
fn is_known(tip: &GreyTip) -> bool {
    let named = |name: &&str| grey_tip::value(tip, name).is_some();
    tip.busi_id.is_some_and(|id| KNOWN_BUSINESSES.contains(&id))
        || tip.templ_id.is_some_and(|id| KNOWN_TEMPLATES.contains(&id))
        || KNOWN_PARAMETERS.iter().any(named)
}

#[cfg(test)]
mod tests {
    use nekonap_ids::Uid;

    use super::*;
    use crate::push::{Notice, group_body};

    fn tip() -> UnknownTip<Party> {
        UnknownTip {
            group: GroupUin::new(20001).expect("a group"),
            sender: Party::of_uid(Uid::new("u_ab").expect("a uid")),
            sequence: Sequence::new(1005),
            business: 1,
            business_id: 1000,
            template: 0,
            parameters: vec![("a".to_owned(), "b".to_owned())],
            content: "<gtip/>".to_owned(),
            tip_id: 9,
        }
    }

    fn decoded(bytes: &[u8]) -> Option<Notice<Party>> {
        let content = Content {
            kind: 732,
            sub_kind: 20,
            group_body: group_body::decode(20, bytes).expect("a body"),
            payload: bytes.to_vec().into(),
            envelope: Envelope::default(),
        };
        Notice::decode(&content).expect("decodes")
    }

    fn encoded(tip: &UnknownTip<Party>) -> Vec<u8> {
        let envelope = Envelope {
            time: 1_700_000_000,
            ..Envelope::default()
        };
        let payload = tip.encode(&envelope);
        assert_eq!((payload.kind, payload.sub_kind), (732, 20));
        payload.bytes.to_vec()
    }

    #[test]
    fn line_of_a_member_is_reported_with_its_content() {
        // 1: 1, 2: 1000, 3: 7, 6: 0, 7 { 1: "a", 2: "b" }, 8: "<gtip/>", 10: 9
        let inner = "080110e807180730003a060a016112016242073c677469702f3e5009";
        // 1: 20, 2: time, 3: never, 4: 20001, 13: 19, 21: "u_ab", 26: the tip, 37: 1005, 50: 9
        let body = format!(
            "08141080e2cfaa0618ffffffff0f20a19c016813aa0104755f6162d201{:02x}{inner}a802ed07900309",
            inner.len() / 2
        );
        let bytes = encoded(&tip());
        assert_eq!(
            hex::encode(&bytes),
            format!("00004e2114{:04x}{body}", body.len() / 2)
        );
        assert_eq!(decoded(&bytes), Some(Notice::UnknownTip(tip())));
    }

    #[test]
    fn known_lines_and_lines_of_nobody_are_not_reported() {
        let known = [
            UnknownTip {
                business_id: 19217,
                ..tip()
            },
            UnknownTip {
                template: 10111,
                ..tip()
            },
            UnknownTip {
                parameters: vec![("invitor".to_owned(), "10002".to_owned())],
                ..tip()
            },
            UnknownTip {
                sender: Party::default(),
                ..tip()
            },
        ];
        for tip in known {
            assert_eq!(decoded(&encoded(&tip)), None, "{tip:?}");
        }
    }
}
