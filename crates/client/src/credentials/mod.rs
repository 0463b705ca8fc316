//! Credentials for QQ's web pages. protocol/04 §9

mod client_key;
mod cookies;

pub(crate) use self::cookies::KeptCookies;
pub use self::{client_key::ClientKey, cookies::Cookies};
