//! Likes of profiles (protocol/04 §3.6, §3.7).

use nekonap_ids::Uid;

use super::Sex;
use crate::proto::friends::{
    AccountLikes, LikePerson, LikesGiven, LikesReceived, LikesReply, LikesRequest, SendLikesReply,
    SendLikesRequest,
};

/// `source` of likes given on the profile card.
const PROFILE_CARD: u32 = 71;

pub(super) fn sent(reply: &mut SendLikesReply) {
    reply.added.get_or_insert_default();
    reply.total.get_or_insert_default();
}

/// How many likes an account has received and given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LikeTotals {
    /// Time of the answer, Unix seconds.
    pub time: u64,
    /// Likes received.
    pub received: u32,
    /// Likes received since the account looked at them last.
    pub new: u32,
    /// Of these, from people nearby.
    pub new_nearby: u32,
    /// Time when the account looked at its likes last, Unix seconds; 0 for never.
    pub last_visit: u64,
    /// Likes given.
    pub given: u32,
    /// Time of the last like given, Unix seconds; 0 for never.
    pub last_given: u64,
    /// Likes given today.
    pub given_today: u32,
}

/// A person who likes the account, or whom the account likes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Liker {
    /// Uid.
    pub uid: Uid,
    /// Where the likes were given; 71 is the profile card.
    pub source: u32,
    /// Time of the latest like, Unix seconds.
    pub latest: u64,
    /// Number of likes.
    pub count: u32,
    /// Number of gifts.
    pub gift_count: u32,
    /// Id of the picture of the likes.
    pub custom_id: u32,
    /// Time of the latest paid like, Unix seconds; 0 for never.
    pub last_charged: u64,
    /// Likes given today.
    pub today: u32,
    /// Nickname; may be empty.
    pub nickname: String,
    /// Sex.
    pub sex: Sex,
    /// Age in years; 0 if unknown.
    pub age: u32,
    /// Whether the person is a VIP.
    pub vip: bool,
    /// Whether the person is an SVIP.
    pub svip: bool,
}

impl SendLikesRequest {
    /// Most likes in one request.
    pub const MAX_COUNT: u32 = 20;

    /// Likes the profile of an account `count` times.
    pub fn new(uid: Uid, count: u32) -> Self {
        Self {
            uid: Some(uid.to_string()),
            source: Some(PROFILE_CARD),
            count: Some(count),
        }
    }
}

impl LikesRequest {
    /// Most people in a page.
    pub const MAX_PAGE: u32 = 30;

    /// For [`GetLikeTotals`](super::GetLikeTotals).
    pub fn totals(uid: Uid) -> Self {
        Self {
            uid: Some(uid.to_string()),
            ..Self::default()
        }
    }

    /// For [`GetLikes`](super::GetLikes): a page of the people who like the account. `me`: its uid; `start`: offset of the
    /// page.
    pub fn received(me: Uid, start: u32, limit: u32) -> Self {
        Self {
            vote: Some(1),
            favorite: Some(0),
            ..Self::page(me, start, limit)
        }
    }

    /// For [`GetLikes`](super::GetLikes): a page of the people whom the account likes.
    pub fn given(me: Uid, start: u32, limit: u32) -> Self {
        Self {
            vote: Some(0),
            favorite: Some(1),
            ..Self::page(me, start, limit)
        }
    }

    fn page(me: Uid, start: u32, limit: u32) -> Self {
        Self {
            uid: Some(me.to_string()),
            basic: Some(1),
            user_profile: Some(1),
            start: Some(start.into()),
            limit: Some(limit.min(Self::MAX_PAGE)),
            ..Self::default()
        }
    }
}

impl LikesReply {
    /// The likes of an account, for a server. `next`: offset of the next page, if there is one.
    pub fn new(
        uid: Uid,
        totals: LikeTotals,
        (likers, liked): (Vec<Liker>, Vec<Liker>),
        next: Option<u32>,
    ) -> Self {
        let people = |people: Vec<Liker>| people.into_iter().map(Liker::encode).collect();
        Self {
            infos: vec![AccountLikes {
                uid: Some(uid.to_string()),
                time: Some(totals.time),
                favorite: Some(LikesGiven {
                    total: Some(totals.given),
                    last_time: Some(totals.last_given),
                    today: Some(totals.given_today),
                    people: people(liked),
                }),
                vote: Some(LikesReceived {
                    total: Some(totals.received),
                    new: Some(totals.new),
                    new_nearby: Some(totals.new_nearby),
                    last_visit: Some(totals.last_visit),
                    people: people(likers),
                }),
            }],
            next_start: next,
        }
    }

    /// The numbers of likes.
    pub fn totals(&self) -> LikeTotals {
        let Some(info) = self.infos.first() else {
            return LikeTotals::default();
        };
        let given = info.favorite.clone().unwrap_or_default();
        let received = info.vote.clone().unwrap_or_default();
        LikeTotals {
            time: info.time.unwrap_or(0),
            received: received.total.unwrap_or(0),
            new: received.new.unwrap_or(0),
            new_nearby: received.new_nearby.unwrap_or(0),
            last_visit: received.last_visit.unwrap_or(0),
            given: given.total.unwrap_or(0),
            last_given: given.last_time.unwrap_or(0),
            given_today: given.today.unwrap_or(0),
        }
    }

    /// The people who like the account. Entries without a uid are skipped.
    pub fn likers(&self) -> impl Iterator<Item = Liker> {
        let received = self.infos.iter().filter_map(|info| info.vote.as_ref());
        received
            .flat_map(|received| &received.people)
            .filter_map(Liker::decode)
    }

    /// The people whom the account likes. Entries without a uid are skipped.
    pub fn liked(&self) -> impl Iterator<Item = Liker> {
        let given = self.infos.iter().filter_map(|info| info.favorite.as_ref());
        given
            .flat_map(|given| &given.people)
            .filter_map(Liker::decode)
    }

    /// Offset of the next page; `None` on the last.
    pub fn next_page(&self) -> Option<u32> {
        self.next_start.filter(|next| *next != 0)
    }
}

impl Liker {
    fn decode(person: &LikePerson) -> Option<Self> {
        Some(Self {
            uid: Uid::new(person.uid.as_deref()?).ok()?,
            source: person.source.unwrap_or(0),
            latest: person.latest.unwrap_or(0),
            count: person.count.unwrap_or(0),
            gift_count: person.gift_count.unwrap_or(0),
            custom_id: person.custom_id.unwrap_or(0),
            last_charged: person.last_charged.unwrap_or(0),
            today: person.today.unwrap_or(0),
            nickname: person.nickname.clone().unwrap_or_default(),
            sex: Sex::from(u64::from(person.sex.unwrap_or(0))),
            age: person.age.unwrap_or(0),
            vip: person.vip.unwrap_or(false),
            svip: person.svip.unwrap_or(false),
        })
    }

    fn encode(self) -> LikePerson {
        LikePerson {
            uid: Some(self.uid.to_string()),
            source: Some(self.source),
            latest: Some(self.latest),
            count: Some(self.count),
            gift_count: Some(self.gift_count),
            custom_id: Some(self.custom_id),
            last_charged: Some(self.last_charged),
            today: Some(self.today),
            nickname: Some(self.nickname),
            sex: u32::try_from(self.sex.number()).ok(),
            age: Some(self.age),
            vip: Some(self.vip),
            svip: Some(self.svip),
        }
    }
}
