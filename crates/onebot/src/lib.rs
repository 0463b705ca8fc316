//! The OneBot 11 vocabulary: what frameworks and Nekonap say to each other, as values and as JSON.
//!
//! A [`Call`] comes in and an [`Answer`] goes out; an [`Event`] is what happened. A [`Message`] is a list of
//! [`Segment`]s, written as an array or as CQ text ([`Form`]). Nothing here does I/O and nothing knows QQ's wire.
//! Reading is lenient in one place, [`coerce`]; what is written has the exact types of `docs/api/events-and-segments.md` and
//! `docs/api/actions.md`.

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

/// A JSON object whose keys keep their order, as CQ text needs it.
pub type Object = serde_json::Map<String, serde_json::Value>;
