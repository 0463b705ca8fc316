//! What points at things: the ids that every other crate passes around, with their text and JSON forms.
//!
//! No naked number crosses a crate's border: an account is a [`Uin`], a group a [`GroupUin`], a place in a
//! conversation a [`Sequence`]. An id says where something is and never what it holds.

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
