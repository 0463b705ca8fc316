//! Cards that the server makes. protocol/04 §11

mod contact;

pub use self::contact::GroupCard;
