//! Somebody asks to join a group, is invited, or invites the account (protocol/05 §5.5–§5.7).

use bytes::Bytes;
use nekonap_ids::GroupUin;
use prost::Message as _;

use super::{
    Envelope, Origin, kinds,
    notices::{self, Content, Payload},
};
use crate::{
    bounded,
    command::DecodeError,
    message::Party,
    proto::push::{
        GroupApplication, GroupInvitation, GroupInvitationFacts, GroupInvitationOfOther,
        GroupInvitationOuter,
    },
};

/// `cmd` of the invitation of somebody else.
const INVITATION_OF_OTHER: u32 = 87;

/// A request or an invitation of a group. What answers it is in the list of notices (protocol/05 §8.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRequested<P> {
    /// Group that somebody would join.
    pub group: GroupUin,
    /// What happened.
    pub request: GroupRequest<P>,
}

/// A kind of request, with the people in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupRequest<P> {
    /// Somebody asks to join a group that the receiver administers.
    Application {
        /// Person who asks.
        applicant: P,
        /// What the person wrote; may be empty.
        comment: String,
    },
    /// The receiver is invited.
    Invitation {
        /// Member who invites.
        inviter: P,
    },
    /// A member invites somebody into a group that the receiver administers.
    InvitationOfOther {
        /// Invited person.
        target: P,
        /// Member who invites.
        inviter: P,
    },
}

impl<P> GroupRequested<P> {
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        Some(Origin::Group(self.group))
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<GroupRequested<Q>> {
        let request = match self.request {
            GroupRequest::Application { applicant, comment } => GroupRequest::Application {
                applicant: find(applicant)?,
                comment,
            },
            GroupRequest::Invitation { inviter } => GroupRequest::Invitation {
                inviter: find(inviter)?,
            },
            GroupRequest::InvitationOfOther { target, inviter } => {
                GroupRequest::InvitationOfOther {
                    target: find(target)?,
                    inviter: find(inviter)?,
                }
            }
        };
        Some(GroupRequested {
            group: self.group,
            request,
        })
    }
}

impl GroupRequested<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        let decoded = match content.kind {
            kinds::APPLICATION => application(&content.payload)?,
            kinds::INVITATION => invitation(&content.payload)?,
            kinds::INVITATION_OF_OTHER => invitation_of_other(&content.payload)?,
            _ => None,
        };
        Ok(decoded.map(|(group, request)| Self { group, request }))
    }

    pub(super) fn encode(&self, _: &Envelope) -> Payload {
        let group = Some(self.group.get());
        let (kind, bytes) = match &self.request {
            GroupRequest::Application { applicant, comment } => {
                let application = GroupApplication {
                    group,
                    kind: Some(1),
                    applicant_uid: Some(notices::uid_text(Some(*applicant))),
                    source: Some(1),
                    comment: Some(comment.clone()),
                };
                (kinds::APPLICATION, application.encode_to_vec())
            }
            GroupRequest::Invitation { inviter } => {
                let invitation = GroupInvitation {
                    group,
                    field_2: Some(1),
                    field_3: Some(4),
                    field_4: Some(0),
                    inviter_uid: Some(notices::uid_text(Some(*inviter))),
                    field_6: Some(Bytes::new()),
                };
                (kinds::INVITATION, invitation.encode_to_vec())
            }
            GroupRequest::InvitationOfOther { target, inviter } => {
                let invitation = GroupInvitationOfOther {
                    cmd: Some(INVITATION_OF_OTHER),
                    outer: Some(GroupInvitationOuter {
                        facts: Some(GroupInvitationFacts {
                            group,
                            target_uid: Some(notices::uid_text(Some(*target))),
                            inviter_uid: Some(notices::uid_text(Some(*inviter))),
                        }),
                    }),
                };
                (kinds::INVITATION_OF_OTHER, invitation.encode_to_vec())
            }
        };
        Payload {
            kind,
            sub_kind: 0,
            bytes: bytes.into(),
        }
    }
}

type Decoded = Result<Option<(GroupUin, GroupRequest<Party>)>, DecodeError>;

fn application(payload: &[u8]) -> Decoded {
    let application: GroupApplication = bounded::decode(payload)?;
    let applicant = notices::by_uid(application.applicant_uid.as_deref());
    let (Some(group), Some(applicant)) = (notices::group(application.group), applicant) else {
        return Ok(None);
    };
    let comment = application.comment.unwrap_or_default();
    Ok(Some((
        group,
        GroupRequest::Application { applicant, comment },
    )))
}

fn invitation(payload: &[u8]) -> Decoded {
    let invitation: GroupInvitation = bounded::decode(payload)?;
    let inviter = notices::by_uid(invitation.inviter_uid.as_deref());
    let (Some(group), Some(inviter)) = (notices::group(invitation.group), inviter) else {
        return Ok(None);
    };
    Ok(Some((group, GroupRequest::Invitation { inviter })))
}

fn invitation_of_other(payload: &[u8]) -> Decoded {
    let invitation: GroupInvitationOfOther = bounded::decode(payload)?;
    if invitation.cmd != Some(INVITATION_OF_OTHER) {
        return Ok(None);
    }
    let outer = invitation.outer.unwrap_or_default();
    let facts = outer.facts.unwrap_or_default();
    let target = notices::by_uid(facts.target_uid.as_deref());
    let inviter = notices::by_uid(facts.inviter_uid.as_deref());
    let (Some(group), Some(target), Some(inviter)) = (notices::group(facts.group), target, inviter)
    else {
        return Ok(None);
    };
    Ok(Some((
        group,
        GroupRequest::InvitationOfOther { target, inviter },
    )))
}
