//! The format of a seed file, JSON: `nekonap sandbox --seed FILE`.
//!
//! ```json
//! {
//!   "people": [
//!     {"uin": 10001, "nickname": "Neko", "categories": [{"name": "Work", "friends": [10002]}]},
//!     {"uin": 10002, "nickname": "Bob", "signature": "hi", "sex": "male", "birthday": "1990-02-03"}
//!   ],
//!   "friends": [[10001, 10002]],
//!   "groups": [{"group": 20001, "name": "Ours", "owner": 10001, "admins": [], "members": [10001, 10002]}]
//! }
//! ```
//!
//! A friend that is in no category belongs to the default category, 0.

use std::{collections::BTreeMap, path::Path};

use nekonap_ids::{GroupUin, Uin};
use serde::Deserialize;

use crate::{
    refusal::Refusal,
    services::profile::free_uid,
    world::{self, Member, Role, Sex, check_birthday},
};

/// The content of a seed file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct World {
    pub(crate) people: Vec<Person>,
    /// Pairs of people who are friends.
    pub(crate) friends: Vec<[u64; 2]>,
    pub(crate) groups: Vec<Group>,
}

/// A person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    pub(crate) uin: u64,
    pub(crate) nickname: String,
    #[serde(default)]
    pub(crate) signature: String,
    #[serde(default)]
    pub(crate) sex: Sex,
    #[serde(default)]
    pub(crate) birthday: String,
    /// Categories of friends, in addition to the default category.
    #[serde(default)]
    pub(crate) categories: Vec<Category>,
}

/// A category of friends.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Category {
    pub(crate) name: String,
    pub(crate) friends: Vec<u64>,
}

/// A group. The owner and the administrators are members even if `members` does not list them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    #[serde(rename = "group")]
    pub(crate) uin: u64,
    pub(crate) name: String,
    pub(crate) owner: u64,
    #[serde(default)]
    pub(crate) admins: Vec<u64>,
    #[serde(default)]
    pub(crate) members: Vec<u64>,
}

/// Reads a seed file.
///
/// # Errors
/// The file cannot be read or is invalid. The text names the place.
pub(crate) fn read(path: &Path) -> Result<World, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(&text))
        .map_err(|error| format!("`{}`: {}", error.path(), error.inner()))
}

/// Loads a seed into an empty world.
pub(crate) fn load(world: &mut world::World, seed: &World) -> Result<(), Refusal> {
    let now = world.now();
    for person in &seed.people {
        let uin = uin(person.uin)?;
        if world.find_person(uin).is_some() {
            return Err(Refusal::bad_request(format!("{uin} is listed twice")));
        }
        check_birthday(&person.birthday)?;
        let uid = free_uid(world);
        let mut seeded = world::Person::new(uin, uid, person.nickname.clone(), now);
        seeded.signature.clone_from(&person.signature);
        seeded.sex = person.sex;
        seeded.birthday.clone_from(&person.birthday);
        let categories = person.categories.iter();
        let seeded = seeded.with_categories(categories.map(|category| category.name.clone()));
        world.add_person(seeded)?;
    }
    let category = |owner: u64, friend: u64| {
        seed.people
            .iter()
            .filter(|person| person.uin == owner)
            .flat_map(|person| (1..).zip(&person.categories))
            .find(|(_, category)| category.friends.contains(&friend))
            .map_or(0, |(id, _)| id)
    };
    for [one, other] in &seed.friends {
        let (first, second) = (uin(*one)?, uin(*other)?);
        world.person(first)?;
        world.person(second)?;
        world.add_friendship(
            (first, category(*one, *other)),
            (second, category(*other, *one)),
        )?;
    }
    for group in &seed.groups {
        load_group(world, group, now)?;
    }
    Ok(())
}

fn load_group(world: &mut world::World, group: &Group, now: u64) -> Result<(), Refusal> {
    let number =
        GroupUin::new(group.uin).map_err(|error| Refusal::bad_request(error.to_string()))?;
    if world.find_group(number).is_some() {
        return Err(Refusal::bad_request(format!(
            "group {number} is listed twice"
        )));
    }
    let owner = uin(group.owner)?;
    let mut members = BTreeMap::new();
    let roles = [
        (Role::Member, &group.members[..]),
        (Role::Admin, &group.admins[..]),
        (Role::Owner, std::slice::from_ref(&group.owner)),
    ];
    for (role, people) in roles {
        for member in people {
            let member = world.person(uin(*member)?)?.uin;
            members.insert(member, Member::new(role, now));
        }
    }
    let group = world::Group::new(number, group.name.clone(), owner, now);
    world.add_group(group, members)
}

fn uin(number: u64) -> Result<Uin, Refusal> {
    Uin::new(number).map_err(|error| Refusal::bad_request(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn example_in_the_documentation_is_valid() {
        let text = r#"{
            "people": [
                {"uin": 10001, "nickname": "Neko", "categories": [{"name": "Work", "friends": [10002]}]},
                {"uin": 10002, "nickname": "Bob", "signature": "hi", "sex": "male", "birthday": "1990-02-03"}
            ],
            "friends": [[10001, 10002]],
            "groups": [{"group": 20001, "name": "Ours", "owner": 10001, "admins": [], "members": [10001, 10002]}]
        }"#;
        let world: World = serde_json::from_str(text).expect("a world");
        assert_eq!(world.people[1].sex, Sex::Male);
        assert_eq!(world.groups[0].members.len(), 2);
    }

    #[test]
    fn misspelt_field_is_an_error() {
        assert!(serde_json::from_str::<World>(r#"{"peeple": []}"#).is_err());
    }
}
