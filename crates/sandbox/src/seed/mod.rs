//! Initial content of a new world.

mod demo;
pub mod file;

pub(crate) use demo::demo;
