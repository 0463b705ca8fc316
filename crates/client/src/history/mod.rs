//! History and read reports. protocol/02 §6, §8

pub(crate) mod pace;
mod page;
mod read;
