//! Who may do what: every role, every act, every target.

use nekonap_wire::{
    commands::admin::{Invitations, Permission},
    proto::admin::{
        ChangeGroupRequest, GroupRecord, MessageMaskRequest, RemarkRequest, RobotOptionRequest,
        SwitchBotRequest, TransferRequest,
    },
};
use serde_json::{Value, json};

use super::{group as settings_of, settings, transfer};
use crate::{
    refusal::{Refusal, code},
    router::Caller,
    services,
    testing::{caller, group, uin, world},
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

/// A friend of everybody who is not in the group either.
const FRIEND: u64 = 10007;
/// The members.
const PEOPLE: [u64; 5] = [OWNER, ADMINS[0], ADMINS[1], MEMBERS[0], MEMBERS[1]];

fn role(person: u64) -> Role {
    match person {
        OWNER => Role::Owner,
        person if ADMINS.contains(&person) => Role::Admin,
        _ => Role::Member,
    }
}

/// A group with all roles, and people outside it.
fn cast() -> World {
    let mut world = world();
    for outside in [OUTSIDER, FRIEND] {
        services::profile::ensure_account(&mut world, uin(outside)).expect("an account");
    }
    for person in [&PEOPLE[..], &[OUTSIDER]].concat() {
        world
            .add_friendship((uin(person), 0), (uin(FRIEND), 0))
            .expect("friends");
    }
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
fn acts_on_members() -> [(&'static str, Value); 7] {
    [
        ("kick_member", json!({})),
        ("mute_member", json!({"seconds": 60})),
        ("set_admin", json!({"enable": true})),
        ("set_admin", json!({"enable": false})),
        ("set_card", json!({"text": "new"})),
        ("set_title", json!({"text": "new"})),
        ("transfer_group", json!({})),
    ]
}

/// Acts on the message of a member, with their fields.
const ACTS_ON_MESSAGES: [&str; 5] = [
    "recall_message",
    "set_essence",
    "remove_essence",
    "set_todo",
    "react",
];

/// The rule of each act, written a second time as a table of roles: the lowest rank of the actor, and whether the target
/// must be of lower rank.
fn allowed(verb: &str, actor: Role, target: Role, itself: bool) -> bool {
    match verb {
        "kick_member" | "mute_member" => actor > target && actor != Role::Member,
        "set_admin" | "transfer_group" => actor == Role::Owner && !itself,
        "set_card" => itself || actor != Role::Member,
        "set_title" => actor == Role::Owner,
        "recall_message" => itself || actor > target,
        "set_essence" | "remove_essence" | "set_todo" => actor != Role::Member,
        "react" => true,
        verb => panic!("no rule for {verb}"),
    }
}

#[test]
fn every_role_may_do_exactly_what_the_rules_say_to_every_target() {
    for (verb, fields) in acts_on_members() {
        for actor in PEOPLE {
            for target in PEOPLE {
                // Each case begins with the same roles.
                let mut world = cast();
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
                        // The owner has the group already.
                        let again = verb == "transfer_group" && actor == OWNER;
                        let expected = if again {
                            code::BAD_REQUEST
                        } else {
                            code::NO_PERMISSION
                        };
                        assert_eq!(refusal.code, expected, "{story}");
                        let after = world.member(group(GROUP), uin(target)).expect("a member");
                        assert_eq!(format!("{after:?}"), format!("{before:?}"), "{story}");
                    }
                }
            }
        }
    }
}

#[test]
fn every_role_may_do_exactly_what_the_rules_say_to_every_message() {
    for verb in ACTS_ON_MESSAGES {
        for actor in PEOPLE {
            for author in PEOPLE {
                let mut world = cast();
                let message = json!({"message": "hi"});
                let said = act(&mut world, author, "send_group_message", message).expect("sent");
                let sequence = said["sequence"].clone();
                let mut fields = json!({"sequence": sequence});
                match verb {
                    "remove_essence" => {
                        act(&mut world, OWNER, "set_essence", fields.clone()).expect("essence");
                    }
                    "react" => {
                        fields["emoji"] = json!("76");
                        fields["set"] = json!(true);
                    }
                    _ => {}
                }
                let done = act(&mut world, actor, verb, fields);
                let allowed = allowed(verb, role(actor), role(author), actor == author);
                let story = format!("{actor} does {verb} to a message of {author}");
                match done {
                    Ok(_) => assert!(allowed, "{story}"),
                    Err(refusal) => {
                        assert!(!allowed, "{story}: {refusal:?}");
                        assert_eq!(refusal.code, code::NO_PERMISSION, "{story}");
                    }
                }
            }
        }
    }
}

/// A client's command in the group of the table.
type GroupCommand = fn(&mut World, &Caller) -> Result<(), Refusal>;

#[test]
fn commands_that_change_the_group_need_their_rank() {
    let admins = &[OWNER, ADMINS[0]][..];
    let everybody = &[OWNER, ADMINS[0], MEMBERS[0]][..];
    let cases: [(&str, GroupCommand, &[u64]); 8] = [
        (
            "join option",
            |world, caller| {
                let record = GroupRecord {
                    join_option: Some(1),
                    ..GroupRecord::default()
                };
                let request = ChangeGroupRequest {
                    group: Some(GROUP),
                    record: Some(record),
                };
                settings_of::change(world, caller, request).map(drop)
            },
            admins,
        ),
        (
            "invitations",
            |world, caller| {
                let request =
                    ChangeGroupRequest::invitations(group(GROUP), 0, Invitations::Disabled);
                settings_of::change(world, caller, request).map(drop)
            },
            admins,
        ),
        (
            "permissions",
            |world, caller| {
                let (group, permission) = (group(GROUP), Permission::CreateGroup);
                let request = ChangeGroupRequest::permission(group, 0, permission, false);
                settings_of::change(world, caller, request).map(drop)
            },
            admins,
        ),
        (
            "robots",
            |world, caller| {
                let request = RobotOptionRequest::new(group(GROUP), Some(0), None);
                settings::robots(world, caller, request).map(drop)
            },
            admins,
        ),
        (
            "bot",
            |world, caller| {
                let request = SwitchBotRequest::new(group(GROUP), uin(MEMBERS[1]), false);
                settings::switch_bot(world, caller, request).map(drop)
            },
            admins,
        ),
        (
            "own remark",
            |world, caller| {
                let request = RemarkRequest::new(group(GROUP), "mine".to_owned());
                settings_of::remark(world, caller, request).map(drop)
            },
            everybody,
        ),
        (
            "own messages",
            |world, caller| {
                let uid = world.person(caller.uin)?.uid;
                let request = MessageMaskRequest::new(group(GROUP), uid, 3);
                settings::message_mask(world, caller, request).map(drop)
            },
            everybody,
        ),
        (
            "transfer",
            |world, caller| {
                let from = world.person(caller.uin)?.uid;
                let to = world.person(uin(MEMBERS[1]))?.uid;
                let request = TransferRequest::new(group(GROUP), from, to);
                transfer::command(world, caller, request).map(drop)
            },
            &[OWNER],
        ),
    ];
    for (name, command, may) in cases {
        for actor in [OWNER, ADMINS[0], MEMBERS[0], OUTSIDER] {
            let mut world = cast();
            let (caller, _outbound) = caller(&mut world, actor);
            let done = command(&mut world, &caller);
            check(name, actor, may, done);
        }
    }
}

/// Checks that exactly these people may do something, and the codes of the others.
fn check(name: &str, actor: u64, may: &[u64], done: Result<(), Refusal>) {
    assert_eq!(
        done.is_ok(),
        may.contains(&actor),
        "{actor} does {name}: {done:?}"
    );
    if let Err(refusal) = done {
        let expected = match actor {
            OUTSIDER => code::NOT_A_MEMBER,
            _ => code::NO_PERMISSION,
        };
        assert_eq!(refusal.code, expected, "{actor} does {name}");
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
    let admins = &[OWNER, ADMINS[0]][..];
    let everybody = &[OWNER, ADMINS[0], MEMBERS[0]][..];
    let friend = json!({"target": FRIEND});
    // Who may do it; the owner cannot leave.
    let cases: [(&str, Value, &[u64]); 14] = [
        ("send_notice", json!({"text": "new"}), admins),
        ("delete_notice", json!({}), admins),
        ("read_notice", json!({}), everybody),
        ("allow_sign_in", json!({"enable": false}), admins),
        ("sign_in_group", json!({}), everybody),
        ("complete_todo", json!({}), everybody),
        ("cancel_todo", json!({}), admins),
        ("invite_to_group", friend, everybody),
        ("send_gray_tip", json!({"text": "new"}), everybody),
        ("mute_group", json!({"enable": true}), &[OWNER, ADMINS[0]]),
        ("mute_group", json!({"enable": false}), &[OWNER, ADMINS[0]]),
        ("rename_group", json!({"name": "new"}), &[OWNER, ADMINS[0]]),
        ("leave_group", json!({}), &[ADMINS[0], MEMBERS[0]]),
        ("dismiss_group", json!({}), &[OWNER]),
    ];
    for (verb, fields, may) in cases {
        for actor in [OWNER, ADMINS[0], MEMBERS[0], OUTSIDER] {
            let mut world = cast();
            let mut fields = fields.clone();
            match verb {
                "delete_notice" | "read_notice" => {
                    let notice = json!({"text": "before"});
                    let sent = act(&mut world, OWNER, "send_notice", notice).expect("a notice");
                    fields["id"] = sent["id"].clone();
                }
                "complete_todo" | "cancel_todo" => {
                    let said = json!({"message": "hi"});
                    let said = act(&mut world, OWNER, "send_group_message", said).expect("sent");
                    let todo = json!({"sequence": said["sequence"]});
                    act(&mut world, OWNER, "set_todo", todo).expect("a to-do");
                }
                _ => {}
            }
            let done = act(&mut world, actor, verb, fields);
            check(verb, actor, may, done.map(drop));
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

#[test]
fn who_may_invite_follows_the_groups_setting() {
    // The bits of the setting, and what comes of a member's invitation: refused, for an administrator, or for the friend.
    #[derive(Debug, PartialEq)]
    enum Came {
        Refused,
        ToAdmins,
        ToFriend,
    }
    let cases = [
        (Invitations::Disabled, 2, Came::Refused),
        (Invitations::Disabled, 1, Came::Refused),
        (Invitations::Approval, 2, Came::ToAdmins),
        (Invitations::Approval, 1, Came::ToFriend),
        (Invitations::Approval, 3, Came::Refused),
        (Invitations::Free, 2, Came::ToFriend),
        (Invitations::Free, 3, Came::Refused),
        (Invitations::FreeUnder100, 2, Came::ToFriend),
    ];
    for (setting, option, expected) in cases {
        for actor in PEOPLE {
            let mut world = cast();
            world
                .update_group(group(GROUP), |group| {
                    group.permissions.privileges = setting.bits();
                    group.joining.option = option;
                })
                .expect("a group");
            let story = format!("{actor} invites with {setting:?} and the option {option}");
            let invited = json!({"target": FRIEND});
            let came = match act(&mut world, actor, "invite_to_group", invited) {
                Err(refusal) => {
                    assert_eq!(refusal.code, code::NO_PERMISSION, "{story}");
                    Came::Refused
                }
                Ok(_) => {
                    let notices = world
                        .group_notices_about(group(GROUP), uin(FRIEND))
                        .expect("read");
                    match notices[0].receiver {
                        Some(_) => Came::ToFriend,
                        None => Came::ToAdmins,
                    }
                }
            };
            // The owner and administrators invite in any case.
            match role(actor) {
                Role::Member => assert_eq!(came, expected, "{story}"),
                Role::Admin | Role::Owner => assert_eq!(came, Came::ToFriend, "{story}"),
            }
        }
    }
}

#[test]
fn what_members_may_do_follows_the_groups_bits() {
    for (permission, verb) in [
        (Permission::TemporaryChat, "send_temporary_message"),
        (Permission::CreateGroup, "create_group"),
    ] {
        for forbidden in [false, true] {
            for actor in PEOPLE {
                let mut world = cast();
                // A stranger to everybody in the group.
                let member = crate::world::Member::new(Role::Member, 0);
                world
                    .insert_member(group(GROUP), uin(OUTSIDER), member)
                    .expect("a member");
                let bits = if forbidden { permission.bit() } else { 0 };
                world
                    .update_group(group(GROUP), |group| group.permissions.privileges = bits)
                    .expect("a group");
                let fields = match permission {
                    Permission::CreateGroup => json!({"name": "new", "members": [OUTSIDER]}),
                    _ => json!({"to": OUTSIDER, "message": "hi"}),
                };
                let done = act(&mut world, actor, verb, fields);
                let allowed = !forbidden || role(actor) != Role::Member;
                assert_eq!(done.is_ok(), allowed, "{actor} does {verb}: {done:?}");
                if let Err(refusal) = done {
                    assert_eq!(refusal.code, code::NO_PERMISSION, "{actor} does {verb}");
                }
            }
        }
    }
}
