//! Online status of people (protocol/04 §3.8, §4.4).

use nekonap_ids::Uid;

use crate::proto::friends::{FriendStatus, FriendStatusesReply, FriendStatusesRequest};

/// Number of friends that a request asks for, as clients send it.
const LIMIT: u32 = 400;
/// Bit 28 of a presence value is a flag without known meaning.
const FLAG: u64 = 1 << 28;
/// The largest presence value that is a plain status.
const PLAIN: u64 = 10;

/// Online status of a person (protocol/04 §8.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presence {
    /// 10 online, 20 offline, 30 away, 40 invisible, 50 busy, 60 "Q me", 70 do not disturb.
    pub status: u32,
    /// What the person does, with status 10; 0 for none.
    pub ext: u32,
}

impl Presence {
    /// Online, without anything special.
    pub const ONLINE: Self = Self { status: 10, ext: 0 };
    /// Offline.
    pub const OFFLINE: Self = Self { status: 20, ext: 0 };
    /// The status of an invisible person.
    pub const INVISIBLE: Self = Self { status: 40, ext: 0 };

    /// Reads the value of property 27372.
    pub fn of_property(value: u64) -> Self {
        let value = if value >= FLAG { value - FLAG } else { value };
        if value <= PLAIN {
            return Self {
                status: u32::try_from(value * 10).unwrap_or(0),
                ext: 0,
            };
        }
        Self {
            ext: u32::try_from((value & 0xff00) | ((value >> 16) & 0xff)).unwrap_or(0),
            ..Self::ONLINE
        }
    }

    /// The value of property 27372, for a server.
    pub fn property(self) -> u64 {
        let ext = u64::from(self.ext);
        match ext {
            0 => u64::from(self.status / 10),
            _ => ((ext & 0xff) << 16) | (ext & 0xff00) | 1,
        }
    }

    /// Whether others see the person online: neither offline nor invisible.
    pub fn is_online(self) -> bool {
        ![Self::OFFLINE.status, Self::INVISIBLE.status, 0].contains(&self.status)
    }
}

impl FriendStatusesRequest {
    /// Requests the status of all friends. `me`: uid of the account.
    pub fn new(me: Uid) -> Self {
        Self {
            uid: Some(me.to_string()),
            field_5: Some(1),
            field_7: Some(0),
            field_100: Some(0),
            limit: Some(LIMIT),
        }
    }
}

impl FriendStatusesReply {
    /// The reply with these friends, for a server.
    pub fn new(friends: impl IntoIterator<Item = (Uid, Presence)>) -> Self {
        let friends = friends.into_iter().map(|(uid, presence)| FriendStatus {
            uid: Some(uid.to_string()),
            status: Some(presence.status),
        });
        Self {
            friends: friends.collect(),
        }
    }

    /// The friends who are online. Others are offline, invisible, or not in the reply.
    pub fn online(&self) -> impl Iterator<Item = Uid> {
        self.friends.iter().filter_map(|friend| {
            let presence = Presence {
                status: friend.status?,
                ext: 0,
            };
            let uid = Uid::new(friend.uid.as_deref()?).ok()?;
            presence.is_online().then_some(uid)
        })
    }
}
