//! Essence. protocol/02 §10

mod essence;

use crate::{
    command::commands,
    proto::extras::{EssenceReply, EssenceRequest},
};

commands! {
    /// Makes a group message essence. protocol/02 §10
    AddEssence = 0xeac / 1, EssenceRequest => EssenceReply;
    /// Takes a group message out of the essence. protocol/02 §10
    RemoveEssence = 0xeac / 2, EssenceRequest => EssenceReply;
}
