//! Binary (non-protobuf) layouts: big-endian fields, length-prefixed strings, and the tag-length-value lists of wtlogin
//! (`docs/protocol/README.md`, protocol/01 §3.3).

mod read;
pub mod tags;
mod write;

pub use read::{Reader, Tlvs};
pub use write::{TooLong, Writer};
