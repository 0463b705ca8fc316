//! Notices of groups, and answers to applications and invitations. protocol/04 §5.6, §6.9

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    commands::requests::{
        GroupNotice as Listed, NoticeAnswer, NoticeState, NoticeUser, notice_kind,
    },
    field::Required,
    proto::requests::{AnswerGroupNotice, Answered, GroupNoticesReply, GroupNoticesRequest},
};
use serde::Deserialize;

use super::joining::admit;
use crate::{
    http::Empty,
    refusal::{Refusal, code},
    router::Caller,
    world::{Change, GroupNotice, World},
};

/// Maximum number of notices in a list.
const MAX_LISTED: usize = 100;
/// Maximum length of a reason, in characters.
const MAX_REASON: usize = 200;

/// Answers an application or an invitation that waits for an answer.
fn answer(
    world: &mut World,
    actor: Uin,
    notice: GroupNotice,
    answer: NoticeAnswer,
    reason: String,
) -> Result<(), Refusal> {
    let (group, user) = (notice.group, notice.user);
    match notice.receiver {
        Some(receiver) if receiver != actor => {
            let text = format!("the invitation into group {group} is not for {actor}");
            return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
        }
        Some(_) => {}
        None => {
            world.acting_admin(group, actor)?;
        }
    }
    if !notice.is_pending() {
        let text = format!("the request about {user} in group {group} is already answered");
        return Err(not_pending(text));
    }
    if reason.chars().count() > MAX_REASON {
        let text = format!("`reason` has at most {MAX_REASON} characters");
        return Err(Refusal::bad_request(text));
    }
    let (kind, inviter) = (notice.kind, notice.second);
    let mut answered = GroupNotice {
        state: match answer {
            NoticeAnswer::Accept => NoticeState::Accepted,
            NoticeAnswer::Refuse => NoticeState::Refused,
            NoticeAnswer::Ignore => NoticeState::Ignored,
        },
        ..notice
    };
    match kind {
        notice_kind::APPLICATION => answered.second = Some(actor),
        _ => answered.third = Some(actor),
    }
    world.update_group_notice(&answered)?;
    let change = Change::GroupRequestAnswered {
        group,
        target: user,
        answer: match answer {
            NoticeAnswer::Accept => "accept",
            NoticeAnswer::Refuse => "refuse",
            NoticeAnswer::Ignore => "ignore",
        },
        application: kind == notice_kind::APPLICATION,
    };
    world.record(Some(actor), change);
    // The list of who asked gets the answer.
    let reply = match (kind, answer) {
        (notice_kind::APPLICATION, NoticeAnswer::Accept) => {
            Some((notice_kind::APPLICATION_ACCEPTED, Some(user), actor))
        }
        (notice_kind::APPLICATION, NoticeAnswer::Refuse) => {
            Some((notice_kind::APPLICATION_REFUSED, Some(user), actor))
        }
        (notice_kind::INVITATION, NoticeAnswer::Accept) => {
            Some((notice_kind::INVITATION_ACCEPTED, inviter, actor))
        }
        (notice_kind::INVITATION, NoticeAnswer::Refuse) => {
            Some((notice_kind::INVITATION_REFUSED, inviter, actor))
        }
        _ => None,
    };
    if let Some((kind, Some(receiver), second)) = reply {
        let notice = GroupNotice {
            comment: reason,
            ..GroupNotice::new(group, kind, user, Some(second)).only_for(receiver)
        };
        world.add_group_notice(&notice)?;
    }
    if answer == NoticeAnswer::Accept {
        let (brought, operator) = match kind {
            notice_kind::APPLICATION => (false, Some(actor)),
            _ => (true, inviter),
        };
        admit(world, group, user, brought, operator)?;
    }
    Ok(())
}

fn not_pending(text: String) -> Refusal {
    Refusal::conflict(text).coded(code::NOT_PENDING)
}

