//! api/actions §3.7.

mod essence;
mod notices;
mod sign;
mod todo;
