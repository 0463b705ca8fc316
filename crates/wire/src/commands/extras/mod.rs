//! Essence messages, signing in and to-dos of groups (protocol/02 §10, protocol/04 §7).

mod essence;
mod sign;
mod todo;

use crate::{
    command::commands,
    proto::extras::{
        EssenceReply, EssenceRequest, GetTodoReply, GetTodoRequest, SignReply, SignRequest,
        TodoReply, TodoRequest,
    },
};

commands! {
    /// Adds a group message to the essence messages. protocol/02 §10
    AddEssence = 0xeac / 1, EssenceRequest => EssenceReply;
    /// Removes a group message from the essence messages. protocol/02 §10
    RemoveEssence = 0xeac / 2, EssenceRequest => EssenceReply;
    /// Signs the account in to a group for the day. protocol/04 §7.1
    SignIn = 0xeb7 / 1, SignRequest => SignReply;
    /// Makes a message the to-do of its group. protocol/04 §7.2
    SetTodo = 0xf90 / 1, TodoRequest => TodoReply;
    /// Completes the to-do of a group for the account. protocol/04 §7.2
    CompleteTodo = 0xf90 / 2, TodoRequest => TodoReply;
    /// Removes the to-do of a group. protocol/04 §7.2
    CancelTodo = 0xf90 / 3, TodoRequest => TodoReply;
    /// Requests the to-do of a group. protocol/04 §7.2
    GetTodo = 0xf8e / 1, GetTodoRequest => GetTodoReply;
}
