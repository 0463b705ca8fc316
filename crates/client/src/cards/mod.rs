//! Cards that the server makes. protocol/04 §11

mod contact;
mod mini_app;

pub use self::contact::GroupCard;
