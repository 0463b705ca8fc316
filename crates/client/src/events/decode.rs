//! Pushes and what they are about, before anything is looked up.

use std::panic::{AssertUnwindSafe, catch_unwind};

use nekonap_ids::{Conversation, Sequence, Uid, Uin};
use nekonap_wire::{
    message::{Element, Mention, MentionTarget, Message, Party, Place},
    push::{Origin, Push, Pushed},
};

use crate::cache::people::People;

/// Where a push queues while it is looked up: notices of a conversation keep the order of its messages. The queue holds
/// the pushes and the gaps between them, so it is none of [`Tickets`](crate::Tickets).
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
    let private = |peer: Party| match (peer.uin, peer.uid) {
        (Some(uin), _) => Line::Conversation(Conversation::Friend(uin)),
        (None, Some(uid)) => people.uin(&uid).map_or(Line::Uid(uid), |uin| {
            Line::Conversation(Conversation::Friend(uin))
        }),
        (None, None) => Line::Account,
    };
    match push {
        Push::Message(message) => match of(message, me) {
            Some(conversation) => Line::Conversation(conversation.counted_in()),
            None => message
                .from
                .uid
                .map_or(Line::Account, |uid| private(Party::of_uid(uid))),
        },
        Push::Notice(notice) => match notice.origin() {
            Some(Origin::Group(group)) => Line::Conversation(Conversation::Group(group)),
            Some(Origin::Private(peer)) => private(peer),
            None => Line::Account,
        },
        _ => Line::Account,
    }
}

/// The uids whose numbers the push's event needs.
pub(crate) fn unknown(push: &Push) -> Vec<Uid> {
    let mut uids = Vec::new();
    let mut add = |party: Party| {
        if party.uin.is_none() {
            uids.extend(party.uid);
        }
        Some(party)
    };
    match push {
        Push::Message(message) => {
            add(message.from);
            add(message.to);
            uids.extend(mentioned(&message.elements));
        }
        Push::Notice(notice) => {
            // Maps everybody to itself: what counts is that `add` sees them.
            notice.clone().try_map_people(&mut add);
        }
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
