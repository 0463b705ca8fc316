//! Who may do what: every role, every act, every target.

use serde_json::{Value, json};

use crate::{
    refusal::{Refusal, code},
    services,
    testing::{group, uin, world},
    world::{Role, World},
};

/// The group of the table: 10001 owns it.
const GROUP: u64 = 20001;
const OWNER: u64 = 10001;
/// Two administrators, and two members.
const ADMINS: [u64; 2] = [10002, 10003];
const MEMBERS: [u64; 2] = [10004, 10005];
/// Somebody who is not in the group.
const OUTSIDER: u64 = 10006;

/// A group with all roles, and a person outside it.
fn cast() -> World {
    let mut world = world();
    services::profile::ensure_account(&mut world, uin(OUTSIDER)).expect("an account");
    for admin in ADMINS {
        world
            .update_member(group(GROUP), uin(admin), |member| member.role = Role::Admin)
            .expect("a member");
    }
    world
}

fn act(world: &mut World, actor: u64, verb: &str, fields: Value) -> Result<Value, Refusal> {
    let mut fields = fields;
    fields["group"] = json!(GROUP);
    services::acts().perform(world, verb, Some(uin(actor)), fields)
}

/// Acts on a member, with their fields.
fn acts_on_members() -> [(&'static str, Value); 6] {
    [
        ("kick_member", json!({})),
        ("mute_member", json!({"seconds": 60})),
        ("set_admin", json!({"enable": true})),
        ("set_admin", json!({"enable": false})),
        ("set_card", json!({"text": "new"})),
        ("set_title", json!({"text": "new"})),
    ]
}

/// The rule of each act, written a second time as a table of roles: the lowest rank of the actor, and whether the target
/// must be of lower rank.
fn allowed(verb: &str, actor: Role, target: Role, itself: bool) -> bool {
    match verb {
        "kick_member" | "mute_member" => actor > target && actor != Role::Member,
        "set_admin" => actor == Role::Owner && !itself,
        "set_card" => itself || actor != Role::Member,
        "set_title" => actor == Role::Owner,
        verb => panic!("no rule for {verb}"),
    }
}

#[test]
fn every_role_may_do_exactly_what_the_rules_say_to_every_target() {
    let people = [OWNER, ADMINS[0], ADMINS[1], MEMBERS[0], MEMBERS[1]];
    let role = |person: u64| match person {
        OWNER => Role::Owner,
        person if ADMINS.contains(&person) => Role::Admin,
        _ => Role::Member,
    };
    let mut world = cast();
    for (verb, fields) in acts_on_members() {
        for actor in people {
            for target in people {
                let before = world
                    .member(group(GROUP), uin(target))
                    .expect("a member")
                    .clone();
                let mut fields = fields.clone();
                fields["target"] = json!(target);
                let done = act(&mut world, actor, verb, fields);
                let allowed = allowed(verb, role(actor), role(target), actor == target);
                let story = format!("{actor} does {verb} to {target}");
                match done {
                    Ok(_) => assert!(allowed, "{story}"),
                    Err(refusal) => {
                        assert!(!allowed, "{story}: {refusal:?}");
                        assert_eq!(refusal.code, code::NO_PERMISSION, "{story}");
                        let after = world.member(group(GROUP), uin(target)).expect("a member");
                        assert_eq!(format!("{after:?}"), format!("{before:?}"), "{story}");
                    }
                }
                // Each case begins with the same roles.
                world
                    .insert_member(group(GROUP), uin(target), before)
                    .expect("a member");
            }
        }
    }
}

#[test]
fn nobody_acts_on_or_from_outside_the_group() {
    let mut world = cast();
    for (verb, fields) in acts_on_members() {
        for (actor, target) in [(OUTSIDER, MEMBERS[0]), (OWNER, OUTSIDER)] {
            let mut fields = fields.clone();
            fields["target"] = json!(target);
            let refusal = act(&mut world, actor, verb, fields).expect_err(verb);
            assert_eq!(refusal.code, code::NOT_A_MEMBER, "{actor} {verb} {target}");
        }
    }
}

#[test]
fn acts_on_the_whole_group_need_their_rank() {
    // The lowest rank that may do it; the owner cannot leave.
    let cases: [(&str, Value, &[u64]); 5] = [
        ("mute_group", json!({"enable": true}), &[OWNER, ADMINS[0]]),
        ("mute_group", json!({"enable": false}), &[OWNER, ADMINS[0]]),
        ("rename_group", json!({"name": "new"}), &[OWNER, ADMINS[0]]),
        ("leave_group", json!({}), &[ADMINS[0], MEMBERS[0]]),
        ("dismiss_group", json!({}), &[OWNER]),
    ];
    for (verb, fields, may) in cases {
        for actor in [OWNER, ADMINS[0], MEMBERS[0], OUTSIDER] {
            let mut world = cast();
            let done = act(&mut world, actor, verb, fields.clone());
            assert_eq!(
                done.is_ok(),
                may.contains(&actor),
                "{actor} does {verb}: {done:?}"
            );
            if let Err(refusal) = done {
                let expected = match actor {
                    OUTSIDER => code::NOT_A_MEMBER,
                    _ => code::NO_PERMISSION,
                };
                assert_eq!(refusal.code, expected, "{actor} does {verb}");
            }
        }
    }
}

#[test]
fn texts_and_lengths_have_their_limits() {
    let mut world = cast();
    let target = MEMBERS[0];
    let cases = [
        (
            "mute_member",
            json!({"target": target, "seconds": 2_592_000}),
        ),
        (
            "set_card",
            json!({"target": target, "text": "x".repeat(61)}),
        ),
        (
            "set_title",
            json!({"target": target, "text": "七个中文字符长"}),
        ),
        ("rename_group", json!({"name": "x".repeat(61)})),
        ("rename_group", json!({"name": " "})),
    ];
    for (verb, fields) in cases {
        let refusal = act(&mut world, OWNER, verb, fields).expect_err(verb);
        assert_eq!(refusal.code, code::BAD_REQUEST, "{verb}");
    }
    let most = [
        (
            "mute_member",
            json!({"target": target, "seconds": 2_591_999}),
        ),
        (
            "set_card",
            json!({"target": target, "text": "x".repeat(60)}),
        ),
        (
            "set_title",
            json!({"target": target, "text": "六个中文字符"}),
        ),
        ("rename_group", json!({"name": "x".repeat(60)})),
    ];
    for (verb, fields) in most {
        act(&mut world, OWNER, verb, fields).expect(verb);
    }
}

#[test]
fn dismissed_group_leaves_nothing_and_a_kick_for_ever_is_kept() {
    let mut world = cast();
    let target = MEMBERS[0];
    act(
        &mut world,
        OWNER,
        "kick_member",
        json!({"target": target, "forever": true}),
    )
    .expect("kicked");
    assert!(
        world
            .refuses_applicant(group(GROUP), uin(target))
            .expect("a list")
    );
    assert!(
        !world
            .refuses_applicant(group(GROUP), uin(OUTSIDER))
            .expect("a list")
    );
    act(&mut world, OWNER, "dismiss_group", json!({})).expect("dismissed");
    assert!(world.find_group(group(GROUP)).is_none());
    world.load().expect("loaded");
    assert!(world.find_group(group(GROUP)).is_none());
    assert!(
        !world
            .refuses_applicant(group(GROUP), uin(target))
            .expect("a list")
    );
}
