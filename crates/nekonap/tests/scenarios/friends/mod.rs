//! `api/actions.md` §3.4.

mod list;
mod stranger;
