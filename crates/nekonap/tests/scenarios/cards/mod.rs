//! api/actions §3.13.

mod contact;
