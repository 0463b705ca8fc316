//! The pushes of group administration. protocol/05 §10.4

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    message::Party,
    push::{CardChanged, Departure, MemberLeft, Mute, Muted, Push, SelfLeft},
};

use super::{notice, notify, party, to_members};
use crate::world::World;

/// A mute of a member, or of the whole group if there is no target.
pub(super) fn muted(
    world: &mut World,
    actor: Uin,
    group: GroupUin,
    target: Option<Party>,
    seconds: u32,
) {
    let push = Push::from(Muted {
        group,
        operator: Some(party(world, actor)),
        mutes: vec![Mute { target, seconds }],
    });
    to_members(world, group, &push);
}

/// Tells the remaining members that one is gone.
pub(super) fn left(
    world: &mut World,
    group: GroupUin,
    member: Uin,
    how: Departure,
    operator: Option<Party>,
) {
    let push = Push::from(MemberLeft {
        group,
        member: party(world, member),
        how,
        operator,
    });
    to_members(world, group, &push);
}

/// Tells somebody who is no longer in a group: the reason if others decided it, and always the fact.
pub(super) fn left_own(
    world: &mut World,
    group: GroupUin,
    member: Uin,
    how: Option<Departure>,
    operator: Option<Party>,
) {
    if let Some(how) = how {
        let push = Push::from(MemberLeft {
            group,
            member: party(world, member),
            how,
            operator,
        });
        let from = (group.get(), None);
        notice(world, member, from, &push, rand::random(), None);
    }
    let push = Push::from(SelfLeft { group });
    notify(world, member, None, &push, rand::random(), None);
}

/// Each receiver gets the new card as a change in its own lists.
pub(super) fn card_set(world: &mut World, group: GroupUin, target: Uin, card: &str) {
    let push = Push::from(CardChanged {
        group,
        member: party(world, target),
        card: card.to_owned(),
        before: None,
    });
    let random = rand::random();
    for receiver in world.online_members(group) {
        notify(world, receiver, None, &push, random, None);
    }
}
