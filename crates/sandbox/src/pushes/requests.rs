//! The pushes of requests. protocol/05 §10.4

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    message::Party,
    push::{
        FriendAdded, FriendRequested, GroupRequest, GroupRequested, MemberJoined, Push, SelfJoined,
    },
};

use super::{notice, notify, party, uid};
use crate::world::{Role, World};

/// Type of the push to a refused applicant. protocol/05 §5.3
const APPLICATION_REFUSED: u32 = 86;

/// The greeting in the push about a new friend.
const GREETING: &str = "我们已经是好友啦，一起来聊天吧!";

pub(super) fn friend_requested(
    world: &mut World,
    asker: Uin,
    target: Uin,
    comment: &str,
    source: &str,
) {
    let Some(uid) = uid(world, asker) else {
        return;
    };
    let push = Push::from(FriendRequested {
        from: party(world, asker),
        uid,
        comment: comment.to_owned(),
        via: source.to_owned(),
    });
    notify(world, target, Some(asker), &push, rand::random(), None);
}

/// Each of two new friends gets the other.
pub(super) fn friend_added(world: &mut World, one: Uin, other: Uin) {
    let random = rand::random();
    for (receiver, friend) in [(other, one), (one, other)] {
        let push = Push::from(FriendAdded {
            friend: party(world, friend),
            nickname: world.name_of(friend),
            greeting: GREETING.to_owned(),
        });
        notify(world, receiver, Some(friend), &push, random, None);
    }
}

/// The owner and the administrators of a group get a request that they can answer.
pub(super) fn to_admins(world: &mut World, group: GroupUin, request: GroupRequest<Party>) {
    let push = Push::from(GroupRequested { group, request });
    let random = rand::random();
    for member in world.online_members(group) {
        let role = world.member(group, member).map(|member| member.role);
        if role.is_ok_and(|role| role > Role::Member) {
            notice(world, member, (group.get(), None), &push, random, None);
        }
    }
}

pub(super) fn invited(world: &mut World, inviter: Uin, group: GroupUin, target: Uin) {
    let inviter = party(world, inviter);
    let request = GroupRequest::Invitation { inviter };
    let push = Push::from(GroupRequested { group, request });
    let from = (group.get(), None);
    notice(world, target, from, &push, rand::random(), None);
}

pub(super) fn application_refused(world: &mut World, group: GroupUin, applicant: Uin) {
    let number = u32::try_from(group.get()).unwrap_or(u32::MAX);
    let push = Push::Unknown {
        kind: APPLICATION_REFUSED,
        sub_kind: 0,
        payload: number.to_be_bytes().to_vec().into(),
    };
    let from = (group.get(), None);
    notice(world, applicant, from, &push, rand::random(), None);
}

/// The new member gets the group, the others get the new member.
pub(super) fn joined(
    world: &mut World,
    group: GroupUin,
    member: Uin,
    invited: bool,
    operator: Option<Uin>,
) {
    let operator = operator.map(|operator| party(world, operator));
    let from = (group.get(), None);
    let push = Push::from(SelfJoined { group, operator });
    notice(world, member, from, &push, rand::random(), None);
    let push = Push::from(MemberJoined {
        group,
        member: party(world, member),
        invited,
        operator,
    });
    let random = rand::random();
    for other in world.online_members(group) {
        if other != member {
            notice(world, other, from, &push, random, None);
        }
    }
}
