//! `api/actions.md` §3.1.

mod fetch;
mod recall;
mod receive;
mod send;
