//! Joining a group: by application, or by invitation. protocol/04 §6.8, §6.9, §6.10

use nekonap_ids::{GroupUin, Uid, Uin};
use nekonap_wire::{
    commands::{
        admin::Invitations,
        requests::{NoticeState, notice_kind},
    },
    field::Required,
    message::{Card, Element},
    proto::requests::{Answered, InviteRequest},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    http::Empty,
    refusal::{Refusal, code},
    router::Caller,
    services::messages::send::{Draft, To, send},
    world::{Change, GroupNotice, MAX_MEMBERS, Member, Role, World},
};

/// Maximum length of a comment, in characters.
const MAX_COMMENT: usize = 200;
/// Maximum number of people in one invitation.
const MAX_INVITED: usize = 50;

/// With fewer members, a group can let its members invite without approval. protocol/04 §6.11
const SMALL_GROUP: u32 = 100;

/// The values of `Joining::option`.
mod option {
    pub(super) const ANYBODY: u32 = 1;
    pub(super) const NOBODY: u32 = 3;
    pub(super) const ANSWER: u32 = 4;
    pub(super) const ANSWER_AND_APPROVAL: u32 = 5;
}

/// Makes a person a member, and settles the other requests about them. `operator` accepted, or invited.
pub(super) fn admit(
    world: &mut World,
    group: GroupUin,
    person: Uin,
    invited: bool,
    operator: Option<Uin>,
) -> Result<(), Refusal> {
    has_room(world, group)?;
    settle(world, group, person)?;
    let member = Member::new(Role::Member, world.now());
    world.insert_member(group, person, member)?;
    let joined = Change::MemberJoined {
        group,
        target: person,
        invited,
        operator,
    };
    world.record(Some(operator.unwrap_or(person)), joined);
    Ok(())
}

/// Marks the requests about a person that wait for an answer as settled.
fn settle(world: &World, group: GroupUin, person: Uin) -> Result<(), Refusal> {
    for notice in world.group_notices_about(group, person)? {
        if notice.is_pending() {
            let state = NoticeState::Handled;
            world.update_group_notice(&GroupNotice { state, ..notice })?;
        }
    }
    Ok(())
}

fn has_room(world: &World, group: GroupUin) -> Result<(), Refusal> {
    if world.group(group)?.count() >= MAX_MEMBERS {
        let text = format!("group {group} has {MAX_MEMBERS} members and is full");
        return Err(Refusal::conflict(text));
    }
    Ok(())
}

/// Checks that a person can become a member.
fn is_outside(world: &World, group: GroupUin, person: Uin) -> Result<(), Refusal> {
    if world.group(group)?.members().contains_key(&person) {
        let text = format!("{person} is already in group {group}");
        return Err(Refusal::conflict(text));
    }
    has_room(world, group)
}

fn not_admitted(group: GroupUin, why: &str) -> Refusal {
    Refusal::not_allowed(code::NO_PERMISSION, format!("group {group} {why}"))
}

/// Applies to join a group. Returns the sequence of the notice, or `None` if the person is a member at once. A second
/// application takes the place of the first.
fn join(world: &mut World, actor: Uin, act: JoinAct) -> Result<Option<u64>, Refusal> {
    let group = act.group;
    is_outside(world, group, actor)?;
    if act.comment.chars().count() > MAX_COMMENT {
        let text = format!("`comment` has at most {MAX_COMMENT} characters");
        return Err(Refusal::bad_request(text));
    }
    if world.refuses_applicant(group, actor)? {
        return Err(not_admitted(group, "refuses this person"));
    }
    let joining = world.group(group)?.joining.clone();
    let comment = match joining.option {
        option::NOBODY => return Err(not_admitted(group, "lets nobody in")),
        option::ANSWER if act.comment != joining.answer => {
            return Err(not_admitted(
                group,
                "has a question, and the answer is wrong",
            ));
        }
        option::ANYBODY | option::ANSWER => {
            admit(world, group, actor, false, None)?;
            return Ok(None);
        }
        option::ANSWER_AND_APPROVAL => {
            format!("问题：{}\n答案：{}", joining.question, act.comment)
        }
        _ => act.comment,
    };
    settle(world, group, actor)?;
    let sequence = world.add_group_notice(&GroupNotice {
        state: NoticeState::Pending,
        filtered: act.filtered,
        comment: comment.clone(),
        ..GroupNotice::new(group, notice_kind::APPLICATION, actor, None)
    })?;
    let applied = Change::GroupApplied {
        group,
        comment,
        filtered: act.filtered,
    };
    world.record(Some(actor), applied);
    Ok(Some(sequence))
}

