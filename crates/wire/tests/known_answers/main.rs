//! Known-answer tests: every vector of `tests/vectors` for this crate, encoded and decoded.
//!
//! Client and server share this crate, so a round trip proves nothing; only these tests do.

mod crypto;
mod events;
mod frames;
mod inputs;
mod login;
mod media;
mod messages;
mod session;
