//! api/actions §3.5.

mod list;
mod members;
