//! Message history by sequence and by time, and the newest sequence. protocol/02 §6

use nekonap_ids::{Sequence, Uin};
use nekonap_wire::{
    commands::history::MOST_MESSAGES,
    field::Required,
    message::{ReactionMark, add_reactions},
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

fn encode(world: &World, reader: Uin, found: &[StoredMessage]) -> Vec<Message> {
    found
        .iter()
        .filter(|message| !message.recalled)
        .map(|message| message.for_reader(world, reader, true).encode())
        .collect()
}

/// The private chat of the caller with the account in the request.
fn chat_with(
    world: &World,
    caller: &Caller,
    uid: Option<&str>,
    uin: Option<u64>,
) -> Result<Chat, Refusal> {
    let (uid, uin) = (uid.present("peer_uid")?, uin.present("peer_uin")?);
    Ok(Chat::of(caller.uin, world.resolve_account(uin, uid)?))
}

/// Messages of a group, by sequence.
pub(crate) fn of_group(
    world: &mut World,
    caller: &Caller,
    request: GroupHistoryRequest,
) -> Result<GroupHistory, Refusal> {
    let (group, start, end) = request.range_of()?;
    let joined = world.acting_member(group, caller.uin)?.joined;
    let mut found = world.messages_between(Chat::Group(group), start, end, MOST_MESSAGES)?;
    if !world.group(group)?.permissions.shows_history() {
        found.retain(|message| message.time >= joined);
    }
    let mut messages = Vec::with_capacity(found.len());
    for message in found.iter().filter(|message| !message.recalled) {
        let mut entry = message.for_reader(world, caller.uin, true).encode();
        let reactions = world.reactions(group, message.sequence)?.into_iter();
        let marks = reactions.map(|reaction| ReactionMark {
            emoji: reaction.emoji,
            count: u32::try_from(reaction.by.len()).unwrap_or(u32::MAX),
            own: reaction.by.contains(&caller.uin),
        });
        add_reactions(&mut entry, marks);
        messages.push(entry);
    }
    Ok(GroupHistory::new(group, (start, end), messages))
}

/// Messages of a private chat, by sequence.
pub(crate) fn of_chat(
    world: &mut World,
    caller: &Caller,
    request: PrivateHistoryRequest,
) -> Result<PrivateHistoryReply, Refusal> {
    let chat = chat_with(world, caller, request.peer_uid.as_deref(), request.peer_uin)?;
    let (start, end) = request.ends();
    let found = world.messages_between(chat, start, end, MOST_MESSAGES)?;
    let messages = encode(world, caller.uin, &found);
    Ok(PrivateHistoryReply::new(start, messages))
}

/// Messages of a private chat, by time.
pub(crate) fn by_time(
    world: &mut World,
    caller: &Caller,
    request: RoamRequest,
) -> Result<RoamReply, Refusal> {
    let chat = chat_with(world, caller, request.peer_uid.as_deref(), None)?;
    let (count, older) = (request.wanted(), request.wants_older());
    let from = (
        u64::from(request.time.unwrap_or(0)),
        request.random.unwrap_or(0),
    );
    let found = world.messages_around(chat, from, older, count)?;
    // The next request continues after this message. The random identifies it among the messages of the same second.
    let edge = if older { found.first() } else { found.last() };
    let complete = u64::try_from(found.len()).is_ok_and(|length| length < count);
    let edge = edge.map_or((0, 0), |message| (seconds32(message.time), message.random));
    let messages = encode(world, caller.uin, &found);
    Ok(RoamReply::new(request.peer_uid, edge, complete, messages))
}

/// The newest sequence of a private chat.
pub(crate) fn newest(
    world: &mut World,
    caller: &Caller,
    request: PeerSequenceRequest,
) -> Result<PeerSequenceReply, Refusal> {
    let peer = world.by_uid(request.peer_uid.required("peer_uid")?)?;
    let chat = Chat::of(caller.uin, peer);
    let newest = world.newest(chat);
    let message = world.message(chat, newest)?;
    if message.is_none() && peer != caller.uin && !world.are_friends(caller.uin, peer) {
        let text = format!("{} and {peer} are not friends", caller.uin);
        return Err(Refusal::not_allowed(code::NOT_ACCEPTED, text));
    }
    // A chat without messages has sequence 0.
    let sequence = message
        .as_ref()
        .map_or(Sequence::default(), |message| message.sequence);
    let time = message.map_or(0, |message| seconds32(message.time));
    Ok(PeerSequenceReply::new(sequence, time))
}
