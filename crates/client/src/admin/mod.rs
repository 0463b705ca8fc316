//! Group administration. protocol/04 §6

mod everybody;
mod group;
mod kick;
mod leave;
mod member;
mod mute;
mod settings;
mod transfer;

pub use everybody::EverybodyAllowance;
