//! Pushes of changes between friends. protocol/05 §5.13, §5.15

use bytes::Bytes;
use nekonap_ids::Uin;
use nekonap_wire::{
    commands::friends::{Presence, property},
    push::{FriendChange, FriendsChanged, ProfileLiked, Push, SelfRenamed},
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

/// A person changed the profile: those who have the person in their list and the person's own clients learn it.
pub(super) fn profile(world: &mut World, actor: Uin, update: &ProfileUpdate) {
    let change = FriendChange::Profile {
        person: party(world, actor),
        properties: properties(world, actor, update),
    };
    let receivers: Vec<Uin> = world
        .people()
        .filter(|person| person.uin == actor || person.friends().contains_key(&actor))
        .map(|person| person.uin)
        .collect();
    for receiver in receivers {
        list_changed(world, receiver, vec![change.clone()], None);
    }
    if let Some(nickname) = &update.nickname {
        let push = Push::from(SelfRenamed {
            nickname: nickname.clone(),
        });
        notify(world, actor, None, &push, rand::random(), None);
    }
}

/// The changed properties in their pushed form.
fn properties(world: &World, actor: Uin, update: &ProfileUpdate) -> Vec<(u32, Bytes)> {
    let Some(person) = world.find_person(actor) else {
        return Vec::new();
    };
    let text = |text: &String| Bytes::from(text.clone().into_bytes());
    let (year, month, day) = person.birth_date().unwrap_or_default();
    let [high, low] = year.to_be_bytes();
    let status = Presence::of_property(person.status.presence()).status;
    let status = u8::try_from(status).unwrap_or(0);
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
            update.status.map(|_| Bytes::from(vec![status, 0, 0, 0])),
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
    changes: Vec<FriendChange<nekonap_wire::message::Party>>,
    except: Option<u64>,
) {
    let push = Push::from(FriendsChanged { changes });
    notify(world, owner, None, &push, rand::random(), except);
}
