//! The account has another remark for a group (protocol/05 §5.13).

use nekonap_ids::GroupUin;

use super::{
    Envelope, Origin, change_list,
    notices::{self, Content, Payload},
};
use crate::{
    command::DecodeError,
    proto::push::{ChangedRemark, ChangedRemarks, ListedChange},
};

/// `op` of remarks.
const OP: u32 = 40;
/// `kind` of a group's remark.
const OF_GROUP: u32 = 1;

/// The account has another remark for a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRemarked {
    /// The group.
    pub group: GroupUin,
    /// New remark; empty if it was removed.
    pub remark: String,
}

impl GroupRemarked {
    /// Always `None`: the notice is not ordered with messages.
    pub(super) fn origin<P>(&self) -> Option<Origin<P>> {
        None
    }

    pub(super) fn try_map_people<P, Q>(self, _: &mut impl FnMut(P) -> Option<Q>) -> Option<Self> {
        Some(self)
    }

    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        let changes = change_list::decode(content)?.into_iter();
        let mut remarks = changes
            .filter(|change| change.op == Some(OP))
            .flat_map(|change| change.remarks.unwrap_or_default().remarks);
        Ok(remarks.find_map(|one| {
            // The number is in field 4, in another form in field 2.
            let number = || one.uid.as_deref()?.parse().ok();
            let group = one.group.filter(|group| *group != 0).or_else(number);
            let group = (one.kind == Some(OF_GROUP)).then(|| notices::group(group))??;
            Some(Self {
                group,
                remark: one.remark.unwrap_or_default(),
            })
        }))
    }

    pub(super) fn encode(&self, _: &Envelope) -> Payload {
        let remark = ChangedRemark {
            kind: Some(OF_GROUP),
            uid: None,
            remark: Some(self.remark.clone()),
            group: Some(self.group.get()),
        };
        change_list::encode(vec![ListedChange {
            op: Some(OP),
            remarks: Some(ChangedRemarks {
                remarks: vec![remark],
            }),
            ..ListedChange::default()
        }])
    }
}
