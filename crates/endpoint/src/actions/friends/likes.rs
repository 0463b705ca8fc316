//! `send_like`, `get_profile_like`, `get_profile_like_me`, `get_profile_like_count` (api/actions §3.4).

use nekonap_client::{LikeList, LikePage, LikeTotals, Liker, Sex};
use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    actions::Done,
    bot::Context,
    error::{Failure, Result},
};

/// How often a person may be liked in a day.
const A_DAY: u32 = 10;

/// Parameters of `send_like`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SendLike {
    /// QQ number of the user.
    user_id: Uin,
    /// Number of likes, at least 1. QQ accepts at most 20 at a time, and 10 for one person in a day.
    #[serde(default = "once")]
    times: u32,
}

/// Parameters of `get_profile_like`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetProfileLike {
    /// QQ number of the account whose likes are counted; by default the own account. The people of another account are not
    /// returned.
    user_id: Option<Uin>,
    /// Offset of the first person in the lists.
    #[serde(default)]
    start: u32,
    /// Number of people in each list; -1 means all.
    #[serde(default = "ten")]
    count: i64,
}

/// Parameters of `get_profile_like_me`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetProfileLikeMe {
    /// Offset of the first person.
    #[serde(default)]
    start: u32,
    /// Number of people; -1 means all.
    #[serde(default = "twenty")]
    count: i64,
}

/// Parameters of `get_profile_like_count`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetProfileLikeCount {
    /// QQ number of the account; by default the own account.
    user_id: Option<Uin>,
}

const fn once() -> u32 {
    1
}

const fn ten() -> i64 {
    10
}

const fn twenty() -> i64 {
    20
}

/// The likes of an account. The numbers and people of `voteInfo` are repeated outside it, for compatibility with different
/// programs.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ProfileLikes {
    #[serde(flatten)]
    received: VoteInfo,
    /// Uid of the account.
    uid: String,
    /// Time of the numbers, Unix seconds, as a decimal string.
    time: String,
    /// Likes that the account received.
    #[serde(rename = "voteInfo")]
    vote_info: VoteInfo,
    /// Likes that the account gave.
    #[serde(rename = "favoriteInfo")]
    favorite_info: FavoriteInfo,
}

/// Likes that an account received.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct VoteInfo {
    /// Number of likes.
    total_count: u32,
    /// Number of likes since the account looked at them last.
    new_count: u32,
    /// How many of the new likes are from people nearby.
    new_nearby_count: u32,
    /// When the account looked at its likes last, Unix seconds; 0 for never.
    last_visit_time: u64,
    /// The people who like the account.
    #[serde(rename = "userInfos")]
    user_infos: Vec<LikeUser>,
}

/// Likes that an account gave.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FavoriteInfo {
    /// Number of likes.
    total_count: u32,
    /// Time of the last like, Unix seconds; 0 for never.
    last_time: u64,
    /// Number of likes today.
    today_count: u32,
    /// The people whom the account likes.
    #[serde(rename = "userInfos")]
    user_infos: Vec<LikeUser>,
}

/// A person in a list of likes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LikeUser {
    /// Uid of the person.
    uid: String,
    /// Where the likes were given; 71 is the profile card.
    src: u32,
    /// Time of the latest like, Unix seconds.
    latest_time: u64,
    /// Number of likes.
    count: u32,
    /// Number of gifts.
    gift_count: u32,
    /// Id of the picture of the likes.
    custom_id: u32,
    /// Time of the latest paid like, Unix seconds; 0 for never.
    last_charged: u64,
    /// How many likes are left today.
    b_available_cnt: u32,
    /// Likes given today.
    b_today_voted_cnt: u32,
    /// Nickname.
    nick: String,
    /// 1 male, 2 female, 0 unknown.
    gender: u8,
    /// Age in years; 0 if unknown.
    age: u32,
    /// Whether the person is a friend.
    is_friend: bool,
    /// Whether the person is a VIP.
    #[serde(rename = "isvip")]
    is_vip: bool,
    /// Whether the person is an SVIP.
    is_svip: bool,
    /// QQ number; 0 if unknown.
    uin: u64,
}

/// People who like the account.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LikeUsers {
    /// The people.
    users: Vec<LikeUser>,
    /// Offset of the next person; 0 if the list ends here.
    #[serde(rename = "nextStart")]
    next_start: u32,
}

