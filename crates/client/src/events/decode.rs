//! Decodes pushes, and finds their conversations and uids, before any lookup.

use std::panic::{AssertUnwindSafe, catch_unwind};

use nekonap_ids::{Conversation, Sequence, Uid, Uin};
use nekonap_wire::{
    message::{Element, Mention, MentionTarget, Message, Party, Place},
    push::{Origin, Push, Pushed},
};

use crate::cache::people::People;

/// Key of the queue in which a push waits for lookups. Notices of a conversation share the queue of its messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum QueueKey {
    /// A group, or a private chat whose peer is known by account number.
    Conversation(Conversation),
    /// A private chat whose peer is known by uid only.
    Uid(Uid),
    /// All other pushes.
    Account,
}

/// Decodes a push: one, or each change in a list. A panic in the decoder is returned as an error, so that it loses only that
/// push.
pub(super) fn push(body: &[u8]) -> Result<Vec<Pushed>, String> {
    catch_unwind(AssertUnwindSafe(|| Push::decode_all(body)))
        .map_err(|_| "the decoder panicked".to_owned())?
        .map_err(|error| error.to_string())
}

/// Conversation and sequence of a pushed message that did not fit in the queue. `None` for other pushes.
pub(super) fn conversation(body: &[u8], me: Option<Uin>) -> Option<(Conversation, Sequence)> {
    match push(body).ok()?.pop()?.push {
        Push::Message(message) => Some((of(&message, me)?.counted_in(), message.sequence)),
        _ => None,
    }
}

/// Conversation of a message, as seen from the account `me`.
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

/// Peer of a private message.
fn peer(message: &Message, me: Option<Uin>) -> Option<Uin> {
    if me.is_some() && message.from.uin == me {
        message.to.uin
    } else {
        message.from.uin
    }
}

/// Queue of a push.
pub(crate) fn queue_key(push: &Push, me: Option<Uin>, people: &People) -> QueueKey {
    let private = |peer: Party| match (peer.uin, peer.uid) {
        (Some(uin), _) => QueueKey::Conversation(Conversation::Friend(uin)),
        (None, Some(uid)) => people.uin(&uid).map_or(QueueKey::Uid(uid), |uin| {
            QueueKey::Conversation(Conversation::Friend(uin))
        }),
        (None, None) => QueueKey::Account,
    };
    match push {
        Push::Message(message) => match of(message, me) {
            Some(conversation) => QueueKey::Conversation(conversation.counted_in()),
            None => message
                .from
                .uid
                .map_or(QueueKey::Account, |uid| private(Party::of_uid(uid))),
        },
        Push::Notice(notice) => match notice.origin() {
            Some(Origin::Group(group)) => QueueKey::Conversation(Conversation::Group(group)),
            Some(Origin::Private(peer)) => private(peer),
            None => QueueKey::Account,
        },
        _ => QueueKey::Account,
    }
}

/// Uids in a push whose account numbers its event needs.
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
            // The result is discarded; the map only visits all parties.
            notice.clone().try_map_people(&mut add);
        }
        _ => {}
    }
    uids
}

/// Accounts that are mentioned by uid only.
fn mentioned(elements: &[Element]) -> impl Iterator<Item = Uid> {
    elements.iter().filter_map(|element| match element {
        Element::Mention(Mention {
            target: MentionTarget::Member { uin: None, uid },
            ..
        }) => *uid,
        _ => None,
    })
}

/// Resource id of the full message, if the pushed message is only a digest. protocol/02 §3.13
pub(super) fn stored_elsewhere(message: &Message) -> Option<&str> {
    message.elements.iter().find_map(|element| match element {
        Element::LongText(text) => Some(&text.res_id[..]),
        _ => None,
    })
}
