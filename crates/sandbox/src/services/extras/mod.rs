//! Essence messages, notices, honours, signing in and to-dos of groups. protocol/02 §10, protocol/04 §7, §10

pub(crate) mod essence;
pub(crate) mod honors;
mod lucky_king;
pub(crate) mod notices;
pub(crate) mod sign;
mod todo;

use nekonap_wire::commands::extras::{
    AddEssence, CancelTodo, CompleteTodo, GetTodo, RemoveEssence, SetTodo, SignIn,
};

use crate::{http::Acts, router::Router};

pub(crate) fn commands(router: &mut Router) {
    router.on::<AddEssence>(essence::add);
    router.on::<RemoveEssence>(essence::remove);
    router.on::<SignIn>(sign::command);
    router.on::<SetTodo>(todo::set_command);
    router.on::<CompleteTodo>(todo::end_command(todo::complete));
    router.on::<CancelTodo>(todo::end_command(todo::cancel));
    router.on::<GetTodo>(todo::get_command);
}

pub(crate) fn acts(acts: &mut Acts) {
    acts.add("set_essence", essence::act_set);
    acts.add("remove_essence", essence::act_remove);
    acts.add("send_notice", notices::act_send);
    acts.add("read_notice", notices::act_read);
    acts.add("delete_notice", notices::act_delete);
    acts.add("draw_red_packet", lucky_king::act);
    acts.world("give_honor", honors::act_give);
    acts.add("sign_in_group", sign::act);
    acts.add("allow_sign_in", sign::act_allow);
    acts.add("set_todo", todo::act_set);
    acts.add("complete_todo", todo::act_complete);
    acts.add("cancel_todo", todo::act_cancel);
}
