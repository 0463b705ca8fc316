//! Templated grey tips: the lines that clients show between the messages of a chat (protocol/05 §5.26). Several notices
//! are such tips; their template and parameters tell them apart.

use nekonap_ids::{GroupUin, Sequence, Uin};

use super::{Envelope, group_body, notices::Payload};
use crate::{
    message::Party,
    proto::push::{GreyTip, NotifyBody, Parameter},
};

/// Type of a templated tip in the notify body.
const TYPE: u32 = 20;
/// Service of a templated tip in the notify body.
const SERVICE: u32 = 19;
/// `ctrl_flag` of every captured tip.
const CONTROL: u32 = 7;

/// What a tip is about, in the three numbers that identify it.
pub(super) struct Kind {
    pub(super) business: u64,
    pub(super) business_id: u64,
    pub(super) template: u64,
}

/// The tip with these parameters. Both halves of each are written, even if the value is empty: some clients need them.
pub(super) fn tip(kind: &Kind, params: Vec<(&str, String)>, id: u64) -> GreyTip {
    GreyTip {
        busi_type: Some(kind.business),
        busi_id: Some(kind.business_id),
        ctrl_flag: Some(CONTROL),
        c2c_type: None,
        templ_id: Some(kind.template),
        params: params
            .into_iter()
            .map(|(name, value)| Parameter {
                name: Some(name.to_owned()),
                value: Some(value),
            })
            .collect(),
        content: None,
        tips_seq_id: Some(id),
        info: None,
    }
}

/// The payload of a tip in a group. `sequence`: the tip's own in the group.
pub(super) fn in_group(
    group: GroupUin,
    sequence: Sequence,
    tip: GreyTip,
    envelope: &Envelope,
) -> Payload {
    by(None, group, sequence, tip, envelope)
}

/// Like [`in_group`], with the uid of the person who caused the tip.
pub(super) fn by(
    operator_uid: Option<String>,
    group: GroupUin,
    sequence: Sequence,
    tip: GreyTip,
    envelope: &Envelope,
) -> Payload {
    let body = NotifyBody {
        operator_uid,
        service: Some(SERVICE),
        msg_sequence: Some(sequence.get()),
        tips_seq_id: tip.tips_seq_id,
        tip: Some(tip),
        ..NotifyBody::default()
    };
    group_body::encode(group, group_body::TIP, TYPE, envelope, body)
}

/// The value of a parameter; the last counts. `None` if it is absent or empty.
pub(super) fn value(tip: &GreyTip, name: &str) -> Option<String> {
    tip.params
        .iter()
        .rev()
        .find(|parameter| parameter.name.as_deref() == Some(name))
        .and_then(|parameter| parameter.value.clone())
        .filter(|value| !value.is_empty())
}

/// The person whose uin is the value of a parameter.
pub(super) fn person(tip: &GreyTip, name: &str) -> Option<Party> {
    Some(Party::of_uin(value(tip, name)?.parse::<Uin>().ok()?))
}

/// The uin of a person as the value of a parameter; empty if it is unknown.
pub(super) fn number(party: Party) -> String {
    party.uin.map(|uin| uin.to_string()).unwrap_or_default()
}
