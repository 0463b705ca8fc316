//! Essence messages, signing in and to-dos of groups. protocol/02 §10, protocol/04 §7

mod essence;
mod sign;
mod todo;

pub use self::essence::EssenceEntry;
