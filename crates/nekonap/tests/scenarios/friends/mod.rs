//! api/actions §3.4.

mod list;
mod stranger;
