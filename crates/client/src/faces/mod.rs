//! The account's own stickers. protocol/03 §8.3

mod face;
mod market;
mod search;

pub use self::face::CustomFace;
