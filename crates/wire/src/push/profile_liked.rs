//! Somebody likes the profile of the receiver (protocol/05 §5.15).

use super::{
    Envelope, Origin, change_list,
    notices::{self, Content, Payload},
};
use crate::{
    command::DecodeError,
    message::Party,
    proto::push::{ListedChange, ProfileLike, ProfileLikeDetail, ProfileLikeOuter},
};

/// `op` of likes.
const OP: u32 = 203;

/// Somebody likes the profile of the receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileLiked<P> {
    /// Who likes it.
    pub by: P,
    /// Nickname of that person.
    pub nickname: String,
    /// Number of likes; 1 if the push does not say.
    pub times: u32,
    /// Time, Unix seconds.
    pub time: u64,
}

impl<P> ProfileLiked<P> {
    /// Always `None`: the notice is not ordered with messages.
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        None
    }

    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<ProfileLiked<Q>> {
        Some(ProfileLiked {
            by: find(self.by)?,
            nickname: self.nickname,
            times: self.times,
            time: self.time,
        })
    }
}

impl ProfileLiked<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        let changes = change_list::decode(content)?;
        Ok(changes.into_iter().find_map(Self::of))
    }

    fn of(change: ListedChange) -> Option<Self> {
        let like = change.like?.like?;
        let detail = like.detail.unwrap_or_default();
        Some(Self {
            by: notices::by_uin(detail.uin)?,
            nickname: detail.nickname.unwrap_or_default(),
            times: first_number(&detail.text.unwrap_or_default()).unwrap_or(1),
            time: like.time.unwrap_or(0).into(),
        })
    }

    pub(super) fn encode(&self, _: &Envelope) -> Payload {
        let like = ProfileLike {
            count: Some(1),
            time: Some(notices::seconds(self.time)),
            detail: Some(ProfileLikeDetail {
                text: Some(format!("赞了我的资料卡{}次", self.times)),
                uin: Some(notices::uin_number(Some(self.by))),
                nickname: Some(self.nickname.clone()),
            }),
        };
        change_list::encode(vec![ListedChange {
            op: Some(OP),
            like: Some(ProfileLikeOuter { like: Some(like) }),
            ..ListedChange::default()
        }])
    }
}

/// The first run of digits in a text.
fn first_number(text: &str) -> Option<u32> {
    let digits = |c: char| c.is_ascii_digit();
    let start = &text[text.find(digits)?..];
    let end = start.find(|c| !digits(c)).unwrap_or(start.len());
    start[..end].parse().ok()
}
