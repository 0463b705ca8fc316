//! Groups and their members. protocol/04 §5

mod list;
mod members;

pub use nekonap_wire::{
    commands::groups::{Group, Member},
    message::Role,
};
