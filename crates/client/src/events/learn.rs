//! Updates the cache from pushed messages. protocol/02 §2.9, protocol/05 §9
//!
//! Only pushes update it: history is old, and the nodes of a forward contain arbitrary names.

use nekonap_wire::message::{Message, Place};

use crate::{cache::MemberFacts, client::Inner};

/// Updates the cache before the event of the message is reported, so that every list is as new as the event.
pub(super) fn from_pushed(inner: &Inner, message: &Message) {
    for party in [message.from, message.to] {
        if let (Some(uin), Some(uid)) = (party.uin, party.uid) {
            inner.cache.learn(uin, uid);
        }
    }
    let at = inner.cache.pushed(message.time);
    let sender = message.from.uin.or_else(|| {
        let uid = message.from.uid?;
        inner.cache.people().uin(&uid)
    });
    let Some(sender) = sender else { return };
    let facts = message.sender_facts();
    let uid = message
        .from
        .uid
        .or_else(|| inner.cache.people().uid(sender));
    if let (Some(uid), Some(nickname)) = (uid, &facts.nickname) {
        let nickname = inner.cache.name(sender, uid, nickname, at);
        inner.keep_own_name(sender, &nickname);
    }
    if let Place::Group {
        group, group_name, ..
    } = &message.place
    {
        let member = MemberFacts {
            card: facts.card,
            title: facts.title,
            level: facts.level,
            role: facts.role,
        };
        inner.cache.apply_pushed(*group, sender, member, at);
        inner.cache.name_group(*group, group_name);
    }
}
