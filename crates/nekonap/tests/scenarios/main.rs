//! Everything across rooms: a bot calls, the people of a sandbox world see. One binary, one module a capability.
//!
//! `story/` is the harness; `process/` starts the real binary; `frameworks/` connects real bot frameworks, which
//! `cargo xtask test` installs (they are ignored otherwise).

mod extras;
mod forwards;
mod frameworks;
mod friends;
mod groups;
mod history;
mod messages;
mod process;
mod story;
mod system;
