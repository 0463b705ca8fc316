//! Friend requests, ordinary and doubtful. protocol/04 §3.2, §3.3

use nekonap_ids::{Uid, Uin};
use nekonap_wire::{
    commands::requests::{DoubtfulFriendRequest, FriendRequest as Listed},
    field::Required,
    proto::requests::{
        AcceptDoubtfulRequest, AnswerFriendRequest, Answered, DoubtfulReply, DoubtfulRequest,
        FriendRequestsReply, FriendRequestsRequest,
    },
};
use serde::{Deserialize, Serialize};

use crate::{
    http::Empty,
    refusal::{Refusal, code},
    router::Caller,
    world::{Answer, Change, FriendRequest, World},
};

/// Maximum length of a comment, in characters.
const MAX_COMMENT: usize = 200;
/// Maximum number of requests in a list.
const MAX_LISTED: u32 = 200;
/// Where the asker found the target, if the act does not say it.
const SOURCE: &str = "QQ号查找";
/// Why a doubtful request was filtered out, if the act does not say it.
const WARNING: &str = "该账号存在异常";

/// Asks a person to become a friend. A second request takes the place of the first.
fn request(world: &mut World, actor: Uin, act: RequestAct) -> Result<(), Refusal> {
    world.person(act.to)?;
    if act.to == actor {
        return Err(Refusal::bad_request("`to` is the person who asks"));
    }
    if world.are_friends(actor, act.to) {
        let text = format!("{actor} and {} are already friends", act.to);
        return Err(Refusal::conflict(text));
    }
    if act.comment.chars().count() > MAX_COMMENT {
        let text = format!("`comment` has at most {MAX_COMMENT} characters");
        return Err(Refusal::bad_request(text));
    }
    let found = FriendRequest {
        asker: actor,
        target: act.to,
        time: world.now(),
        comment: act.comment,
        source: act.source.unwrap_or_else(|| SOURCE.to_owned()),
        doubtful: act.doubtful,
        warning: if act.doubtful {
            act.warning.unwrap_or_else(|| WARNING.to_owned())
        } else {
            String::new()
        },
        state: Answer::Pending,
    };
    world.put_friend_request(&found)?;
    let change = Change::FriendRequested {
        to: found.target,
        comment: found.comment,
        doubtful: found.doubtful,
        source: found.source,
    };
    world.record(Some(actor), change);
    Ok(())
}

/// Answers a request that was not answered yet. Accepting answers a request in the other direction too.
fn answer(world: &mut World, found: FriendRequest, accept: bool) -> Result<(), Refusal> {
    let (actor, asker) = (found.target, found.asker);
    if found.state != Answer::Pending {
        let text = format!("the friend request of {asker} to {actor} is already answered");
        return Err(Refusal::conflict(text));
    }
    let state = if accept {
        Answer::Accepted
    } else {
        Answer::Refused
    };
    world.put_friend_request(&FriendRequest { state, ..found })?;
    if accept {
        if let Some(other) = world.friend_request(actor, asker)? {
            world.put_friend_request(&FriendRequest { state, ..other })?;
        }
        world.add_friendship((actor, 0), (asker, 0))?;
    }
    let answered = Change::FriendRequestAnswered {
        from: asker,
        approve: accept,
    };
    world.record(Some(actor), answered);
    Ok(())
}

/// The request of one person to another.
fn find(world: &World, asker: Uin, actor: Uin) -> Result<FriendRequest, Refusal> {
    let found = world.friend_request(asker, actor)?;
    found.ok_or_else(|| {
        Refusal::not_found(format!("there is no friend request of {asker} to {actor}"))
    })
}

pub(super) fn list_command(
    world: &mut World,
    caller: &Caller,
    request: FriendRequestsRequest,
) -> Result<FriendRequestsReply, Refusal> {
    let me = world.person(caller.uin)?.uid;
    let count = request.count.unwrap_or(0).min(MAX_LISTED);
    let mut listed = Vec::new();
    for found in world.friend_requests_of(caller.uin, count)? {
        let own = found.asker == caller.uin;
        let other = if own { found.target } else { found.asker };
        if found.doubtful && !own {
            continue;
        }
        listed.push(Listed {
            uid: uid(world, other)?,
            own,
            state: match (found.state, own) {
                (Answer::Pending, false) => Listed::PENDING,
                (Answer::Accepted, false) => Listed::ACCEPTED,
                (Answer::Refused, false) => Listed::REFUSED,
                (Answer::Pending, true) => Listed::WAITS_FOR_PEER,
                (Answer::Accepted, true) => Listed::ACCEPTED_BY_PEER,
                (Answer::Refused, true) => Listed::REFUSED_BY_PEER,
            },
            time: found.time,
            comment: found.comment,
            source: found.source,
        });
    }
    let total = u32::try_from(listed.len()).unwrap_or(u32::MAX);
    Ok(FriendRequestsReply::new(me, &listed, total))
}

