//! History: by sequence, by time, and the newest sequence. protocol/02 §6

use nekonap_ids::{GroupUin, Sequence, Uid, Uin};
use nekonap_wire::{
    commands::history::MOST_MESSAGES,
    proto::{
        history::{
            GroupHistory, GroupHistoryRequest, PeerSequenceReply, PeerSequenceRequest,
            PrivateHistoryReply, PrivateHistoryRequest, RoamReply, RoamRequest,
        },
        message::Message,
    },
};

use crate::{
    clock::seconds32,
    refusal::{Refusal, code},
    router::Caller,
    world::{Chat, StoredMessage, World},
};

/// `direction` towards newer messages. protocol/02 §6.3
const NEWER: u32 = 2;

fn encode(world: &World, reader: Uin, found: &[StoredMessage]) -> Vec<Message> {
    found
        .iter()
        .filter(|message| !message.recalled)
        .map(|message| message.for_reader(world, reader, true).encode())
        .collect()
}

/// The other side of a private chat that the caller asks about.
fn chat_with(
    world: &World,
    caller: &Caller,
    uid: Option<&str>,
    uin: Option<u64>,
) -> Result<Chat, Refusal> {
    let uid = uid.and_then(|uid| Uid::new(uid).ok());
    let uin = uin.and_then(|uin| Uin::new(uin).ok());
    Ok(Chat::of(caller.uin, world.resolve_account(uin, uid)?))
}

/// A group's messages.
pub(crate) fn of_group(
    world: &mut World,
    caller: &Caller,
    request: GroupHistoryRequest,
) -> Result<GroupHistory, Refusal> {
    let range = request.range.unwrap_or_default();
    let group = GroupUin::new(range.group_uin.unwrap_or(0))
        .map_err(|_| Refusal::bad_request("`group_uin` names no group"))?;
    world.acting_member(group, caller.uin)?;
    let (start, end) = (range.start_seq.unwrap_or(0), range.end_seq.unwrap_or(0));
    let ends = (Sequence::new(start), Sequence::new(end));
    let found = world.messages_between(Chat::Group(group), ends.0, ends.1, MOST_MESSAGES)?;
    Ok(GroupHistory {
        retcode: Some(0),
        message: None,
        group: Some(group.get()),
        start: Some(start),
        end: Some(end),
        messages: encode(world, caller.uin, &found),
    })
}

/// A private chat's messages.
pub(crate) fn of_chat(
    world: &mut World,
    caller: &Caller,
    request: PrivateHistoryRequest,
) -> Result<PrivateHistoryReply, Refusal> {
    let chat = chat_with(world, caller, request.peer_uid.as_deref(), request.peer_uin)?;
    let (start, end) = (request.start_seq.unwrap_or(0), request.end_seq.unwrap_or(0));
    let ends = (Sequence::new(start), Sequence::new(end));
    let found = world.messages_between(chat, ends.0, ends.1, MOST_MESSAGES)?;
    Ok(PrivateHistoryReply {
        retcode: Some(0),
        message: None,
        start: Some(start),
        messages: encode(world, caller.uin, &found),
    })
}

/// A private chat's messages, by time.
pub(crate) fn by_time(
    world: &mut World,
    caller: &Caller,
    request: RoamRequest,
) -> Result<RoamReply, Refusal> {
    let chat = chat_with(world, caller, request.peer_uid.as_deref(), None)?;
    let count = u64::from(request.count.unwrap_or(0)).clamp(1, MOST_MESSAGES);
    let older = request.direction != Some(NEWER);
    let from = (
        u64::from(request.time.unwrap_or(0)),
        request.random.unwrap_or(0),
    );
    let found = world.messages_around(chat, from, older, count)?;
    // The next request continues beyond this message; the random identifies it among those of one second.
    let edge = if older { found.first() } else { found.last() };
    let complete = u64::try_from(found.len()).is_ok_and(|length| length < count);
    Ok(RoamReply {
        peer_uid: request.peer_uid,
        is_complete: Some(complete),
        time: Some(edge.map_or(0, |message| seconds32(message.time))),
        random: Some(edge.map_or(0, |message| message.random)),
        messages: encode(world, caller.uin, &found),
    })
}

/// The newest sequence with a friend.
pub(crate) fn newest(
    world: &mut World,
    caller: &Caller,
    request: PeerSequenceRequest,
) -> Result<PeerSequenceReply, Refusal> {
    let uid = request.peer_uid.unwrap_or_default();
    let uid = Uid::new(&uid).map_err(|_| Refusal::bad_request("`peer_uid` is no uid"))?;
    let peer = world.by_uid(uid)?;
    let chat = Chat::of(caller.uin, peer);
    let newest = world.newest(chat);
    let message = world.message(chat, newest)?;
    if message.is_none() && peer != caller.uin && !world.are_friends(caller.uin, peer) {
        let text = format!("{} and {peer} are not friends", caller.uin);
        return Err(Refusal::not_allowed(code::NOT_ACCEPTED, text));
    }
    // No message yet: sequence 0.
    let sequence = message.as_ref().map_or(0, |message| message.sequence.get());
    Ok(PeerSequenceReply {
        code: Some(0),
        text: Some(String::new()),
        sequence: Some(sequence),
        other_sequence: Some(sequence),
        time: Some(message.map_or(0, |message| seconds32(message.time))),
    })
}
