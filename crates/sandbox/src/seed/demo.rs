//! The demo seed (api/sandbox §4).

use super::file::{Category, Group, Person, World};

/// Five people, who are all friends of each other, and three groups.
pub(crate) fn demo() -> World {
    let person = |uin: u64, nickname: &str, signature: &str| Person {
        uin,
        nickname: nickname.to_owned(),
        signature: signature.to_owned(),
        ..Person::default()
    };
    let mut people = vec![
        person(10001, "Neko", "a bot, learning"),
        person(10002, "Bob", ""),
        person(10003, "Carol", "tea before noon"),
        person(10004, "Dave", ""),
        person(10005, "小明", "好好学习"),
    ];
    if let Some(bot) = people.first_mut() {
        bot.categories = vec![Category {
            name: "同事".to_owned(),
            friends: vec![10004, 10005],
        }];
    }
    let everybody: Vec<u64> = (10001..=10005).collect();
    let friends = everybody
        .iter()
        .flat_map(|one| {
            everybody
                .iter()
                .filter(move |other| one < *other)
                .map(move |other| [*one, *other])
        })
        .collect();
    let group = |number: u64, name: &str, owner: u64, admins: &[u64]| Group {
        uin: number,
        name: name.to_owned(),
        owner,
        admins: admins.to_vec(),
        members: everybody.clone(),
    };
    World {
        people,
        friends,
        groups: vec![
            group(20001, "Nekonap 试验田", 10001, &[]),
            group(20002, "Bob's corner", 10002, &[10001]),
            group(20003, "Carol's tea house", 10003, &[]),
        ],
    }
}