/// A number of likes.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LikeCount {
    /// Likes that the account received.
    count: u32,
}

pub(crate) async fn send(cx: Context, params: SendLike) -> Result<Done> {
    if params.times == 0 {
        return Err(Failure::invalid("times", "at least 1, not 0"));
    }
    cx.client().send_likes(params.user_id, params.times).await?;
    Ok(Done)
}

pub(crate) async fn get(cx: Context, params: GetProfileLike) -> Result<ProfileLikes> {
    let count = limit(params.count)?;
    let client = cx.client();
    match params.user_id {
        Some(user) if user != cx.self_id() => {
            let (uid, totals) = client.like_totals(user).await?;
            Ok(ProfileLikes::new(
                uid.to_string(),
                totals,
                Vec::new(),
                Vec::new(),
            ))
        }
        _ => {
            let given = client.likes(LikeList::Given, params.start, count).await?;
            let received = client
                .likes(LikeList::Received, params.start, count)
                .await?;
            let uid = client.me().map(|me| me.uid.to_string()).unwrap_or_default();
            let totals = received.totals;
            Ok(ProfileLikes::new(
                uid,
                totals,
                users(&cx, received).await?,
                users(&cx, given).await?,
            ))
        }
    }
}

pub(crate) async fn me(cx: Context, params: GetProfileLikeMe) -> Result<LikeUsers> {
    let count = limit(params.count)?;
    let list = LikeList::Received;
    let page = cx.client().likes(list, params.start, count).await?;
    Ok(LikeUsers {
        next_start: page.next.unwrap_or(0),
        users: users(&cx, page).await?,
    })
}

pub(crate) async fn count(cx: Context, params: GetProfileLikeCount) -> Result<LikeCount> {
    let user = params.user_id.unwrap_or_else(|| cx.self_id());
    let (_, totals) = cx.client().like_totals(user).await?;
    Ok(LikeCount {
        count: totals.received,
    })
}

/// The parameter `count`: `None` for all.
fn limit(count: i64) -> Result<Option<u32>> {
    match count {
        -1 => Ok(None),
        count => u32::try_from(count)
            .map(Some)
            .map_err(|_| Failure::invalid("count", format!("-1 or more, not {count}"))),
    }
}

async fn users(cx: &Context, page: LikePage) -> Result<Vec<LikeUser>> {
    if page.people.is_empty() {
        return Ok(Vec::new());
    }
    let friends = cx.client().friends(false).await?;
    let people = page.people.into_iter();
    Ok(people
        .map(|(liker, uin)| {
            let is_friend = uin.is_some_and(|uin| friends.friend(uin).is_some());
            LikeUser::new(liker, uin, is_friend)
        })
        .collect())
}

impl ProfileLikes {
    fn new(uid: String, totals: LikeTotals, likers: Vec<LikeUser>, liked: Vec<LikeUser>) -> Self {
        let received = VoteInfo {
            total_count: totals.received,
            new_count: totals.new,
            new_nearby_count: totals.new_nearby,
            last_visit_time: totals.last_visit,
            user_infos: likers,
        };
        Self {
            vote_info: received.clone(),
            received,
            uid,
            time: totals.time.to_string(),
            favorite_info: FavoriteInfo {
                total_count: totals.given,
                last_time: totals.last_given,
                today_count: totals.given_today,
                user_infos: liked,
            },
        }
    }
}

impl LikeUser {
    fn new(liker: Liker, uin: Option<Uin>, is_friend: bool) -> Self {
        Self {
            uid: liker.uid.to_string(),
            src: liker.source,
            latest_time: liker.latest,
            count: liker.count,
            gift_count: liker.gift_count,
            custom_id: liker.custom_id,
            last_charged: liker.last_charged,
            b_available_cnt: A_DAY.saturating_sub(liker.today),
            b_today_voted_cnt: liker.today,
            nick: liker.nickname,
            gender: match liker.sex {
                Sex::Unknown => 0,
                Sex::Male => 1,
                Sex::Female => 2,
            },
            age: liker.age,
            is_friend,
            is_vip: liker.vip,
            is_svip: liker.svip,
            uin: uin.map_or(0, Uin::get),
        }
    }
}
