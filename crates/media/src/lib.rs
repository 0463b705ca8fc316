//! Metadata of media files, computed from their bytes: the [hashes](mod@hash) that identify a file, and the [format and size](image)
//! of a picture. This crate does no I/O.

pub mod hash;
pub mod image;

pub use hash::{Hashes, PREFIX, hash};
pub use image::{Format, ImageError, Picture, picture};
