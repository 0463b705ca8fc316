//! The NTQQ wire protocol: what travels between a client and the server, both directions of every thing.
//!
//! Everything here is a function over bytes and values: no socket, no clock, no task. The client and the sandbox
//! share it, so only known-answer vectors prove it right (`tests/vectors`).

pub mod bounded;
pub mod codes;
pub mod command;
pub mod commands;
pub mod crypto;
pub mod field;
pub mod frame;
pub mod login;
pub mod message;
pub mod oidb;
pub mod push;
pub mod tlv;

/// The protobuf messages, generated from `proto/`: a module a folder, with the wire's own field names.
#[allow(missing_docs, unreachable_pub, clippy::pedantic)]
pub mod proto {
    include!(concat!(env!("OUT_DIR"), "/proto.rs"));
}
