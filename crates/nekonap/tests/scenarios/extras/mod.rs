//! api/actions §3.7.

mod essence;
