//! History and read reports. protocol/02 §6, §8

mod page;
mod read;
