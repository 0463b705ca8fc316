//! Profiles, by uin or by uid. protocol/04 §2, §4

use nekonap_ids::{Uid, Uin};
use nekonap_wire::{
    commands::{friends::property, profile::CustomStatus},
    proto::friends::{
        BlobProperty, NumberProperty, Profile, ProfileByUidRequest, ProfileByUinRequest,
        ProfileKeys, ProfileReply, ProfilesByUidRequest, ProfilesReply, Properties,
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
    Ok(ProfileReply {
        body: Some(profile(world, caller, person, uin, &keys(&request.keys))),
    })
}

pub(crate) fn by_uid(
    world: &mut World,
    caller: &Caller,
    request: ProfileByUidRequest,
) -> Result<ProfileReply, Refusal> {
    let person = find(world, request.uid.as_deref().unwrap_or_default());
    Ok(ProfileReply {
        body: Some(profile(world, caller, person, 0, &keys(&request.keys))),
    })
}

/// Several profiles by uid, in the order of the request. For an unknown account the uin is 0.
pub(crate) fn several_by_uid(
    world: &mut World,
    caller: &Caller,
    request: ProfilesByUidRequest,
) -> Result<ProfilesReply, Refusal> {
    if request.uids.len() > ProfilesByUidRequest::MAX_UIDS {
        let text = format!(
            "`uids` holds {} people, at most {}",
            request.uids.len(),
            ProfilesByUidRequest::MAX_UIDS
        );
        return Err(Refusal::bad_request(text));
    }
    let keys: Vec<u32> = request
        .keys
        .iter()
        .flat_map(|keys| &keys.ids)
        .copied()
        .collect();
    let profiles = request.uids.iter().map(|uid| {
        let person = find(world, uid);
        let found = profile(world, caller, person, 0, &keys);
        Profile {
            uid: Some(uid.clone()),
            ..found
        }
    });
    Ok(ProfilesReply {
        profiles: profiles.collect(),
    })
}

/// The account with this uid.
fn find<'a>(world: &'a World, uid: &str) -> Option<&'a Person> {
    let uin = world.by_uid(Uid::new(uid).ok()?).ok()?;
    world.find_person(uin)
}

/// The requested keys: a message for each, or one with all of them.
fn keys(keys: &[ProfileKeys]) -> Vec<u32> {
    keys.iter().flat_map(|keys| &keys.ids).copied().collect()
}

/// The profile of an account. For an unknown account it has no nickname; its uin is `requested`.
fn profile(
    world: &World,
    caller: &Caller,
    person: Option<&Person>,
    requested: u64,
    keys: &[u32],
) -> Profile {
    let mut properties = Properties::default();
    if let Some(person) = person {
        for key in keys.iter().copied() {
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
    Profile {
        uid: person.map(|person| person.uid.to_string()),
        properties: Some(properties),
        uin: Some(person.map_or(requested, |person| person.uin.get())),
    }
}

/// The value of a number property.
fn number(world: &World, person: &Person, key: u32) -> Option<u64> {
    Some(match key {
        property::LEVEL => 1,
        property::SEX => u64::from(person.sex.number()),
        property::REGISTERED => person.registered,
        property::AGE => u64::from(person.age(world.now())),
        property::PRESENCE => world.presence(person).property(),
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
        property::CUSTOM_STATUS => world
            .sessions
            .status(person.uin)
            .and_then(|status| status.custom.as_ref())
            .map(CustomStatus::property)
            .unwrap_or_default(),
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
