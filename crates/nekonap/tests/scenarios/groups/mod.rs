//! api/actions §3.5.

mod everybody;
mod list;
mod members;
