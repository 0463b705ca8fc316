//! `api/actions.md` §3.5.

mod list;
mod members;
