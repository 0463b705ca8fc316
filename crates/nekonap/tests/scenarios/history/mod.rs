//! api/actions §3.3.

mod messages;
mod read;
mod recent;
