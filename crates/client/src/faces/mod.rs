//! The account's own stickers. protocol/03 §8.3

mod face;
mod market;

pub use self::face::CustomFace;
