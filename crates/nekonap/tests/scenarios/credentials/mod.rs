//! api/actions §3.17.

mod client_key;
mod cookies;
