//! Messages: sending, recalls, reactions, buttons, pokes and typing (protocol/02 §4, §5, §9, §11.3, protocol/04 §3.9, §8.4).

mod button;
mod poke;
mod reaction;
mod recall;
mod send;
mod typing;

pub use button::IN_GROUP;
pub use poke::{PokePlace, WITHDRAWN};
pub use reaction::{ReactionCount, ReactorPage};
pub use recall::PrivateTarget;
pub use send::SendReceipt;

use crate::{
    command::commands,
    proto::messages::{
        PokeReply, PokeRequest, PressReply, PressRequest, ReactionReply, ReactionRequest,
        ReactionsReply, ReactionsRequest, ReactorsReply, ReactorsRequest, TypingReply,
        TypingRequest, WithdrawPokeReply, WithdrawPokeRequest,
    },
};

commands! {
    /// Sends a message to a group, to a friend, or to a member of a shared group. protocol/02 §4
    SendMessage;
    /// Recalls a group message. protocol/02 §5.1
    RecallGroupMessage;
    /// Recalls a private message. protocol/02 §5.2
    RecallPrivateMessage;
    /// Adds a reaction to a group message. protocol/02 §9.1
    AddReaction = 0x9082 / 1, ReactionRequest => ReactionReply;
    /// Removes a reaction from a group message. protocol/02 §9.1
    RemoveReaction = 0x9082 / 2, ReactionRequest => ReactionReply;
    /// Requests a page of the people who reacted with an emoji. protocol/02 §9.2
    GetReactors = 0x9083 / 1, ReactorsRequest => ReactorsReply;
    /// Requests the reactions of a message. protocol/02 §9.3
    GetReactions = 0x9084 / 1, ReactionsRequest => ReactionsReply;
    /// Pokes an account in a group or a private chat. protocol/04 §3.9
    SendPoke = 0xed3 / 1, PokeRequest => PokeReply;
    /// Takes a poke back. protocol/04 §3.9
    WithdrawPoke = 0xf51 / 1, WithdrawPokeRequest => WithdrawPokeReply;
    /// Presses a button below a robot's message. protocol/02 §11.3
    PressButton = 0x112e / 1, PressRequest => PressReply;
    /// Shows a friend that the account types. protocol/04 §8.4
    SendTyping = 0xcd4 / 1, TypingRequest => TypingReply;
}
