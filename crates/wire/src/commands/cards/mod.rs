//! Cards that the server makes (protocol/04 §11).

mod contact;

use crate::{
    command::commands,
    proto::cards::{GroupCardReply, GroupCardRequest, PersonCardReply, PersonCardRequest},
};

pub use contact::person_link;

commands! {
    /// Requests the card of a person. protocol/04 §11.1
    GetPersonCard = 0x12b6 / 0, PersonCardRequest => PersonCardReply;
    /// Requests the card of a group and a link that invites into it. protocol/04 §11.2
    GetGroupCard = 0x8b7 / 5 as ByUin, GroupCardRequest => GroupCardReply;
}
