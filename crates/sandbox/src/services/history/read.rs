//! Read marks. protocol/02 §8

use nekonap_ids::{GroupUin, Sequence, Uin};
use nekonap_wire::{
    field::Required,
    proto::history::{ReadReply, ReadRequest},
};
use serde::Deserialize;

use crate::{
    http::Empty,
    refusal::Refusal,
    router::Caller,
    world::{Change, Chat, Place, World},
};

/// Marks all messages up to the sequence as read. The mark never moves back and never beyond the newest message.
fn mark(
    world: &mut World,
    reader: Uin,
    chat: Chat,
    sequence: Sequence,
    connection: Option<u64>,
) -> Result<(), Refusal> {
    let sequence = sequence.min(world.newest(chat));
    if sequence <= world.read_up_to(reader, chat)? {
        return Ok(());
    }
    world.set_read(reader, chat, sequence)?;
    let now = world.now();
    let time = world
        .message(chat, sequence)?
        .map_or(now, |message| message.time);
    let read = Change::Read {
        place: Place::new(chat, sequence, reader),
        chat,
        time,
        connection,
    };
    world.record(Some(reader), read);
    Ok(())
}

/// Marks conversations as read, for a client.
pub(crate) fn command(
    world: &mut World,
    caller: &Caller,
    request: ReadRequest,
) -> Result<ReadReply, Refusal> {
    // All conversations are checked before the first is marked.
    let mut marks = Vec::new();
    for read in &request.groups {
        let group = read.group_uin.required("group_uin")?;
        world.acting_member(group, caller.uin)?;
        marks.push((
            Chat::Group(group),
            Sequence::new(read.last_read_seq.unwrap_or(0)),
        ));
    }
    for read in &request.c2c {
        let uid = read.uid.as_deref().required("uid")?;
        let chat = Chat::of(caller.uin, world.by_uid(uid)?);
        marks.push((chat, Sequence::new(read.last_read_seq.unwrap_or(0))));
    }
    for (chat, sequence) in marks {
        mark(
            world,
            caller.uin,
            chat,
            sequence,
            Some(caller.connection.id()),
        )?;
    }
    Ok(ReadReply::done())
}

/// Parameters of `mark_read`.
#[derive(Debug, Deserialize)]
pub(crate) struct ReadAct {
    group: Option<GroupUin>,
    peer: Option<Uin>,
    sequence: Sequence,
}

/// Marks a conversation as read, for a person.
pub(crate) fn act(world: &mut World, actor: Uin, act: ReadAct) -> Result<Empty, Refusal> {
    let chat = world.resolve_chat(actor, act.group, act.peer)?;
    mark(world, actor, chat, act.sequence, None)?;
    Ok(Empty {})
}
