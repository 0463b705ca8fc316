//! OneBot 11 types and their JSON: calls, answers, events, messages and segments.
//!
//! A framework sends a [`Call`] and receives an [`Answer`]; an [`Event`] reports something that happened. A [`Message`] is
//! a list of [`Segment`]s and is written as an array or as CQ text ([`Form`]).
//!
//! Input is read leniently, by [`coerce`]. Output has exactly the types of `docs/api/events-and-segments.md` and
//! `docs/api/actions.md`. This crate does no I/O and does not depend on QQ's wire protocol.

mod answer;
mod call;
pub mod chat;
mod code;
pub mod coerce;
pub mod cq;
mod digits;
pub mod events;
mod form;
mod message;
mod message_object;
mod message_ref;
mod raw;
mod segment;
pub mod segments;
mod surrogates;

pub use answer::Answer;
pub use call::{BadCall, Call};
pub use chat::ChatMessage;
pub use code::{Code, Retcode};
pub use coerce::{Encoding, ParamError, Params};
pub use events::{Event, What};
pub use form::Form;
pub use message::{Message, MessageParam};
pub use message_ref::MessageRef;
pub use raw::RawSegment;
pub use segment::Segment;

/// A JSON object that keeps the order of its keys, which is visible in CQ text.
pub type Object = serde_json::Map<String, serde_json::Value>;
