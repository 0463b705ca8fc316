//! Which acts each relation of two people allows.

use serde_json::{Value, json};

use crate::{
    refusal::RefusalKind,
    services,
    testing::{uin, world},
    world::World,
};

/// What one person is to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Friends,
    /// The actor has the target as a friend, and not the other way round.
    OnlyMine,
    /// The target has the actor as a friend, and not the other way round.
    OnlyTheirs,
    Strangers,
    /// Strangers, and the target has blocked the actor.
    Blocked,
    /// The target is the actor.
    Oneself,
}

use Relation::{Blocked, Friends, Oneself, OnlyMine, OnlyTheirs, Strangers};

const RELATIONS: [Relation; 6] = [Friends, OnlyMine, OnlyTheirs, Strangers, Blocked, Oneself];

const ACTOR: u64 = 10002;
const TARGET: u64 = 10003;

/// The demo world with two people in this relation, and the number of the target.
fn related(relation: Relation) -> (World, u64) {
    let mut world = world();
    let (actor, target) = (uin(ACTOR), uin(TARGET));
    if matches!(relation, OnlyTheirs | Strangers | Blocked) {
        world.remove_friend(actor, target).expect("a friend");
    }
    if matches!(relation, OnlyMine | Strangers | Blocked) {
        world.remove_friend(target, actor).expect("a friend");
    }
    if relation == Blocked {
        world.block(target, actor).expect("blocked");
    }
    (world, if relation == Oneself { ACTOR } else { TARGET })
}

/// An act, its fields for a target, and the relations that allow it.
type Rule = (&'static str, fn(u64) -> Value, &'static [Relation]);

const RULES: &[Rule] = &[
    (
        "send_private_message",
        |to| json!({"to": to, "message": "x"}),
        &[Friends, Oneself],
    ),
    (
        "send_temporary_message",
        |to| json!({"group": 20001, "to": to, "message": "x"}),
        &[Friends, OnlyMine, OnlyTheirs, Strangers, Oneself],
    ),
    ("typing", |to| json!({"to": to, "typing": true}), &[Friends]),
    (
        "poke",
        |target| json!({"target": target}),
        &[Friends, Oneself],
    ),
    (
        "set_remark",
        |target| json!({"target": target, "text": "R"}),
        &[Friends, OnlyMine],
    ),
    (
        "set_category",
        |target| json!({"target": target, "category": 0}),
        &[Friends, OnlyMine],
    ),
    (
        "delete_friend",
        |target| json!({"target": target}),
        &[Friends, OnlyMine],
    ),
    (
        "like_profile",
        |target| json!({"target": target, "times": 1}),
        &[Friends, OnlyMine, OnlyTheirs, Strangers],
    ),
];

#[test]
fn every_relation_allows_exactly_the_listed_acts() {
    let acts = services::acts();
    for relation in RELATIONS {
        for (verb, fields, allowed) in RULES {
            let (mut world, target) = related(relation);
            world.take_changes();
            let actor = Some(uin(ACTOR));
            let done = acts.perform(&mut world, verb, actor, fields(target));
            let allowed = allowed.contains(&relation);
            assert_eq!(done.is_ok(), allowed, "{verb}, {relation:?}: {done:?}");
            assert_eq!(
                !world.take_changes().is_empty(),
                allowed,
                "{verb}, {relation:?}"
            );
            if let Err(refusal) = done {
                assert_ne!(refusal.kind, RefusalKind::Broken, "{verb}, {relation:?}");
            }
        }
    }
}

#[test]
fn deletion_ends_the_friendship_on_the_sides_that_are_meant() {
    let acts = services::acts();
    for (relation, both, mine, theirs) in [
        (Friends, true, false, false),
        (Friends, false, false, true),
        (OnlyMine, true, false, false),
        (OnlyMine, false, false, false),
    ] {
        let (mut world, target) = related(relation);
        let fields = json!({"target": target, "both": both});
        let done = acts.perform(&mut world, "delete_friend", Some(uin(ACTOR)), fields);
        done.expect("deleted");
        let has = |owner: u64, friend: u64| {
            let person = world.person(uin(owner)).expect("a person");
            person.friends().contains_key(&uin(friend))
        };
        assert_eq!(
            (has(ACTOR, TARGET), has(TARGET, ACTOR)),
            (mine, theirs),
            "{relation:?}, {both}"
        );
    }
}

#[test]
fn new_friendship_ends_a_block() {
    let (mut world, _) = related(Blocked);
    let (actor, target) = (uin(ACTOR), uin(TARGET));
    assert_eq!(world.blocks(target, actor), Ok(true));
    world
        .add_friendship((actor, 0), (target, 0))
        .expect("friends");
    assert_eq!(world.blocks(target, actor), Ok(false));
}
