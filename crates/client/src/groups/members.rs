//! The members of groups. protocol/04 §5.4

use std::sync::Arc;

use nekonap_ids::{GroupUin, Uid, Uin};
use nekonap_wire::{
    commands::groups::{GetMember, GetMembers},
    message::Role as WireRole,
    proto::groups::{Member as ProtoMember, MemberWanted, MembersMask, MembersRequest},
};

use crate::{cache::Members, client::Client, error::CallError, messages::text};

/// The role of a member, the lowest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A plain member.
    #[default]
    Member,
    /// An administrator.
    Admin,
    /// The owner.
    Owner,
}

impl From<WireRole> for Role {
    fn from(role: WireRole) -> Self {
        match role {
            WireRole::Member => Self::Member,
            WireRole::Administrator => Self::Admin,
            WireRole::Owner => Self::Owner,
        }
    }
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

/// The most pages of a member list: 500 to a page, 3,000 to a group, and as much again.
const MOST_PAGES: usize = 16;

impl Client {
    /// A group's members: from memory, or from the server when nothing is there or `fresh` is wanted.
    ///
    /// # Errors
    /// The server refuses (one is not in that group) or does not answer.
    pub async fn members(&self, group: GroupUin, fresh: bool) -> Result<Arc<Members>, CallError> {
        if let Some(known) = self.inner.cache.members(group).filter(|_| !fresh) {
            return Ok(known);
        }
        let client = self.clone();
        let fetch = async move { client.fetch_members(group).await };
        self.inner
            .cache
            .member_fills
            .join(group, &self.inner.tasks, fetch)
            .await
    }

    async fn fetch_members(&self, group: GroupUin) -> Result<Arc<Members>, CallError> {
        let fetch = self.inner.cache.fetch();
        let session = self.inner.session()?;
        let mut members = Vec::new();
        let mut cookie = None;
        for _ in 0..MOST_PAGES {
            let request = MembersRequest {
                group: Some(group.get()),
                flag_2: Some(5),
                flag_3: Some(2),
                mask: Some(mask()),
                one: None,
                cookie: cookie.take(),
            };
            let reply = session.call::<GetMembers>(&request).await?;
            members.extend(reply.members.into_iter().filter_map(member));
            cookie = reply.cookie.filter(|cookie| !cookie.is_empty());
            if cookie.is_none() {
                break;
            }
        }
        let members = self.inner.cache.keep_members(group, members, fetch);
        if let Some(me) = self.me().and_then(|me| members.get(me.uin)) {
            self.inner.keep_own_name(me.uin, &me.nickname);
        }
        Ok(members)
    }

    /// One member of a group; `None` where the group has no such member.
    ///
    /// # Errors
    /// The server refuses (one is not in that group) or does not answer.
    pub async fn member(
        &self,
        group: GroupUin,
        uin: Uin,
        fresh: bool,
    ) -> Result<Option<Member>, CallError> {
        let uid = self.inner.cache.people().uid(uin);
        let (true, Some(uid)) = (fresh, uid) else {
            return Ok(self.members(group, false).await?.get(uin));
        };
        let fetch = self.inner.cache.fetch();
        let request = MembersRequest {
            group: Some(group.get()),
            flag_2: Some(3),
            flag_3: Some(0),
            mask: Some(mask()),
            one: Some(MemberWanted {
                uid: Some(text(uid)),
            }),
            cookie: None,
        };
        let reply = self.inner.session()?.call::<GetMember>(&request).await?;
        let found = reply
            .members
            .into_iter()
            .filter_map(member)
            .find(|member| member.uin == uin);
        Ok(found.map(|found| self.inner.cache.keep_member(group, found, fetch)))
    }
}

fn mask() -> MembersMask {
    let yes = Some(true);
    MembersMask {
        nick: yes,
        card: yes,
        level: yes,
        owner: yes,
        special_title: yes,
        join_time: yes,
        last_message_time: yes,
        mute_until: yes,
        is_admin: yes,
        permission: yes,
    }
}

fn member(member: ProtoMember) -> Option<Member> {
    let id = member.id?;
    Some(Member {
        uin: Uin::new(id.uin?).ok()?,
        uid: Uid::new(id.uid.as_deref()?).ok()?,
        nickname: member.nick.unwrap_or_default(),
        card: member.card.and_then(|card| card.card).unwrap_or_default(),
        title: member.special_title.unwrap_or_default(),
        level: member.level.and_then(|level| level.level).unwrap_or(0),
        role: match member.permission {
            Some(1) => Role::Owner,
            Some(2) => Role::Admin,
            _ => Role::Member,
        },
        joined: u64::from(member.join_time.unwrap_or(0)),
        last_spoke: u64::from(member.last_message_time.unwrap_or(0)),
        muted_until: u64::from(member.mute_until.unwrap_or(0)),
    })
}
