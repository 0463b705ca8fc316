//! CQ text: messages as one string, `hello [CQ:at,qq=10001]` (api/events-and-segments §9).

mod read;
mod write;

pub use read::read;
pub(crate) use write::number;
pub use write::{escape_text, escape_value, write};
