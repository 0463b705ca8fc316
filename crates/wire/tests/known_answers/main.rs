//! Every vector of `tests/vectors` that concerns what this crate declares, in both directions where there are two.
//!
//! Client and server share this crate, so that a round trip proves nothing: only these do.

mod crypto;
mod events;
mod frames;
mod inputs;
mod login;
mod messages;
mod session;
