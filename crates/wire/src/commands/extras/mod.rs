//! Essence messages (protocol/02 §10).

mod essence;

use crate::{
    command::commands,
    proto::extras::{EssenceReply, EssenceRequest},
};

commands! {
    /// Adds a group message to the essence messages. protocol/02 §10
    AddEssence = 0xeac / 1, EssenceRequest => EssenceReply;
    /// Removes a group message from the essence messages. protocol/02 §10
    RemoveEssence = 0xeac / 2, EssenceRequest => EssenceReply;
}
