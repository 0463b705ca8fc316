//! Likes of profiles. protocol/04 §3.6, §3.7

use std::ops::RangeInclusive;

use nekonap_ids::{Uid, Uin};
use nekonap_wire::{
    commands::friends::{Liker, Sex},
    field::Required,
    proto::friends::{LikesReply, LikesRequest, SendLikesReply, SendLikesRequest},
};
use serde::{Deserialize, Serialize};

use crate::{
    refusal::{Refusal, code},
    router::Caller,
    world::{Change, Likes, World},
};

/// How many likes one request gives.
const COUNT: RangeInclusive<u32> = 1..=SendLikesRequest::MAX_COUNT;
/// `source` of likes given on the profile card.
const PROFILE_CARD: u32 = 71;

/// Likes the profile of another account. Returns how many likes were added, and how many there are in total.
fn like(world: &mut World, actor: Uin, target: Uin, count: u32) -> Result<(u32, u32), Refusal> {
    world.person(target)?;
    if !COUNT.contains(&count) {
        let text = format!("{count} likes: one call gives 1 to {}", COUNT.end());
        return Err(Refusal::bad_request(text));
    }
    if actor == target {
        return Err(Refusal::bad_request("nobody likes their own profile"));
    }
    if world.blocks(target, actor)? {
        let text = format!("{target} has blocked {actor}");
        return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
    }
    let (added, total) = world.add_likes(actor, target, count)?;
    if added == 0 {
        let text = "the likes for this person are used up for today";
        return Err(Refusal::not_allowed(code::NO_MORE_LIKES, text));
    }
    let liked = Change::ProfileLiked {
        target,
        times: added,
    };
    world.record(Some(actor), liked);
    Ok((added, total))
}

pub(super) fn send(
    world: &mut World,
    caller: &Caller,
    request: SendLikesRequest,
) -> Result<SendLikesReply, Refusal> {
    let uid: Uid = request.uid.required("uid")?;
    let target = world.by_uid(uid)?;
    let (added, total) = like(world, caller.uin, target, request.count.unwrap_or(0))?;
    Ok(SendLikesReply {
        added: Some(added),
        total: Some(total),
    })
}

/// The numbers of likes of any account.
pub(super) fn totals(
    world: &mut World,
    _: &Caller,
    request: LikesRequest,
) -> Result<LikesReply, Refusal> {
    let uid: Uid = request.uid.required("uid")?;
    let account = world.by_uid(uid)?;
    let totals = world.like_totals(account)?;
    Ok(LikesReply::new(uid, totals, (Vec::new(), Vec::new()), None))
}

/// The people in the lists of the caller's own likes that the request asks for.
pub(super) fn people(
    world: &mut World,
    caller: &Caller,
    request: LikesRequest,
) -> Result<LikesReply, Refusal> {
    let uid: Uid = request.uid.required("uid")?;
    if world.by_uid(uid)? != caller.uin {
        let text = "only the account itself sees who likes it";
        return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
    }
    let limit = request.limit.filter(|limit| *limit > 0);
    let limit = limit
        .unwrap_or(LikesRequest::MAX_PAGE)
        .min(LikesRequest::MAX_PAGE);
    // -1 asks for all, which begin at the first.
    let start = u32::try_from(request.start.unwrap_or(0)).unwrap_or(0);
    let totals = world.like_totals(caller.uin)?;
    let mut more = false;
    let mut page = |wanted: Option<u32>, read: fn(&World, Uin, u32, u32) -> _| {
        if wanted != Some(1) {
            return Ok(Vec::new());
        }
        // One more than the page has, to know whether there are more.
        let mut likes: Vec<Likes> = read(world, caller.uin, start, limit + 1)?;
        let size = usize::try_from(limit).unwrap_or(usize::MAX);
        more |= likes.len() > size;
        likes.truncate(size);
        let people = likes.into_iter().filter_map(|likes| person(world, likes));
        Ok::<_, Refusal>(people.collect())
    };
    let likers = page(request.vote, World::likers)?;
    let liked = page(request.favorite, World::liked)?;
    if request.vote == Some(1) {
        world.visit_likes(caller.uin)?;
    }
    let next = more.then(|| start.saturating_add(limit));
    Ok(LikesReply::new(uid, totals, (likers, liked), next))
}

fn person(world: &World, likes: Likes) -> Option<Liker> {
    let person = world.find_person(likes.other)?;
    Some(Liker {
        uid: person.uid,
        source: PROFILE_CARD,
        latest: likes.latest,
        count: likes.total,
        gift_count: 0,
        custom_id: 0,
        last_charged: 0,
        today: likes.today,
        nickname: person.nickname.clone(),
        sex: Sex::from(u64::from(person.sex.number())),
        age: person.age(world.now()).into(),
        vip: false,
        svip: false,
    })
}

/// Parameters of `like_profile`.
#[derive(Debug, Deserialize)]
pub(crate) struct LikeAct {
    target: Uin,
    times: u32,
}

/// Reply of `like_profile`.
#[derive(Debug, Serialize)]
pub(crate) struct Liked {
    /// How many likes were counted.
    added: u32,
    /// How many likes the actor has given this person.
    total: u32,
}

/// Likes a profile as a person.
pub(crate) fn act(world: &mut World, actor: Uin, act: LikeAct) -> Result<Liked, Refusal> {
    let (added, total) = like(world, actor, act.target, act.times)?;
    Ok(Liked { added, total })
}
