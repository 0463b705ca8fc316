//! The account's own profile and online status. protocol/04 §8

pub(crate) mod devices;
mod set;
mod status;

pub use devices::Device;
pub use nekonap_wire::commands::profile::{CustomStatus, OwnStatus, ProfileChange};

pub(crate) use status::{SetStatuses, restore};
