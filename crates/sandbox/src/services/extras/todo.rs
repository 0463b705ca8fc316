//! The to-do of a group. protocol/04 §7.2

use nekonap_ids::{GroupUin, Sequence, Uin};
use nekonap_wire::{
    field::Required,
    proto::extras::{self, GetTodoReply, GetTodoRequest, TodoReply, TodoRequest},
};
use serde::Deserialize;

use crate::{
    http::Empty,
    refusal::Refusal,
    router::Caller,
    world::{Change, Chat, Todo, World},
};

/// Maximum length of a to-do's title, in characters.
const MAX_TITLE: usize = 60;

/// Makes a message the to-do of its group, in place of an earlier one. Only the owner and administrators can do this.
fn set(
    world: &mut World,
    actor: Uin,
    group: GroupUin,
    sequence: Sequence,
) -> Result<Todo, Refusal> {
    world.acting_admin(group, actor)?;
    let message = world.message(Chat::Group(group), sequence)?;
    if message.is_none_or(|message| message.recalled) {
        let text = format!("group {group} has no message {sequence}");
        return Err(Refusal::not_found(text));
    }
    if let Some(same) = world.todo(group)?.filter(|todo| todo.sequence == sequence) {
        return Ok(same);
    }
    world.set_todo(group, sequence, actor)?;
    // The notice takes a sequence too.
    let notice = world.take_notice_sequence(group)?;
    let change = Change::TodoSet {
        group,
        sequence,
        notice,
    };
    world.record(Some(actor), change);
    current(world, group, Some(sequence))
}

/// Completes the to-do for the actor.
pub(super) fn complete(
    world: &mut World,
    actor: Uin,
    group: GroupUin,
    sequence: Option<Sequence>,
) -> Result<Todo, Refusal> {
    world.acting_member(group, actor)?;
    let todo = current(world, group, sequence)?;
    if world.complete_todo(group, actor)? {
        let notice = world.take_notice_sequence(group)?;
        let change = Change::TodoCompleted {
            group,
            sequence: todo.sequence,
            notice,
        };
        world.record(Some(actor), change);
    }
    Ok(todo)
}

/// Removes the to-do. Only the owner and administrators can do this.
pub(super) fn cancel(
    world: &mut World,
    actor: Uin,
    group: GroupUin,
    sequence: Option<Sequence>,
) -> Result<Todo, Refusal> {
    world.acting_admin(group, actor)?;
    let todo = current(world, group, sequence)?;
    world.remove_todo(group)?;
    let change = Change::TodoCancelled {
        group,
        sequence: todo.sequence,
    };
    world.record(Some(actor), change);
    Ok(todo)
}

/// The to-do of a group. With a sequence it must be this message.
fn current(world: &World, group: GroupUin, sequence: Option<Sequence>) -> Result<Todo, Refusal> {
    let todo = world.todo(group)?;
    todo.filter(|todo| sequence.is_none_or(|sequence| sequence == todo.sequence))
        .ok_or_else(|| {
            let text = match sequence {
                Some(sequence) => format!("message {sequence} is not the to-do of group {group}"),
                None => format!("group {group} has no to-do"),
            };
            Refusal::not_found(text)
        })
}

/// The to-do in the form of the wire.
fn record(world: &World, group: GroupUin, todo: Todo) -> Result<extras::Todo, Refusal> {
    let message = world.message(Chat::Group(group), todo.sequence)?;
    let title: String = message
        .iter()
        .flat_map(|message| &message.elements)
        .map(nekonap_wire::message::Element::preview)
        .collect();
    Ok(extras::Todo {
        group: Some(group.get()),
        sequence: Some(todo.sequence.get()),
        random: message.map(|message| message.random),
        uin: Some(todo.operator.get()),
        nick: Some(world.name_in(group, todo.operator)),
        title: Some(title.chars().take(MAX_TITLE).collect()),
        time: Some(todo.time),
    })
}

fn reply(world: &World, group: GroupUin, todo: Todo) -> Result<TodoReply, Refusal> {
    Ok(TodoReply {
        todo: Some(record(world, group, todo)?),
    })
}

pub(super) fn set_command(
    world: &mut World,
    caller: &Caller,
    request: TodoRequest,
) -> Result<TodoReply, Refusal> {
    let group = request.group.required("group")?;
    let sequence = request.sequence.required("sequence")?;
    let todo = set(world, caller.uin, group, sequence)?;
    reply(world, group, todo)
}

/// [`complete`] or [`cancel`] as a command.
pub(super) fn end_command(
    end: fn(&mut World, Uin, GroupUin, Option<Sequence>) -> Result<Todo, Refusal>,
) -> impl Fn(&mut World, &Caller, TodoRequest) -> Result<TodoReply, Refusal> {
    move |world, caller, request| {
        let group = request.group.required("group")?;
        let sequence = request.sequence.present("sequence")?;
        let todo = end(world, caller.uin, group, sequence)?;
        reply(world, group, todo)
    }
}

/// A group without a to-do has an empty answer.
pub(super) fn get_command(
    world: &mut World,
    caller: &Caller,
    request: GetTodoRequest,
) -> Result<GetTodoReply, Refusal> {
    let group = request.group.required("group")?;
    world.acting_member(group, caller.uin)?;
    let Some(todo) = world.todo(group)? else {
        return Ok(GetTodoReply::default());
    };
    let done = world.todo_done(group)?.contains(&caller.uin);
    Ok(GetTodoReply::new(record(world, group, todo)?, done))
}

/// Parameters of `set_todo`.
#[derive(Debug, Deserialize)]
pub(super) struct SetAct {
    group: GroupUin,
    sequence: Sequence,
}

/// Parameters of `complete_todo` and `cancel_todo`.
#[derive(Debug, Deserialize)]
pub(super) struct TodoAct {
    group: GroupUin,
}

pub(super) fn act_set(world: &mut World, actor: Uin, act: SetAct) -> Result<Empty, Refusal> {
    set(world, actor, act.group, act.sequence)?;
    Ok(Empty {})
}

pub(super) fn act_complete(world: &mut World, actor: Uin, act: TodoAct) -> Result<Empty, Refusal> {
    complete(world, actor, act.group, None)?;
    Ok(Empty {})
}

pub(super) fn act_cancel(world: &mut World, actor: Uin, act: TodoAct) -> Result<Empty, Refusal> {
    cancel(world, actor, act.group, None)?;
    Ok(Empty {})
}
