//! The ids that all crates of Nekonap share, with their text, JSON and SQLite forms.
//!
//! Functions of other crates take these types instead of bare numbers: an account is a [`Uin`] (or, on the wire, a
//! [`Uid`]), a group a [`GroupUin`]. A message is identified by its [`Conversation`] and [`Sequence`]; bot
//! frameworks use its [`MessageId`].
//!
//! # Features
//! - `schemars`: JSON schemas, for the parameters and replies of actions.
//! - `rusqlite`: `ToSql` and `FromSql`, for columns of a database.

mod conversation;
mod group;
mod message_id;
mod message_place;
mod number;
mod sequence;
#[cfg(feature = "rusqlite")]
mod sql;
mod uid;
mod uin;

pub use conversation::{Conversation, ConversationError};
pub use group::GroupUin;
pub use message_id::MessageId;
pub use message_place::MessagePlace;
pub use number::NumberError;
pub use sequence::Sequence;
pub use uid::{Uid, UidError};
pub use uin::Uin;
