//! Merged forwards. protocol/02 §7

mod merged;

pub use self::merged::{Nest, Node};
