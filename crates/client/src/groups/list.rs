//! The groups that this account is in. protocol/04 §5.1

use std::sync::Arc;

use nekonap_ids::{GroupUin, Sequence, Uid};
use nekonap_wire::{
    commands::groups::GetGroups,
    proto::groups::{FactsMask, GroupsMask, GroupsRequest, JoinedGroup, OtherMask, OwnMask},
};

use super::members::Role;
use crate::{client::Client, error::CallError};

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
            let fetch = client.inner.cache.fetch();
            let reply = client.inner.session()?.call::<GetGroups>(&wanted()).await?;
            let groups = Arc::new(reply.groups.into_iter().filter_map(group).collect());
            client.inner.cache.keep_groups(&groups, fetch);
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
