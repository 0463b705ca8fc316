//! The `nekonap` binary.

fn main() {}
