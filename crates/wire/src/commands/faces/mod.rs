//! The account's own stickers (protocol/03 §8.3).

mod face;

pub use face::{DELETE, LIST};

use crate::{
    command::commands,
    proto::faces::{FacesReply, FacesRequest},
};

commands! {
    /// Lists or deletes the account's own stickers. protocol/03 §8.3
    OperateFaces = "Faceroam.OpReq", FacesRequest => FacesReply;
}
