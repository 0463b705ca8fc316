//! The configuration file of `nekonap run`.

pub mod check;
pub mod file;
