//! Facts about bytes: hashes, and what the head of a picture tells. Nothing here does I/O.

pub mod hash;
pub mod image;

pub use hash::{Hashes, PREFIX, hash};
pub use image::{Format, ImageError, Picture, picture};
