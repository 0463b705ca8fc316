//! Pushes and what they are about, before anything is looked up.

use nekonap_ids::{Conversation, Uid, Uin};
use nekonap_wire::{
    message::{Message, Party, Place},
    push::Push,
};

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

/// The conversation of a push that is a message, for one that could not be taken.
pub(super) fn conversation(body: &[u8]) -> Option<Conversation> {
    match Push::decode(body).ok()?.push {
        // An own private message is marked under this account's name, for the reader does not know it; the chat
        // itself is then caught up at the next reconnect.
        Push::Message(message) => of(&message, None),
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
pub(crate) fn line(push: &Push, me: Option<Uin>) -> Line {
    let group = |group| Line::Conversation(Conversation::Group(group));
    match push {
        Push::Message(message) => match of(message, me) {
            Some(conversation) => Line::Conversation(conversation.counted_in()),
            None => by(message.from),
        },
        Push::GroupRecall(recall) => group(recall.group),
        Push::PrivateRecall(recall) => {
            let peer = if recall.own { recall.to } else { recall.from };
            peer.map_or(Line::Account, Line::Uid)
        }
        Push::Reaction(reaction) => group(reaction.group),
        Push::Essence(essence) => group(essence.group),
        Push::Poke(poke) => poke.group.map_or(Line::Account, group),
        Push::MemberJoined(joined) => group(joined.group),
        Push::MemberLeft(left) => group(left.group),
        Push::Joined(joined) => group(joined.group),
        _ => Line::Account,
    }
}

fn by(party: Party) -> Line {
    party.uid.map_or(Line::Account, Line::Uid)
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
