//! The NTQQ wire protocol: frames, commands, messages and pushes, with encoding and decoding for client and server.
//!
//! Everything here is a function over bytes and values: no sockets, no clock, no tasks. The client and the sandbox
//! share this code, so a round trip between them proves nothing; known-answer vectors (`tests/vectors`) do.

pub mod bounded;
pub mod codes;
pub mod command;
pub mod commands;
pub mod crypto;
pub mod field;
pub mod frame;
pub mod highway;
pub mod login;
pub mod message;
pub mod oidb;
pub mod push;
pub mod tlv;

/// The protobuf messages, generated from `proto/`: one module per folder, with the field names of the wire.
#[allow(missing_docs, unreachable_pub, clippy::pedantic)]
pub mod proto {
    include!(concat!(env!("OUT_DIR"), "/proto.rs"));
}
