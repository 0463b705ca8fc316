//! Updates the cache from pushed messages and cards. protocol/02 §2.9, protocol/05 §5.16, §9
//!
//! Only pushes update it: history is old, and the nodes of a forward contain arbitrary names.

use nekonap_wire::{
    message::{Message, Party, Place},
    push::CardChanged,
};

use crate::{cache::MemberFacts, client::Inner};

/// Updates the cache before the event of the message is reported, so that every list is as new as the event. Returns
/// the change of the sender's card, if the message shows one.
pub(super) fn from_pushed(inner: &Inner, message: &Message) -> Option<CardChanged<Party>> {
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
    let sender = sender?;
    let facts = message.sender_facts();
    let uid = message
        .from
        .uid
        .or_else(|| inner.cache.people().uid(sender));
    if let (Some(uid), Some(nickname)) = (uid, &facts.nickname) {
        let nickname = inner.cache.name(sender, uid, nickname, at);
        inner.keep_own_name(sender, &nickname);
    }
    let Place::Group {
        group, group_name, ..
    } = &message.place
    else {
        return None;
    };
    inner.cache.name_group(*group, group_name);
    let card = facts.card.clone().unwrap_or_default();
    let member = MemberFacts {
        card: facts.card,
        title: facts.title,
        level: facts.level,
        role: facts.role,
    };
    let before = inner.cache.apply_pushed(*group, sender, member, at)?;
    Some(CardChanged {
        group: *group,
        member: Party::of_uin(sender),
        card,
        before: Some(before),
    })
}

/// Updates the cache from a pushed card, and adds the card before to the notice if it is known. Returns whether the
/// card is new: a message may have shown it already.
pub(super) fn from_card(inner: &Inner, changed: &mut CardChanged<Party>) -> bool {
    let uid = changed.member.uid;
    let Some(member) = uid.and_then(|uid| inner.cache.people().uin(&uid)) else {
        return true;
    };
    changed.before = inner
        .cache
        .replace_card(changed.group, member, &changed.card);
    changed.before.as_ref() != Some(&changed.card)
}
