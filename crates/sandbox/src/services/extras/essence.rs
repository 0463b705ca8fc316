//! Essence messages: adding, removing, and the list as a web page. protocol/02 §10, protocol/04 §10.5

use nekonap_ids::{GroupUin, Sequence, Uin};
use nekonap_wire::{
    field::Required,
    message::Element,
    proto::extras::{EssenceReply, EssenceRequest},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    http::Empty,
    refusal::Refusal,
    router::Caller,
    world::{Change, Chat, Role, StoredMessage, World},
};

/// Adds a message to the essence or removes it. A message that already has the requested state is not an error.
fn set(
    world: &mut World,
    actor: Uin,
    (group, sequence): (GroupUin, Sequence),
    random: Option<u32>,
    set: bool,
) -> Result<(), Refusal> {
    world.acting_admin(group, actor)?;
    let message = world
        .message(Chat::Group(group), sequence)?
        .filter(|message| !message.recalled)
        .filter(|message| random.is_none_or(|random| random == message.random))
        .ok_or_else(|| Refusal::not_found(format!("group {group} has no message {sequence}")))?;
    if world.set_essence(group, sequence, actor, set)? {
        // The notice takes a sequence too.
        world.take_notice_sequence(group)?;
        let change = Change::Essence {
            group,
            sequence,
            random: message.random,
            author: message.sender,
            set,
        };
        world.record(Some(actor), change);
    }
    Ok(())
}

pub(crate) fn add(
    world: &mut World,
    caller: &Caller,
    request: EssenceRequest,
) -> Result<EssenceReply, Refusal> {
    command(world, caller, request, true)
}

pub(crate) fn remove(
    world: &mut World,
    caller: &Caller,
    request: EssenceRequest,
) -> Result<EssenceReply, Refusal> {
    command(world, caller, request, false)
}

/// The reply to a success has no body (protocol/02 §10).
fn command(
    world: &mut World,
    caller: &Caller,
    request: EssenceRequest,
    add: bool,
) -> Result<EssenceReply, Refusal> {
    let group = request.group_uin.required("group_uin")?;
    let sequence = request.sequence.required("sequence")?;
    let random = request.random.filter(|random| *random != 0);
    set(world, caller.uin, (group, sequence), random, add)?;
    Ok(EssenceReply::default())
}

/// Parameters of `set_essence` and `remove_essence`.
#[derive(Debug, Deserialize)]
pub(crate) struct EssenceAct {
    group: GroupUin,
    sequence: Sequence,
}

pub(crate) fn act_set(world: &mut World, actor: Uin, act: EssenceAct) -> Result<Empty, Refusal> {
    set(world, actor, (act.group, act.sequence), None, true)?;
    Ok(Empty {})
}

pub(crate) fn act_remove(world: &mut World, actor: Uin, act: EssenceAct) -> Result<Empty, Refusal> {
    set(world, actor, (act.group, act.sequence), None, false)?;
    Ok(Empty {})
}

/// A page of a group's essence in the JSON of the web page.
pub(crate) fn page(
    world: &World,
    reader: Uin,
    group: GroupUin,
    page: u32,
    size: u32,
) -> Result<Value, Refusal> {
    let role = world.acting_member(group, reader)?.role;
    // One more than the page, to find out whether it is the last.
    let mut found = world.essence(group, page.saturating_mul(size), size + 1)?;
    let end = found.len() <= usize::try_from(size).unwrap_or(usize::MAX);
    found.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    let mut list = Vec::new();
    for essence in found {
        let Some(message) = world.message(Chat::Group(group), essence.sequence)? else {
            continue;
        };
        list.push(json!({
            "group_code": group.to_string(),
            "msg_seq": message.sequence,
            "msg_random": message.random,
            "sender_uin": message.sender.to_string(),
            "sender_nick": world.name_in(group, message.sender),
            "sender_time": message.time,
            "add_digest_uin": essence.operator.to_string(),
            "add_digest_nick": world.name_in(group, essence.operator),
            "add_digest_time": essence.time,
            "msg_content": content(&message),
            "can_be_removed": role != Role::Member,
            "disable_forward": false,
        }));
    }
    let list = if list.is_empty() {
        Value::Null
    } else {
        Value::Array(list)
    };
    Ok(json!({
        "retcode": 0,
        "retmsg": "ok",
        "data": {
            "msg_list": list,
            "is_end": end,
            "group_role": role.number(),
            "config_page_url": "",
        },
    }))
}

/// The content of a message in the JSON of the web page.
fn content(message: &StoredMessage) -> Vec<Value> {
    message
        .elements
        .iter()
        .filter_map(|element| match element {
            Element::Reply(_) => None,
            Element::Face(face) => Some(json!({
                "msg_type": 2, "face_index": face.id, "face_text": face.name
            })),
            Element::Image(image) => Some(json!({
                "msg_type": 3, "image_url": image.url, "image_thumbnail_url": image.url
            })),
            Element::Video(video) => Some(json!({
                "msg_type": 4, "file_id": video.media.file_uuid, "file_thumbnail_url": ""
            })),
            other => Some(json!({"msg_type": 1, "text": other.preview()})),
        })
        .collect()
}
