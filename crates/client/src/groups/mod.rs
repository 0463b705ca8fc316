//! Groups and their members. protocol/04 §5

mod details;
mod list;
mod members;

pub use self::details::GroupDetails;
pub use nekonap_wire::{
    commands::groups::{Group, Member},
    message::Role,
};