pub(super) fn answer_command(
    world: &mut World,
    caller: &Caller,
    request: AnswerFriendRequest,
) -> Result<Answered, Refusal> {
    let accept = request.accepts().ok_or_else(|| {
        Refusal::bad_request("`accept` is neither 3 nor 5").coded(code::MALFORMED)
    })?;
    let asker = world.by_uid(request.target_uid.required("target_uid")?)?;
    let found = find(world, asker, caller.uin)?;
    if found.doubtful {
        let text = format!("the friend request of {asker} is a doubtful one");
        return Err(Refusal::not_found(text));
    }
    answer(world, found, accept)?;
    Ok(Answered {})
}

/// The list of doubtful requests, or the refusal of one.
pub(super) fn doubtful_command(
    world: &mut World,
    caller: &Caller,
    request: DoubtfulRequest,
) -> Result<DoubtfulReply, Refusal> {
    if let Some(count) = request.count() {
        return doubtful(world, caller.uin, count.min(MAX_LISTED));
    }
    if request.operation != Some(DoubtfulRequest::DELETE) {
        return Err(Refusal::bad_request("`operation` is neither 1 nor 3").coded(code::MALFORMED));
    }
    let person = request.target.and_then(|target| target.uid);
    refuse_doubtful(world, caller.uin, person.required("uid")?)?;
    Ok(DoubtfulReply::new(&[]))
}

fn doubtful(world: &World, account: Uin, count: u32) -> Result<DoubtfulReply, Refusal> {
    let mut listed = Vec::new();
    for found in world.friend_requests_of(account, MAX_LISTED)? {
        let waits = found.state == Answer::Pending && found.doubtful && found.target == account;
        if waits && listed.len() < count as usize {
            listed.push(DoubtfulFriendRequest {
                uid: uid(world, found.asker)?,
                nickname: world.name_of(found.asker),
                comment: found.comment,
                source: found.source,
                warning: found.warning,
                time: found.time,
                group: None,
            });
        }
    }
    Ok(DoubtfulReply::new(&listed))
}

fn refuse_doubtful(world: &mut World, account: Uin, person: Uid) -> Result<(), Refusal> {
    let found = find_doubtful(world, account, person)?;
    answer(world, found, false)
}

pub(super) fn accept_doubtful_command(
    world: &mut World,
    caller: &Caller,
    request: AcceptDoubtfulRequest,
) -> Result<Answered, Refusal> {
    let person = request.request_uid.required("request_uid")?;
    let found = find_doubtful(world, caller.uin, person)?;
    answer(world, found, true)?;
    Ok(Answered {})
}

fn find_doubtful(world: &World, account: Uin, person: Uid) -> Result<FriendRequest, Refusal> {
    let asker = world.by_uid(person)?;
    let found = find(world, asker, account)?;
    if !found.doubtful {
        let text = format!("the friend request of {asker} is not a doubtful one");
        return Err(Refusal::not_found(text));
    }
    Ok(found)
}

fn uid(world: &World, uin: Uin) -> Result<Uid, Refusal> {
    world.person(uin).map(|person| person.uid)
}

/// Parameters of `request_friend`.
#[derive(Debug, Deserialize)]
pub(super) struct RequestAct {
    to: Uin,
    #[serde(default)]
    comment: String,
    source: Option<String>,
    #[serde(default)]
    doubtful: bool,
    warning: Option<String>,
}

/// Reply of `request_friend`.
#[derive(Debug, Serialize)]
pub(super) struct Requested {
    /// Uid of the person who asks: it names the request to the other one.
    flag: Uid,
}

pub(super) fn request_act(
    world: &mut World,
    actor: Uin,
    act: RequestAct,
) -> Result<Requested, Refusal> {
    request(world, actor, act)?;
    Ok(Requested {
        flag: uid(world, actor)?,
    })
}

/// Parameters of `answer_friend_request`.
#[derive(Debug, Deserialize)]
pub(super) struct AnswerAct {
    from: Uin,
    approve: bool,
}

pub(super) fn answer_act(world: &mut World, actor: Uin, act: AnswerAct) -> Result<Empty, Refusal> {
    let found = find(world, act.from, actor)?;
    answer(world, found, act.approve)?;
    Ok(Empty {})
}
