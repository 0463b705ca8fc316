//! Groups and their members. protocol/04 §5.

use std::sync::Arc;

use nekonap_ids::{GroupUin, Sequence, Uid, Uin};
use nekonap_wire::{
    commands::groups::{GetGroups, GetMember, GetMembers},
    proto::groups::{
        FactsMask, GroupsMask, GroupsRequest, JoinedGroup, Member as ProtoMember, MemberWanted,
        MembersMask, MembersRequest, OtherMask, OwnMask,
    },
};

use crate::{cache::Members, client::Client, error::CallError, messages::text};

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

/// The most pages of a member list: 500 to a page, 3,000 to a group, and as much again.
const MOST_PAGES: usize = 16;

impl Client {
    /// The groups: from memory, or from the server when nothing is there or `fresh` is wanted.
    ///
    /// # Errors
    /// The server refuses or does not answer.
    pub async fn groups(&self, fresh: bool) -> Result<Arc<Vec<Group>>, CallError> {
        if let Some(known) = self.inner.cache.groups().filter(|_| !fresh) {
            return Ok(known);
        }
        let client = self.clone();
        let fetch = async move {
            let version = client.inner.cache.version();
            let reply = client.inner.session()?.call::<GetGroups>(&wanted()).await?;
            let groups = Arc::new(reply.groups.into_iter().filter_map(group).collect());
            client.inner.cache.keep_groups(&groups, version);
            Ok(groups)
        };
        self.inner
            .cache
            .group_fills
            .join((), &self.inner.tasks, fetch)
            .await
    }

    /// One group; `None` where the account is in no such group.
    ///
    /// # Errors
    /// The server refuses or does not answer.
    pub async fn group(&self, group: GroupUin, fresh: bool) -> Result<Option<Group>, CallError> {
        let find = |groups: &[Group]| groups.iter().find(|one| one.uin == group).cloned();
        Ok(find(&self.groups(fresh).await?))
    }

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
        let version = self.inner.cache.version();
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
        let members = Arc::new(Members::new(self.inner.cache.people(), members));
        self.inner.cache.keep_members(group, &members, version);
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
        if let Some(found) = &found {
            self.inner
                .cache
                .change_member(group, uin, |_| Some(found.clone()));
        }
        Ok(found)
    }
}

fn wanted() -> GroupsRequest {
    let yes = Some(true);
    GroupsRequest {
        mask: Some(GroupsMask {
            facts: Some(FactsMask {
                owner: yes,
                create_time: yes,
                member_max: yes,
                member_count: yes,
                name: yes,
                top_time: yes,
                mute_all_until: yes,
                description: yes,
                question: yes,
                rich_description: yes,
                announcement: yes,
            }),
            own: Some(OwnMask {
                last_speak_time: yes,
                role: yes,
                remark: yes,
                mute_me_until: yes,
                latest_seq: yes,
                msg_mask: yes,
            }),
            other: Some(OtherMask {
                field_5: yes,
                field_6: yes,
            }),
        }),
    }
}

fn group(group: JoinedGroup) -> Option<Group> {
    let facts = group.facts.unwrap_or_default();
    let own = group.own.unwrap_or_default();
    let description = facts
        .rich_description
        .filter(|rich| !rich.is_empty())
        .or(facts.description);
    Some(Group {
        uin: GroupUin::new(group.group?).ok()?,
        name: facts.name.unwrap_or_default(),
        remark: own.remark.unwrap_or_default(),
        member_count: facts.member_count.unwrap_or(0),
        max_members: facts.member_max.unwrap_or(0),
        created: u64::from(facts.create_time.unwrap_or(0)),
        owner: facts.owner.and_then(|owner| Uid::new(&owner.uid?).ok()),
        description: description.unwrap_or_default(),
        announcement: facts.announcement.unwrap_or_default(),
        question: facts.question.unwrap_or_default(),
        all_muted: facts.mute_all_until.unwrap_or(0) > 0,
        muted_until: u64::from(own.mute_me_until.unwrap_or(0)),
        role: match own.role {
            Some(2) => Some(Role::Member),
            Some(3) => Some(Role::Admin),
            Some(4) => Some(Role::Owner),
            _ => None,
        },
        latest: own
            .latest_seq
            .filter(|latest| *latest > 0)
            .map(Sequence::new),
    })
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
