//! Facts about media files, computed from their bytes: the [hashes](mod@hash) that identify a file, the [header](mod@image) of a
//! picture, the [container](mod@container) of a video, and [voice](mod@voice) in QQ's format. Readers are the caller's: this crate
//! opens no files.

pub mod container;
pub mod hash;
pub mod image;
pub mod voice;

pub use container::{ContainerError, Video, video};
pub use hash::{BLOCK, BlockStates, Hasher, Hashes, PREFIX, hash, hash_reader, tri_sha1};
pub use image::{Format, ImageError, Picture, picture, read_picture};