/// Invites a friend into a group. Where members need approval, an administrator decides; otherwise the friend does.
fn invite(world: &mut World, actor: Uin, group: GroupUin, target: Uin) -> Result<(), Refusal> {
    let role = world.acting_member(group, actor)?.role;
    world.person(target)?;
    is_outside(world, group, target)?;
    if world.app_id(target)?.is_some() {
        return add_robot(world, actor, (group, role), target);
    }
    if !world.are_friends(actor, target) {
        let text = format!("{actor} and {target} are not friends");
        return Err(Refusal::not_allowed(code::NOT_ACCEPTED, text));
    }
    let found = world.group(group)?;
    let option = found.joining.option;
    let free = match found.permissions.invitations() {
        Invitations::Disabled if role == Role::Member => {
            return Err(not_admitted(group, "does not let its members invite"));
        }
        Invitations::Disabled | Invitations::Approval => option == option::ANYBODY,
        Invitations::Free => true,
        Invitations::FreeUnder100 => option == option::ANYBODY || found.count() < SMALL_GROUP,
    };
    if role == Role::Member && option == option::NOBODY {
        return Err(not_admitted(group, "lets nobody in"));
    }
    let approval = role == Role::Member && !free;
    if role == Role::Member && world.refuses_applicant(group, target)? {
        return Err(not_admitted(group, "refuses this person"));
    }
    settle(world, group, target)?;
    let (kind, receiver) = if approval {
        (notice_kind::INVITATION_OF_OTHER, None)
    } else {
        (notice_kind::INVITATION, Some(target))
    };
    let sequence = world.add_group_notice(&GroupNotice {
        state: NoticeState::Pending,
        receiver,
        ..GroupNotice::new(group, kind, target, Some(actor))
    })?;
    let invited = Change::GroupInvited {
        group,
        target,
        approval,
    };
    world.record(Some(actor), invited);
    if !approval {
        let json = card(world, (group, sequence), actor, target)?;
        let draft = Draft {
            to: To::Friend(target),
            elements: vec![Element::Card(Card { json })],
            client_sequence: rand::random(),
            random: rand::random(),
            thrown: false,
            connection: None,
        };
        send(world, actor, draft)?;
    }
    Ok(())
}

/// Adds a robot, which is not asked. The group decides whether its members may do this, and whether an administrator has
/// to agree. protocol/04 §6.11
fn add_robot(
    world: &mut World,
    actor: Uin,
    (group, role): (GroupUin, Role),
    robot: Uin,
) -> Result<(), Refusal> {
    let permissions = world.group(group)?.permissions;
    if role == Role::Member && !permissions.robots_allowed {
        return Err(not_admitted(group, "does not let its members add robots"));
    }
    if role != Role::Member || !permissions.robots_examined {
        return admit(world, group, robot, true, Some(actor));
    }
    settle(world, group, robot)?;
    world.add_group_notice(&GroupNotice {
        state: NoticeState::Pending,
        ..GroupNotice::new(group, notice_kind::INVITATION_OF_OTHER, robot, Some(actor))
    })?;
    let invited = Change::GroupInvited {
        group,
        target: robot,
        approval: true,
    };
    world.record(Some(actor), invited);
    Ok(())
}

/// The card of an invitation, in the private chat of inviter and invited. protocol/05 §5.6
fn card(
    world: &World,
    (group, sequence): (GroupUin, u64),
    inviter: Uin,
    target: Uin,
) -> Result<String, Refusal> {
    let name = &world.group(group)?.name;
    let link = format!(
        "mqqapi://group/invite_join?src_type=internal&version=1&groupcode={group}&msgseq={sequence}\
         &senderuin={inviter}&receiveruin={target}"
    );
    let card = json!({
        "app": "com.tencent.qun.invite",
        "view": "news",
        "ver": "1.0.0.0",
        "prompt": "邀请你加入群聊",
        "bizsrc": "qun.invite",
        "meta": {"news": {
            "title": "邀请你加入群聊",
            "desc": format!("{}邀请你加入群聊{name}", world.name_of(inviter)),
            "jumpUrl": link,
        }},
    });
    Ok(card.to_string())
}

pub(super) fn invite_command(
    world: &mut World,
    caller: &Caller,
    request: InviteRequest,
) -> Result<Answered, Refusal> {
    let group = request.group.required("group")?;
    if request.people.len() > MAX_INVITED {
        let text = format!("`people` has at most {MAX_INVITED} entries");
        return Err(Refusal::bad_request(text));
    }
    for person in request.people {
        let uid: Uid = person.uid.required("uid")?;
        let target = world.by_uid(uid)?;
        invite(world, caller.uin, group, target)?;
    }
    Ok(Answered {})
}

/// Parameters of `join_group`.
#[derive(Debug, Deserialize)]
pub(super) struct JoinAct {
    group: GroupUin,
    #[serde(default)]
    comment: String,
    #[serde(default)]
    filtered: bool,
}

/// Reply of `join_group`.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Joined {
    Waits {
        /// Sequence of the notice, as text.
        flag: String,
    },
    Member {
        joined: bool,
    },
}

pub(super) fn join_act(world: &mut World, actor: Uin, act: JoinAct) -> Result<Joined, Refusal> {
    Ok(match join(world, actor, act)? {
        Some(sequence) => Joined::Waits {
            flag: sequence.to_string(),
        },
        None => Joined::Member { joined: true },
    })
}

/// Parameters of `invite_to_group`.
#[derive(Debug, Deserialize)]
pub(super) struct InviteAct {
    group: GroupUin,
    target: Uin,
}

pub(super) fn invite_act(world: &mut World, actor: Uin, act: InviteAct) -> Result<Empty, Refusal> {
    invite(world, actor, act.group, act.target)?;
    Ok(Empty {})
}
