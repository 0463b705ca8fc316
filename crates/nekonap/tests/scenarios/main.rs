//! Scenario tests of the whole program: a bot calls actions, and the people of a sandbox world see the result. One binary,
//! with a module per capability.
//!
//! `story/` is the harness; `process/` starts the real binary; `frameworks/` connects real bot frameworks, which
//! `cargo xtask test` installs (these scenarios are ignored by default).

mod admin;
mod albums;
mod assist;
mod cards;
mod credentials;
mod extras;
mod faces;
mod favourites;
mod files;
mod forwards;
mod frameworks;
mod friends;
mod groups;
mod history;
mod media;
mod messages;
mod process;
mod profile;
mod qzone;
mod requests;
mod story;
mod streams;
mod system;
