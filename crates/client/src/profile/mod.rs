//! The account's own profile and online status. protocol/04 §8

mod set;
mod status;

pub use nekonap_wire::commands::profile::{CustomStatus, OwnStatus, ProfileChange};

pub(crate) use status::{SetStatuses, restore};