fn list(
    world: &World,
    account: Uin,
    filtered: bool,
    request: &GroupNoticesRequest,
) -> Result<GroupNoticesReply, Refusal> {
    let count = usize::try_from(request.count.unwrap_or(0)).unwrap_or(MAX_LISTED);
    let count = count.min(MAX_LISTED);
    // Without a start the list begins with the newest notice.
    let below = match request.start.unwrap_or(0) {
        0 => u64::MAX,
        start => start,
    };
    // One more tells whether the list goes on.
    let mut notices = world.group_notices_of(account, filtered, below, count + 1)?;
    let more = notices.len() > count;
    notices.truncate(count);
    let last = notices.last().map_or(0, |notice| notice.sequence);
    let next = if more { last } else { 0 };
    let user = |uin: Uin| {
        world.find_person(uin).map(|person| NoticeUser {
            uid: person.uid,
            nickname: person.nickname.clone(),
        })
    };
    let listed: Vec<Listed> = notices
        .into_iter()
        .map(|notice| Listed {
            sequence: notice.sequence,
            kind: notice.kind,
            state: notice.state,
            group: notice.group,
            group_name: notice.group_name,
            user: user(notice.user),
            second: notice.second.and_then(user),
            third: notice.third.and_then(user),
            time: notice.time,
            comment: notice.comment,
        })
        .collect();
    Ok(GroupNoticesReply::new(&listed, next))
}

pub(super) fn list_command(
    world: &mut World,
    caller: &Caller,
    request: GroupNoticesRequest,
) -> Result<GroupNoticesReply, Refusal> {
    list(world, caller.uin, false, &request)
}

pub(super) fn filtered_command(
    world: &mut World,
    caller: &Caller,
    request: GroupNoticesRequest,
) -> Result<GroupNoticesReply, Refusal> {
    list(world, caller.uin, true, &request)
}

fn answer_in_list(
    world: &mut World,
    actor: Uin,
    filtered: bool,
    request: AnswerGroupNotice,
) -> Result<Answered, Refusal> {
    let decided = request.answer().ok_or_else(|| {
        Refusal::bad_request("`operate` is none of 1, 2, 3").coded(code::MALFORMED)
    })?;
    let named = request.notice.unwrap_or_default();
    let group: GroupUin = named.group.required("group")?;
    let sequence = named.sequence.unwrap_or(0);
    let found = world.group_notice(sequence)?.filter(|notice| {
        Some(notice.kind) == named.r#type && notice.group == group && notice.filtered == filtered
    });
    let found = found.ok_or_else(|| {
        not_pending(format!(
            "sequence {sequence} and type match no request of group {group}"
        ))
    })?;
    answer(
        world,
        actor,
        found,
        decided,
        named.message.unwrap_or_default(),
    )?;
    Ok(Answered {})
}

pub(super) fn answer_command(
    world: &mut World,
    caller: &Caller,
    request: AnswerGroupNotice,
) -> Result<Answered, Refusal> {
    answer_in_list(world, caller.uin, false, request)
}

pub(super) fn answer_filtered_command(
    world: &mut World,
    caller: &Caller,
    request: AnswerGroupNotice,
) -> Result<Answered, Refusal> {
    answer_in_list(world, caller.uin, true, request)
}

/// Parameters of `answer_group_request`.
#[derive(Debug, Deserialize)]
pub(super) struct AnswerAct {
    group: GroupUin,
    /// Who applied or is invited.
    target: Uin,
    approve: bool,
    #[serde(default)]
    reason: String,
}

/// Answers the newest request about the target that is for the actor.
pub(super) fn answer_act(world: &mut World, actor: Uin, act: AnswerAct) -> Result<Empty, Refusal> {
    let notices = world.group_notices_about(act.group, act.target)?;
    let mut requests = notices.into_iter().filter(|notice| {
        let request = matches!(
            notice.kind,
            notice_kind::APPLICATION | notice_kind::INVITATION | notice_kind::INVITATION_OF_OTHER
        );
        request && notice.receiver.is_none_or(|receiver| receiver == actor)
    });
    let found = requests.next().ok_or_else(|| {
        let text = format!(
            "group {} has no request about {} for {actor}",
            act.group, act.target
        );
        Refusal::not_found(text)
    })?;
    let decided = if act.approve {
        NoticeAnswer::Accept
    } else {
        NoticeAnswer::Refuse
    };
    answer(world, actor, found, decided, act.reason)?;
    Ok(Empty {})
}
