//! Members or a whole group were muted (protocol/05 §5.19).

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
    proto::push::{Mute as Proto, MuteInfo, MuteState},
};

/// Sub type of 732: mutes.
const SUB: u32 = 12;

/// Members of a group were muted, or their mutes were lifted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Muted<P> {
    /// Group of the members.
    pub group: GroupUin,
    /// Member who muted them.
    pub operator: Option<P>,
    /// What was muted.
    pub mutes: Vec<Mute<P>>,
}

/// One mute of a [`Muted`] notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mute<P> {
    /// Muted member; `None` is the whole group.
    pub target: Option<P>,
    /// Length in seconds, 0 if the mute was lifted. A whole group is muted for 2³²−1 seconds: without an end.
    pub seconds: u32,
}

impl<P> Muted<P> {
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        Some(Origin::Group(self.group))
    }

    /// Leaves out unknown targets: without its target, a mute would be one of the whole group.
    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<Muted<Q>> {
        let mutes: Vec<Mute<Q>> = self
            .mutes
            .into_iter()
            .filter_map(|mute| {
                let target = match mute.target {
                    Some(target) => Some(find(target)?),
                    None => None,
                };
                Some(Mute {
                    target,
                    seconds: mute.seconds,
                })
            })
            .collect();
        if mutes.is_empty() {
            return None;
        }
        Some(Muted {
            group: self.group,
            operator: self.operator.and_then(find),
            mutes,
        })
    }
}

impl Muted<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        if (content.kind, content.sub_kind) != (kinds::GROUP, SUB) {
            return Ok(None);
        }
        let push: Proto = bounded::decode(&content.payload)?;
        let states = push.info.unwrap_or_default().states;
        let mutes: Vec<Mute<Party>> = states
            .into_iter()
            .filter_map(|state| {
                let uid = state.target_uid.filter(|uid| !uid.is_empty());
                let target = match uid {
                    Some(uid) => Some(notices::by_uid(Some(&uid))?),
                    None => None,
                };
                Some(Mute {
                    target,
                    seconds: state.seconds.unwrap_or(0),
                })
            })
            .collect();
        if mutes.is_empty() {
            return Ok(None);
        }
        Ok(notices::group(push.group).map(|group| Self {
            group,
            operator: notices::by_uid(push.operator_uid.as_deref()),
            mutes,
        }))
    }

    pub(super) fn encode(&self, envelope: &Envelope) -> Payload {
        let states = self.mutes.iter().map(|mute| MuteState {
            target_uid: mute.target.map(|target| notices::uid_text(Some(target))),
            seconds: Some(mute.seconds),
        });
        let bytes = Proto {
            group: Some(self.group.get()),
            sub_type: Some(SUB),
            field_3: Some(1),
            operator_uid: Some(notices::uid_text(self.operator)),
            info: Some(MuteInfo {
                time: Some(notices::seconds(envelope.time)),
                count: Some(u32::try_from(self.mutes.len()).unwrap_or(u32::MAX)),
                states: states.collect(),
            }),
        }
        .encode_to_vec()
        .into();
        Payload {
            kind: kinds::GROUP,
            sub_kind: SUB,
            bytes,
        }
    }
}
