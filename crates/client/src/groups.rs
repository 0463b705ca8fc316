//! Groups and their members. `protocol/04` §5.

use nekonap_ids::{GroupUin, Sequence, Uid, Uin};

/// A group this account is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The number.
    pub uin: GroupUin,
    /// Its name.
    pub name: String,
    /// What this account calls it, may be empty.
    pub remark: String,
    /// How many are in it.
    pub member_count: u32,
    /// How many may be.
    pub max_members: u32,
    /// When it was made, unix seconds.
    pub created: u64,
    /// The owner's uid.
    pub owner: Option<Uid>,
    /// What it is about, may be empty.
    pub description: String,
    /// The beginning of its newest notice, may be empty.
    pub announcement: String,
    /// What who wants to join is asked, may be empty.
    pub question: String,
    /// Whether all but its admins are muted.
    pub all_muted: bool,
    /// Until when this account is muted, unix seconds; 0 when it is not.
    pub muted_until: u64,
    /// This account's role, where it is told.
    pub role: Option<Role>,
    /// The newest message, where it is told.
    pub latest: Option<Sequence>,
}

/// What one may in a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Role {
    /// Nothing special.
    #[default]
    Member,
    /// Much.
    Admin,
    /// Everything.
    Owner,
}

/// One member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The number.
    pub uin: Uin,
    /// The uid.
    pub uid: Uid,
    /// The nickname.
    pub nickname: String,
    /// The card in this group, may be empty.
    pub card: String,
    /// The special title, may be empty.
    pub title: String,
    /// The level in this group.
    pub level: u32,
    /// The role.
    pub role: Role,
    /// When they joined, unix seconds.
    pub joined: u64,
    /// When they last spoke, unix seconds, as of the list's age.
    pub last_spoke: u64,
    /// Until when they are muted, unix seconds; 0 when they are not.
    pub muted_until: u64,
}

impl Member {
    /// What the group calls them: the card, else the nickname.
    pub fn name(&self) -> &str {
        if self.card.is_empty() {
            &self.nickname
        } else {
            &self.card
        }
    }
}
