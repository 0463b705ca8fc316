//! Pushes and what they are about, before anything is looked up.

use std::panic::{AssertUnwindSafe, catch_unwind};

use nekonap_ids::{Conversation, Sequence, Uid, Uin};
use nekonap_wire::{
    message::{Element, Mention, MentionTarget, Message, Place},
    push::{Push, Pushed},
};

use crate::cache::people::People;

/// Whose turn a push takes: notices of a conversation keep the order of its messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Line {
    /// A group, or a chat whose other side is known by number.
    Conversation(Conversation),
    /// A chat whose other side is known by uid alone.
    Uid(Uid),
    /// Everything else.
    Account,
}

/// Decodes a push. A panic in a decoder costs that push, and nothing else.
pub(super) fn push(body: &[u8]) -> Result<Pushed, String> {
    catch_unwind(AssertUnwindSafe(|| Push::decode(body)))
        .map_err(|_| "decoding it panicked".to_owned())?
        .map_err(|error| error.to_string())
}

/// Conversation and sequence of a push that is a message, for one that could not be taken.
pub(super) fn conversation(body: &[u8], me: Option<Uin>) -> Option<(Conversation, Sequence)> {
    match push(body).ok()?.push {
        Push::Message(message) => Some((of(&message, me)?.counted_in(), message.sequence)),
        _ => None,
    }
}

/// The conversation of a message, seen by this account.
pub(crate) fn of(message: &Message, me: Option<Uin>) -> Option<Conversation> {
    match message.place {
        Place::Group { group, .. } => Some(Conversation::Group(group)),
        Place::Friend | Place::Forwarded { .. } => Some(Conversation::Friend(peer(message, me)?)),
        Place::Temporary { group } => Some(Conversation::Temporary {
            group,
            peer: peer(message, me)?,
        }),
    }
}

/// The other side of a private message.
fn peer(message: &Message, me: Option<Uin>) -> Option<Uin> {
    if me.is_some() && message.from.uin == me {
        message.to.uin
    } else {
        message.from.uin
    }
}

/// Whose turn a push takes.
pub(crate) fn line(push: &Push, me: Option<Uin>, people: &People) -> Line {
    let group = |group| Line::Conversation(Conversation::Group(group));
    let friend = |uin| Line::Conversation(Conversation::Friend(uin));
    let by_uid = |uid: Option<Uid>| match uid {
        Some(uid) => people.uin(&uid).map_or(Line::Uid(uid), friend),
        None => Line::Account,
    };
    match push {
        Push::Message(message) => match of(message, me) {
            Some(conversation) => Line::Conversation(conversation.counted_in()),
            None => by_uid(message.from.uid),
        },
        Push::GroupRecall(recall) => group(recall.group),
        Push::PrivateRecall(recall) => by_uid(if recall.own { recall.to } else { recall.from }),
        Push::Reaction(reaction) => group(reaction.group),
        Push::Essence(essence) => group(essence.group),
        Push::Poke(poke) => match (poke.group, poke.peer) {
            (Some(number), _) => group(number),
            (None, Some(peer)) => friend(peer),
            (None, None) => Line::Account,
        },
        Push::MemberJoined(joined) => group(joined.group),
        Push::MemberLeft(left) => group(left.group),
        Push::Joined(joined) => group(joined.group),
        _ => Line::Account,
    }
}

/// The uids whose numbers the push's event needs.
pub(crate) fn unknown(push: &Push) -> Vec<Uid> {
    let mut uids = Vec::new();
    match push {
        Push::Message(message) => {
            for party in [message.from, message.to] {
                if party.uin.is_none() {
                    uids.extend(party.uid);
                }
            }
            uids.extend(mentioned(&message.elements));
        }
        Push::GroupRecall(recall) => {
            uids.extend(recall.operator);
            uids.extend(recall.messages.iter().filter_map(|message| message.author));
        }
        Push::PrivateRecall(recall) => {
            uids.extend(recall.from);
            uids.extend(recall.to);
        }
        Push::Reaction(reaction) => uids.extend(reaction.operator),
        Push::Typing(typing) => uids.push(typing.from),
        Push::PrivateRead(read) => uids.extend(read.iter().map(|read| read.peer)),
        Push::MemberJoined(joined) => {
            uids.push(joined.member);
            uids.extend(joined.operator);
        }
        Push::MemberLeft(left) => {
            uids.push(left.member);
            uids.extend(left.operator);
        }
        Push::Joined(joined) => uids.extend(joined.operator),
        _ => {}
    }
    uids
}

/// Who is mentioned by uid alone.
fn mentioned(elements: &[Element]) -> impl Iterator<Item = Uid> {
    elements.iter().filter_map(|element| match element {
        Element::Mention(Mention {
            target: MentionTarget::Member { uin: None, uid },
            ..
        }) => *uid,
        _ => None,
    })
}

/// Where the message itself is stored, if what was pushed is a digest. protocol/02 §3.13
pub(super) fn stored_elsewhere(message: &Message) -> Option<&str> {
    message.elements.iter().find_map(|element| match element {
        Element::LongText(text) => Some(&text.res_id[..]),
        _ => None,
    })
}
