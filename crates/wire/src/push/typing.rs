//! Typing state of a friend (protocol/05 §5.12).

use prost::Message as _;

use super::{
    Envelope, Origin, kinds,
    notices::{self, Content, Payload},
};
use crate::{
    bounded,
    command::DecodeError,
    message::Party,
    proto::push::{Typing as Proto, TypingState},
};

/// Sub type of 528 for typing.
const SUB: u32 = 277;
/// Lifetime of a typing state, in seconds.
const VALID: u32 = 10;
/// Interval in which a typing state is repeated, in seconds.
const INTERVAL: u32 = 5;

/// A friend is typing to the receiver, or stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typing<P> {
    /// Friend who types.
    pub from: P,
    /// 1 typing, 2 stopped; other values are passed through.
    pub event: u32,
    /// Text to display; may be empty.
    pub wording: String,
}

impl<P> Typing<P> {
    /// Always `None`: the notice is not ordered with messages, and is valid only for seconds.
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        None
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<Typing<Q>> {
        Some(Typing {
            from: find(self.from)?,
            event: self.event,
            wording: self.wording,
        })
    }
}

impl Typing<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        if (content.kind, content.sub_kind) != (kinds::ACCOUNT, SUB) {
            return Ok(None);
        }
        let typing: Proto = bounded::decode(&content.payload)?;
        let state = typing.state.unwrap_or_default();
        Ok(notices::by_uid(typing.from.as_deref()).map(|from| Self {
            from,
            event: state.event_type.unwrap_or(0),
            wording: state
                .wording
                .map(|wording| String::from_utf8_lossy(&wording).into_owned())
                .unwrap_or_default(),
        }))
    }

    pub(super) fn encode(&self, envelope: &Envelope) -> Payload {
        let bytes = Proto {
            from: Some(notices::uid_text(Some(self.from))),
            to: Some(notices::uid_text(Some(envelope.to))),
            state: Some(TypingState {
                ime: Some(1),
                timeout_s: Some(VALID),
                time: Some(envelope.time),
                event_type: Some(self.event),
                interval: Some(INTERVAL),
                wording: Some(self.wording.clone().into()),
            }),
        }
        .encode_to_vec()
        .into();
        Payload {
            kind: kinds::ACCOUNT,
            sub_kind: SUB,
            bytes,
        }
    }
}
