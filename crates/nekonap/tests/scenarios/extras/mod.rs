//! api/actions §3.7.

mod essence;
mod sign;
mod todo;
