//! One-way friends: people who have the caller in their friend list and are not in the caller's. protocol/04 §3.10

use nekonap_wire::{
    commands::friends::OneWayFriend,
    proto::friends::{JsonReply, JsonRequest},
};

use crate::{refusal::Refusal, router::Caller, world::World};

pub(super) fn command(
    world: &mut World,
    caller: &Caller,
    request: JsonRequest,
) -> Result<JsonReply, Refusal> {
    let limit = request.one_way_limit()?;
    let mine = world.person(caller.uin)?.friends();
    let one_way = world.people().filter(|person| {
        person.friends().contains_key(&caller.uin) && !mine.contains_key(&person.uin)
    });
    let friends: Vec<OneWayFriend> = one_way
        .take(limit)
        .map(|person| OneWayFriend {
            uin: person.uin,
            uid: Some(person.uid),
            nickname: person.nickname.clone(),
            age: person.age(world.now()).into(),
            source: String::new(),
        })
        .collect();
    Ok(JsonReply::of_one_way_friends(&friends))
}
