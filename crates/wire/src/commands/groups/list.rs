//! The list of joined groups (protocol/04 §5.1).

use nekonap_ids::{GroupUin, Sequence, Uid};

use crate::{
    command::seconds,
    message::Role,
    proto::groups::{
        FactsMask, GroupFacts, GroupOwner, GroupsMask, GroupsReply, GroupsRequest, JoinedGroup,
        OtherMask, OwnFacts, OwnMask,
    },
};

/// Field 5.2: role of this account.
const MEMBER: u32 = 2;
const ADMIN: u32 = 3;
const OWNER: u32 = 4;
/// `mute_all_until` of a group in which all members are muted.
const MUTED: u32 = u32::MAX;

pub(super) fn groups(reply: &mut GroupsReply) {
    for group in &mut reply.groups {
        group.group.get_or_insert_default();
        let facts = group.facts.get_or_insert_default();
        let owner = facts.owner.get_or_insert_default();
        owner.uid.get_or_insert_default();
        facts.create_time.get_or_insert_default();
        facts.member_max.get_or_insert_default();
        facts.member_count.get_or_insert_default();
        facts.name.get_or_insert_default();
        let own = group.own.get_or_insert_default();
        own.last_speak_time.get_or_insert_default();
    }
}

/// A group that this account is a member of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Group number.
    pub uin: GroupUin,
    /// Group name.
    pub name: String,
    /// Remark that this account set for the group; may be empty.
    pub remark: String,
    /// Number of members.
    pub member_count: u32,
    /// Maximum number of members.
    pub max_members: u32,
    /// Time of creation, Unix seconds.
    pub created: u64,
    /// Uid of the owner.
    pub owner: Option<Uid>,
    /// Description of the group; may be empty.
    pub description: String,
    /// Beginning of the newest announcement; may be empty.
    pub announcement: String,
    /// Question for people who want to join; may be empty.
    pub question: String,
    /// Whether everybody except owner and administrators is muted.
    pub all_muted: bool,
    /// End of this account's mute, Unix seconds; 0 if it is not muted.
    pub muted_until: u64,
    /// Time of this account's last message in the group, Unix seconds; 0 if there is none.
    pub last_spoke: u64,
    /// Role of this account, if known.
    pub role: Option<Role>,
    /// Sequence of the newest message, if known.
    pub latest: Option<Sequence>,
}

impl GroupsRequest {
    /// Requests every group with all known fields.
    pub fn all() -> Self {
        let yes = Some(true);
        Self {
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
}

impl GroupsReply {
    /// The groups, in the server's order. Entries without a group number are skipped.
    pub fn joined(self) -> impl Iterator<Item = Group> {
        self.groups.into_iter().filter_map(Group::decode)
    }
}

impl Group {
    fn decode(group: JoinedGroup) -> Option<Self> {
        let facts = group.facts.unwrap_or_default();
        let own = group.own.unwrap_or_default();
        let description = facts
            .rich_description
            .filter(|rich| !rich.is_empty())
            .or(facts.description);
        Some(Self {
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
            last_spoke: u64::from(own.last_speak_time.unwrap_or(0)),
            role: match own.role {
                Some(MEMBER) => Some(Role::Member),
                Some(ADMIN) => Some(Role::Admin),
                Some(OWNER) => Some(Role::Owner),
                _ => None,
            },
            latest: own
                .latest_seq
                .filter(|latest| *latest > 0)
                .map(Sequence::new),
        })
    }

    /// Encodes the list entry, for a server.
    pub fn encode(&self) -> JoinedGroup {
        JoinedGroup {
            group: Some(self.uin.get()),
            facts: Some(GroupFacts {
                owner: Some(GroupOwner {
                    uid: Some(
                        self.owner
                            .map(|owner| owner.to_string())
                            .unwrap_or_default(),
                    ),
                }),
                create_time: Some(seconds(self.created)),
                member_max: Some(self.max_members),
                member_count: Some(self.member_count),
                name: Some(self.name.clone()),
                top_time: Some(0),
                mute_all_until: Some(if self.all_muted { MUTED } else { 0 }),
                description: Some(String::new()),
                question: Some(self.question.clone()),
                rich_description: Some(self.description.clone()),
                announcement: Some(self.announcement.clone()),
            }),
            own: Some(OwnFacts {
                last_speak_time: Some(seconds(self.last_spoke)),
                role: self.role.map(|role| match role {
                    Role::Member => MEMBER,
                    Role::Admin => ADMIN,
                    Role::Owner => OWNER,
                }),
                remark: Some(self.remark.clone()),
                mute_me_until: Some(seconds(self.muted_until)),
                latest_seq: Some(self.latest.map_or(0, Sequence::get)),
                msg_mask: Some(1),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn group_entry_round_trips_and_roles_have_the_specified_numbers() {
        for (role, number) in [(Role::Member, 2), (Role::Admin, 3), (Role::Owner, 4)] {
            let group = Group {
                uin: GroupUin::new(20001).expect("a group"),
                name: "Reading".to_owned(),
                remark: "books".to_owned(),
                member_count: 4,
                max_members: 500,
                created: 1_700_000_000,
                owner: Uid::new("u_bob").ok(),
                description: "We read.".to_owned(),
                announcement: "Read!".to_owned(),
                question: "Who?".to_owned(),
                all_muted: true,
                muted_until: 1_700_000_001,
                last_spoke: 1_700_000_002,
                role: Some(role),
                latest: Some(Sequence::new(9)),
            };
            let entry = group.encode();
            assert_eq!(entry.own.as_ref().and_then(|own| own.role), Some(number));
            let reply = GroupsReply {
                groups: vec![JoinedGroup::default(), entry],
            };
            assert_eq!(reply.joined().collect::<Vec<_>>(), [group]);
        }
    }
}
