//! Pushes of changes between friends. protocol/05 §5.13, §5.15

use bytes::Bytes;
use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    commands::friends::{Presence, property},
    message::Party,
    push::{FriendChange, FriendsChanged, GroupRemarked, ProfileLiked, Push, SelfRenamed},
};

use super::{notify, party};
use crate::world::{ProfileUpdate, World};

pub(super) fn liked(world: &mut World, actor: Uin, target: Uin, times: u32) {
    let push = Push::from(ProfileLiked {
        by: party(world, actor),
        nickname: world.name_of(actor),
        times,
        time: world.now(),
    });
    notify(world, target, None, &push, rand::random(), None);
}

/// A friendship ended: the list of `actor` changed and, with `both`, that of the friend.
pub(super) fn deleted(world: &mut World, actor: Uin, friend: Uin, both: bool) {
    let change = FriendChange::Deleted(party(world, friend));
    list_changed(world, actor, vec![change], None);
    if both {
        let change = FriendChange::Deleted(party(world, actor));
        list_changed(world, friend, vec![change], None);
    }
}

pub(super) fn moved(
    world: &mut World,
    actor: Uin,
    friend: Uin,
    category: u32,
    except: Option<u64>,
) {
    let change = FriendChange::Moved {
        friend: party(world, friend),
        category,
    };
    list_changed(world, actor, vec![change], except);
}

pub(super) fn remarked(
    world: &mut World,
    actor: Uin,
    friend: Uin,
    remark: &str,
    except: Option<u64>,
) {
    let change = FriendChange::Remark {
        friend: party(world, friend),
        remark: remark.to_owned(),
    };
    list_changed(world, actor, vec![change], except);
}

/// The own remark for a group, which only the account's other clients learn.
pub(super) fn group_remarked(
    world: &mut World,
    actor: Uin,
    group: GroupUin,
    remark: &str,
    except: Option<u64>,
) {
    let push = Push::from(GroupRemarked {
        group,
        remark: remark.to_owned(),
    });
    notify(world, actor, None, &push, rand::random(), except);
}

/// A person changed the profile: those who have the person in their list and the person's own clients learn it.
pub(super) fn profile(world: &mut World, actor: Uin, update: &ProfileUpdate) {
    for receiver in acquainted(world, actor) {
        let change = FriendChange::Profile {
            person: party(world, actor),
            properties: properties(world, actor, update, receiver == actor),
        };
        list_changed(world, receiver, vec![change], None);
    }
    if let Some(nickname) = &update.nickname {
        let push = Push::from(SelfRenamed {
            nickname: nickname.clone(),
        });
        notify(world, actor, None, &push, rand::random(), None);
    }
}

/// An account has another online status: those who have the person in their list and the person's own clients learn it.
pub(super) fn status(world: &mut World, actor: Uin) {
    let Some(presence) = world
        .find_person(actor)
        .map(|person| world.presence(person))
    else {
        return;
    };
    for receiver in acquainted(world, actor) {
        let change = FriendChange::Profile {
            person: party(world, actor),
            properties: vec![(
                property::PRESENCE,
                status_value(presence, receiver == actor),
            )],
        };
        list_changed(world, receiver, vec![change], None);
    }
}

/// The people who have this one in their list, and the person.
fn acquainted(world: &World, person: Uin) -> Vec<Uin> {
    world
        .people()
        .filter(|other| other.uin == person || other.friends().contains_key(&person))
        .map(|other| other.uin)
        .collect()
}

/// The pushed form of an online status: the status in the highest of four bytes. Others see an invisible person offline.
fn status_value(presence: Presence, own: bool) -> Bytes {
    let seen = if own || presence.is_online() {
        presence
    } else {
        Presence::OFFLINE
    };
    let status = u8::try_from(seen.status).unwrap_or(0);
    Bytes::from(vec![status, 0, 0, 0])
}

/// The changed properties in their pushed form, for the account itself or for others.
fn properties(world: &World, actor: Uin, update: &ProfileUpdate, own: bool) -> Vec<(u32, Bytes)> {
    let Some(person) = world.find_person(actor) else {
        return Vec::new();
    };
    let text = |text: &String| Bytes::from(text.clone().into_bytes());
    let (year, month, day) = person.birth_date().unwrap_or_default();
    let [high, low] = year.to_be_bytes();
    let values = [
        (property::NICKNAME, update.nickname.as_ref().map(text)),
        (property::SIGNATURE, update.signature.as_ref().map(text)),
        (
            property::SEX,
            update.sex.map(|sex| Bytes::from(vec![sex.number()])),
        ),
        (
            property::BIRTHDAY,
            update
                .birthday
                .as_ref()
                .map(|_| Bytes::from(vec![high, low, month, day])),
        ),
        (
            property::PRESENCE,
            update
                .status
                .map(|_| status_value(world.presence(person), own)),
        ),
    ];
    let values = values.into_iter();
    values
        .filter_map(|(id, value)| Some((id, value?)))
        .collect()
}

fn list_changed(
    world: &mut World,
    owner: Uin,
    changes: Vec<FriendChange<Party>>,
    except: Option<u64>,
) {
    let push = Push::from(FriendsChanged { changes });
    notify(world, owner, None, &push, rand::random(), except);
}
