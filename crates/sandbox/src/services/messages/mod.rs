//! Sending and recalling messages, reactions, buttons, pokes, grey lines and typing. protocol/02 §4, §5, §9, §11.3,
//! protocol/04 §3.9

pub(crate) mod button;
mod poke;
mod reaction;
mod recall;
pub(crate) mod send;
mod tip;
mod typing;

use nekonap_wire::commands::messages::{
    AddReaction, GetReactions, GetReactors, PressButton, RecallGroupMessage, RecallPrivateMessage,
    RemoveReaction, SendMessage, SendPoke, SendTyping, WithdrawPoke,
};

use crate::{http::Acts, router::Router};

pub(crate) fn commands(router: &mut Router) {
    router.on::<SendMessage>(send::command);
    router.on::<RecallGroupMessage>(recall::in_group);
    router.on::<RecallPrivateMessage>(recall::in_private);
    router.on::<AddReaction>(reaction::add);
    router.on::<RemoveReaction>(reaction::remove);
    router.on::<GetReactors>(reaction::reactors);
    router.on::<GetReactions>(reaction::summary);
    router.on::<SendPoke>(poke::command);
    router.on::<WithdrawPoke>(poke::withdraw_command);
    router.on::<PressButton>(button::command);
    router.on::<SendTyping>(typing::command);
}

pub(crate) fn acts(acts: &mut Acts) {
    acts.add("send_group_message", send::act_in_group);
    acts.add("send_private_message", send::act_in_private);
    acts.add("send_temporary_message", send::act_through_group);
    acts.add("recall_message", recall::act);
    acts.add("react", reaction::act);
    acts.add("poke", poke::act);
    acts.add("withdraw_poke", poke::act_withdraw);
    acts.add("press_button", button::act);
    acts.add("answer_button", button::act_answer);
    acts.add("send_gray_tip", tip::act);
    acts.add("typing", typing::act);
}
