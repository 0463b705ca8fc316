//! Group administration. protocol/04 §6

mod group;
mod kick;
mod leave;
mod member;
mod mute;
