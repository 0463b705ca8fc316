//! Every vector of `protocol/vectors/wire.json`, in both directions where there are two.
//!
//! Client and server share this crate, so that a round trip proves nothing: only these do.

mod crypto;
mod frames;
mod inputs;
mod login;
mod session;
