//! The account has another nickname (protocol/05 §5.13).

use prost::Message as _;

use super::{
    Envelope, Origin, kinds,
    notices::{Content, Payload},
};
use crate::{
    bounded,
    command::DecodeError,
    commands::friends::property,
    proto::push::{ProfileProperty, SelfProfile, SelfProfileChange},
};

/// Sub type of 528 for the account's own profile.
const SUB: u32 = 29;
/// `kind` of the push.
const KIND: u32 = 20;

/// The account has another nickname.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfRenamed {
    /// The nickname.
    pub nickname: String,
}

impl SelfRenamed {
    /// Always `None`: the notice is not ordered with messages.
    pub(super) fn origin<P>(&self) -> Option<Origin<P>> {
        None
    }

    pub(super) fn try_map_people<P, Q>(self, _: &mut impl FnMut(P) -> Option<Q>) -> Option<Self> {
        Some(self)
    }

    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        if (content.kind, content.sub_kind) != (kinds::ACCOUNT, SUB) {
            return Ok(None);
        }
        let profile: SelfProfile = bounded::decode(&content.payload)?;
        let changed = profile.change.and_then(|change| change.property);
        let name = changed.filter(|changed| changed.property == Some(property::NICKNAME));
        let name = name.and_then(|name| name.value);
        Ok(name.map(|name| Self {
            nickname: String::from_utf8_lossy(&name).into_owned(),
        }))
    }

    pub(super) fn encode(&self, envelope: &Envelope) -> Payload {
        let profile = SelfProfile {
            kind: Some(KIND),
            change: Some(SelfProfileChange {
                uin: envelope.to.uin.map(nekonap_ids::Uin::get),
                property: Some(ProfileProperty {
                    property: Some(property::NICKNAME),
                    value: Some(self.nickname.clone().into()),
                }),
            }),
        };
        Payload {
            kind: kinds::ACCOUNT,
            sub_kind: SUB,
            bytes: profile.encode_to_vec().into(),
        }
    }
}
