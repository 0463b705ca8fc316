//! Groups and their members. protocol/04 §5

pub(crate) mod list;
pub(crate) mod members;

pub use self::{
    list::Group,
    members::{Member, Role},
};
