//! A friend types. protocol/05 §5.12

use bytes::Bytes;
use nekonap_ids::Uid;
use prost::Message as _;

use super::{Envelope, text, uid};
use crate::{
    bounded,
    command::DecodeError,
    proto::push::{Typing as Proto, TypingState},
};

/// 528's sub type of typing.
pub(super) const SUB: u32 = 277;
/// How long a sign of typing stays good, seconds.
const VALID: u32 = 10;
/// How often it is repeated, seconds.
const INTERVAL: u32 = 5;

/// A friend types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typing {
    /// Who.
    pub from: Uid,
    /// To whom: the receiver.
    pub to: Option<Uid>,
    /// 1 typing, 2 stopped; others are passed through.
    pub event: u32,
    /// The text to show; may be empty.
    pub wording: String,
}

pub(super) fn decode(payload: &[u8]) -> Result<Option<Typing>, DecodeError> {
    let typing: Proto = bounded::decode(payload)?;
    let state = typing.state.unwrap_or_default();
    Ok(uid(typing.from.as_deref()).map(|from| Typing {
        from,
        to: uid(typing.to.as_deref()),
        event: state.event_type.unwrap_or(0),
        wording: state
            .wording
            .map(|wording| String::from_utf8_lossy(&wording).into_owned())
            .unwrap_or_default(),
    }))
}

pub(super) fn encode(typing: &Typing, envelope: &Envelope) -> Bytes {
    Proto {
        from: text(Some(typing.from)),
        to: text(typing.to),
        state: Some(TypingState {
            ime: Some(1),
            timeout_s: Some(VALID),
            time: Some(envelope.time),
            event_type: Some(typing.event),
            interval: Some(INTERVAL),
            wording: Some(typing.wording.clone().into()),
        }),
    }
    .encode_to_vec()
    .into()
}
