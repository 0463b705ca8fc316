//! Members who sign in to a group or see to its to-do: templated grey tips (protocol/05 §5.26).

use nekonap_ids::{GroupUin, Sequence};

use super::{
    Envelope, Origin, grey_tip,
    notices::{self, Content, Payload},
};
use crate::{command::DecodeError, message::Party, proto::push::GreyTip};

const SIGNED_IN: grey_tip::Kind = grey_tip::Kind {
    business: 14,
    business_id: 1068,
    template: 10038,
};
/// The template of another tip about signing in.
const ALSO_SIGNED_IN: u64 = 10036;
/// The other number of the tips about to-dos is not known; 0 is our choice.
const TODO_SET: grey_tip::Kind = grey_tip::Kind {
    business: 1,
    business_id: 0,
    template: 10134,
};
const TODO_DONE: grey_tip::Kind = grey_tip::Kind {
    template: 10135,
    ..TODO_SET
};

/// What a member did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doing {
    /// Signed in for the day. The text names the rank, such as 今日第1个打卡.
    SignedIn(String),
    /// Made a message the group's to-do.
    TodoSet,
    /// Completed the group's to-do.
    TodoDone,
}

/// A member signed in to a group, or set or completed its to-do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity<P> {
    /// The group.
    pub group: GroupUin,
    /// The member. The push contains the uin.
    pub member: P,
    /// Name of the member; may be empty.
    pub member_name: String,
    /// What the member did.
    pub doing: Doing,
    /// Sequence of the notice in the group.
    pub sequence: Sequence,
}

impl<P> Activity<P> {
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        Some(Origin::Group(self.group))
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<Activity<Q>> {
        Some(Activity {
            group: self.group,
            member: find(self.member)?,
            member_name: self.member_name,
            doing: self.doing,
            sequence: self.sequence,
        })
    }
}

impl Activity<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        Ok(content.group_body.as_ref().and_then(|shared| {
            let tip = shared.body.tip.as_ref()?;
            let (doing, member, name) = of(tip)?;
            Some(Self {
                group: shared.group,
                member: grey_tip::person(tip, member)?,
                member_name: grey_tip::value(tip, name).unwrap_or_default(),
                doing,
                sequence: notices::sequence(shared.body.msg_sequence),
            })
        }))
    }

    pub(super) fn encode(&self, envelope: &Envelope) -> Payload {
        let (number, name) = (grey_tip::number(self.member), self.member_name.clone());
        let (kind, params) = match &self.doing {
            Doing::SignedIn(rank) => (
                SIGNED_IN,
                vec![
                    ("mqq_uin", number),
                    ("mqq_nick", name),
                    ("user_sign", rank.clone()),
                    ("rank_img", String::new()),
                    ("sign_word", String::new()),
                ],
            ),
            Doing::TodoSet => (TODO_SET, vec![("uin", number), ("user", name)]),
            Doing::TodoDone => (TODO_DONE, vec![("uin", number), ("user", name)]),
        };
        let tip = grey_tip::tip(&kind, params, envelope.random.into());
        grey_tip::in_group(self.group, self.sequence, tip, envelope)
    }
}

/// What the member did, and the parameters with the member's uin and name; `None` if it is another tip.
fn of(tip: &GreyTip) -> Option<(Doing, &'static str, &'static str)> {
    let template = tip.templ_id.unwrap_or(0);
    if tip.busi_type == Some(SIGNED_IN.business)
        || tip.busi_id == Some(SIGNED_IN.business_id)
        || [SIGNED_IN.template, ALSO_SIGNED_IN].contains(&template)
    {
        let rank = grey_tip::value(tip, "user_sign").unwrap_or_default();
        return Some((Doing::SignedIn(rank), "mqq_uin", "mqq_nick"));
    }
    match template {
        template if template == TODO_SET.template => Some((Doing::TodoSet, "uin", "user")),
        template if template == TODO_DONE.template => Some((Doing::TodoDone, "uin", "user")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use nekonap_ids::Uin;

    use super::*;
    use crate::push::{Notice, Push};

    fn group() -> GroupUin {
        GroupUin::new(20001).expect("a group")
    }

    /// The payload of an activity by 10002, at sequence 1005, time 1,700,000,000, random 9.
    fn payload(doing: Doing) -> String {
        let activity = Activity {
            group: group(),
            member: Party::of_uin(Uin::new(10002).expect("an account")),
            member_name: "B".to_owned(),
            doing,
            sequence: Sequence::new(1005),
        };
        let envelope = Envelope {
            random: 9,
            time: 1_700_000_000,
            ..Envelope::default()
        };
        let payload = activity.encode(&envelope);
        assert_eq!((payload.kind, payload.sub_kind), (732, 20));
        hex::encode(&payload.bytes)
    }

    /// The prefix and the notify body around a tip, by hand from protocol/05 §4.1, §4.2.
    fn around(tip: &str) -> String {
        let length = tip.len() / 2;
        let body =
            format!("08141080e2cfaa0618ffffffff0f20a19c016813d201{length:02x}{tip}a802ed07900309");
        format!("00004e2114{:04x}{body}", body.len() / 2)
    }

    #[test]
    fn signing_in_is_a_tip_with_all_parameters() {
        // 1: 14, 2: 1068, 3: 7, 6: 10038, 7: pairs, 10: 9
        let tip = "080e10ac0818073 0b64e\
            3a100a076d71715f75696e12053130303032\
            3a0d0a086d71715f6e69636b120142\
            3a0e0a09757365725f7369676e120152\
            3a0c0a0872616e6b5f696d671200\
            3a0d0a097369676e5f776f72641200\
            5009"
            .replace(' ', "");
        assert_eq!(payload(Doing::SignedIn("R".to_owned())), around(&tip));
    }

    #[test]
    fn to_dos_are_tips_with_the_member() {
        let tip = |template: &str| {
            format!(
                "0801100018 0730{template}3a0c0a0375696e120531303030323a090a04757365721201425009"
            )
            .replace(' ', "")
        };
        assert_eq!(payload(Doing::TodoSet), around(&tip("964f")));
        assert_eq!(payload(Doing::TodoDone), around(&tip("974f")));
    }

    #[test]
    fn other_template_and_number_of_signing_in_are_read_too() {
        for tip in [
            // 6: 10036; 2: 1068; 1: 14. Each with 7 { 1: "mqq_uin", 2: "10002" }.
            "30b44e3a100a076d71715f75696e12053130303032",
            "10ac083a100a076d71715f75696e12053130303032",
            "080e3a100a076d71715f75696e12053130303032",
        ] {
            let bytes = hex::decode(around(tip)).expect("hex");
            let content = Content {
                kind: 732,
                sub_kind: 20,
                group_body: super::super::group_body::decode(20, &bytes).expect("a body"),
                payload: bytes.into(),
                envelope: Envelope::default(),
            };
            let activity = Activity::decode(&content).expect("decodes").expect("found");
            assert_eq!(activity.doing, Doing::SignedIn(String::new()));
            assert_eq!(activity.group, group());
            assert_eq!(activity.sequence, Sequence::new(1005));
            let push = Push::from(activity);
            assert!(matches!(push, Push::Notice(Notice::Activity(_))));
        }
    }
}
