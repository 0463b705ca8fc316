//! Cards that the server makes (protocol/04 §11).

mod contact;
mod mini_app;

use crate::{
    command::commands,
    proto::cards::{
        GroupCardReply, GroupCardRequest, MiniAppReply, MiniAppRequest, PersonCardReply,
        PersonCardRequest,
    },
};

pub use contact::person_link;
pub use mini_app::MiniApp;

commands! {
    /// Requests the card of a person. protocol/04 §11.1
    GetPersonCard = 0x12b6 / 0, PersonCardRequest => PersonCardReply;
    /// Requests the card of a group and a link that invites into it. protocol/04 §11.2
    GetGroupCard = 0x8b7 / 5 as ByUin, GroupCardRequest => GroupCardReply;
    /// Makes the card of a mini-app. protocol/04 §11.3
    MakeMiniAppCard = "LightAppSvc.mini_app_share.AdaptShareInfo", MiniAppRequest => MiniAppReply;
}
