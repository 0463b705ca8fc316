//! `api/actions.md` §3.7.

mod essence;
