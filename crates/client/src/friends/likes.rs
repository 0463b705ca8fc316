//! Likes of profiles: given and received. protocol/04 §3.6, §3.7

use nekonap_ids::{Uid, Uin};
use nekonap_wire::{
    commands::friends::{GetLikeTotals, GetLikes, LikeTotals, Liker, SendLikes},
    proto::friends::{LikesRequest, SendLikesRequest},
};

use crate::{client::Client, error::CallError};

/// Maximum number of people that are read for a list without a limit.
const MAX_PEOPLE: u32 = 10_000;

/// Direction of likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LikeList {
    /// The people who like the account.
    Received,
    /// The people whom the account likes.
    Given,
}

/// A part of the list of the account's own likes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LikePage {
    /// Numbers of likes.
    pub totals: LikeTotals,
    /// The people, each with the account number if it is known.
    pub people: Vec<(Liker, Option<Uin>)>,
    /// Offset of the next person; `None` if the list ends here.
    pub next: Option<u32>,
}

impl Client {
    /// Likes the profile of an account, up to 20 times. Returns how many likes the server counted: it allows a person
    /// only a few likes each day. protocol/04 §3.6
    ///
    /// # Errors
    /// [`CallError::Unknown`] if the account has no known uid; the server refuses (no more likes today) or does not
    /// reply.
    pub async fn send_likes(&self, account: Uin, count: u32) -> Result<u32, CallError> {
        let uid = self.uid_of(account, None).await?;
        let request = SendLikesRequest::new(uid, count);
        let session = self.inner.session()?;
        let reply = session.call::<SendLikes>(&request).await?;
        Ok(reply.added.unwrap_or(count))
    }

    /// The uid of an account, and how many likes it has. protocol/04 §3.7
    ///
    /// # Errors
    /// [`CallError::Unknown`] if the account has no known uid; the server refuses (hidden by the account) or does not
    /// reply.
    pub async fn like_totals(&self, account: Uin) -> Result<(Uid, LikeTotals), CallError> {
        let uid = self.uid_of(account, None).await?;
        let request = LikesRequest::totals(uid);
        let session = self.inner.session()?;
        let reply = session.call::<GetLikeTotals>(&request).await?;
        Ok((uid, reply.totals()))
    }

    /// People in one of the account's own lists of likes, beginning at offset `start`; `count` people, or up to 10,000
    /// without it. protocol/04 §3.7
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn likes(
        &self,
        list: LikeList,
        start: u32,
        count: Option<u32>,
    ) -> Result<LikePage, CallError> {
        let me = self.me().ok_or(CallError::Offline)?;
        let count = count.unwrap_or(MAX_PEOPLE).min(MAX_PEOPLE);
        let mut people: Vec<Liker> = Vec::new();
        let mut totals = None;
        let mut at = start;
        let wanted = usize::try_from(count).unwrap_or(usize::MAX);
        let next = loop {
            let left = u32::try_from(wanted - people.len()).unwrap_or(u32::MAX);
            // The numbers of likes are requested even if no people are.
            let limit = left.clamp(1, LikesRequest::MAX_PAGE);
            let request = match list {
                LikeList::Received => LikesRequest::received(me.uid, at, limit),
                LikeList::Given => LikesRequest::given(me.uid, at, limit),
            };
            let session = self.inner.session()?;
            let reply = session.call::<GetLikes>(&request).await?;
            totals.get_or_insert_with(|| reply.totals());
            let before = people.len();
            match list {
                LikeList::Received => people.extend(reply.likers()),
                LikeList::Given => people.extend(reply.liked()),
            }
            let more = reply.next_page().filter(|next| *next > at);
            if people.len() >= wanted || people.len() == before {
                people.truncate(wanted);
                break more;
            }
            match more {
                Some(next) => at = next,
                None => break None,
            }
        };
        let uids: Vec<Uid> = people.iter().map(|person| person.uid).collect();
        self.look_up(&uids).await?;
        let known = self.inner.cache.people();
        Ok(LikePage {
            totals: totals.unwrap_or_default(),
            people: people
                .into_iter()
                .map(|person| {
                    let uin = known.uin(&person.uid);
                    (person, uin)
                })
                .collect(),
            next,
        })
    }
}
