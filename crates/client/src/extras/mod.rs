//! Essence messages, notices, honours, signing in and to-dos of groups. protocol/02 §10, protocol/04 §7, §10

mod essence;
mod honors;
mod notices;
mod sign;
mod signed;
mod todo;

pub use self::{
    essence::EssenceEntry,
    honors::{Honored, Honors},
    notices::{GroupNotice, NoticePicture, NoticeSettings},
    signed::SignedIn,
};

pub(crate) use self::notices::unescaped;
