//! A profile by uin or by uid. protocol/04 §4

use nekonap_ids::{Uid, Uin};
use nekonap_wire::{
    commands::friends::property,
    proto::friends::{
        BlobProperty, NumberProperty, Profile, ProfileByUidRequest, ProfileByUinRequest,
        ProfileKeys, ProfileReply, Properties,
    },
};

use crate::{
    refusal::Refusal,
    router::Caller,
    world::{Person, World},
};

pub(crate) fn by_uin(
    world: &mut World,
    caller: &Caller,
    request: ProfileByUinRequest,
) -> Result<ProfileReply, Refusal> {
    let uin = request.uin.unwrap_or(0);
    let person = Uin::new(uin).ok().and_then(|uin| world.find_person(uin));
    Ok(profile(world, caller, person, uin, &request.keys))
}

pub(crate) fn by_uid(
    world: &mut World,
    caller: &Caller,
    request: ProfileByUidRequest,
) -> Result<ProfileReply, Refusal> {
    let person = Uid::new(request.uid.as_deref().unwrap_or_default())
        .ok()
        .and_then(|uid| world.by_uid(uid).ok())
        .and_then(|uin| world.find_person(uin));
    Ok(profile(world, caller, person, 0, &request.keys))
}

/// The profile of an account. For an unknown account it has no nickname; its uin is `requested`.
fn profile(
    world: &World,
    caller: &Caller,
    person: Option<&Person>,
    requested: u64,
    keys: &[ProfileKeys],
) -> ProfileReply {
    let mut properties = Properties::default();
    if let Some(person) = person {
        for key in keys.iter().flat_map(|keys| &keys.ids).copied() {
            if let Some(value) = number(world, person, key) {
                properties.numbers.push(NumberProperty {
                    key: Some(key),
                    value: Some(value),
                });
            } else if let Some(value) = blob(world, caller, person, key) {
                properties.blobs.push(BlobProperty {
                    key: Some(key),
                    value: Some(value.into()),
                });
            }
        }
    }
    if person.is_none() {
        // Some clients read an empty submessage as an absent one (protocol/01 §9.1).
        properties.numbers.push(NumberProperty {
            key: Some(property::SEX),
            value: Some(0),
        });
    }
    ProfileReply {
        body: Some(Profile {
            uid: person.map(|person| person.uid.to_string()),
            properties: Some(properties),
            uin: Some(person.map_or(requested, |person| person.uin.get())),
        }),
    }
}

/// The value of a number property.
fn number(world: &World, person: &Person, key: u32) -> Option<u64> {
    Some(match key {
        property::LEVEL => 1,
        property::SEX => u64::from(person.sex.number()),
        property::REGISTERED => person.registered,
        property::AGE => u64::from(person.age(world.now())),
        property::PRESENCE => person.status.presence(),
        _ => return None,
    })
}

/// The value of a text or bytes property.
fn blob(world: &World, caller: &Caller, person: &Person, key: u32) -> Option<Vec<u8>> {
    Some(match key {
        property::SIGNATURE => person.signature.clone().into_bytes(),
        property::REMARK => world
            .find_person(caller.uin)
            .and_then(|me| me.friends().get(&person.uin))
            .map(|friendship| friendship.remark.clone().into_bytes())
            .unwrap_or_default(),
        property::NICKNAME => person.nickname.clone().into_bytes(),
        property::BIRTHDAY => birthday(person).to_vec(),
        property::COUNTRY | property::EMAIL | property::CITY | property::SCHOOL | property::QID => {
            Vec::new()
        }
        _ => return None,
    })
}

/// Property 20031: year in two bytes, month, day. Zeros hide the birthday.
fn birthday(person: &Person) -> [u8; 4] {
    let (year, month, day) = person.birth_date().unwrap_or_default();
    let [high, low] = year.to_be_bytes();
    [high, low, month, day]
}
