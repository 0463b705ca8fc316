//! What a new world has in it.

mod demo;
pub mod file;

pub(crate) use demo::demo;
