//! Essence messages. protocol/02 §10

mod essence;

pub use self::essence::EssenceEntry;
