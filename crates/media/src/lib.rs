//! Metadata of media files, computed from their bytes: the [hashes](mod@hash) that identify a file, and the [format and size](image)
//! of a picture. This crate does no I/O.

pub mod hash;
pub mod image;

pub use hash::{BLOCK, BlockStates, Hasher, Hashes, PREFIX, hash, hash_reader, tri_sha1};
pub use image::{Format, ImageError, Picture, picture};
