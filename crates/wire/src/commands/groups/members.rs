//! Members of a group: all or one (protocol/04 §5.4).

use bytes::Bytes;
use nekonap_ids::{GroupUin, Uid, Uin};

use crate::{
    command::seconds,
    message::Role,
    proto::groups::{
        MemberCard, MemberEntry, MemberId, MemberLevel, MemberWanted, MembersMask, MembersReply,
        MembersRequest,
    },
};

/// Field 107: role of a member.
const MEMBER: u32 = 0;
const OWNER: u32 = 1;
const ADMIN: u32 = 2;
/// Field 13 of the owner.
const IS_OWNER: u32 = 2;

/// Field 13 of every other member.
const NO_OWNER: u32 = 1;

pub(super) fn members(reply: &mut MembersReply) {
    reply.group.get_or_insert_default();
    for member in &mut reply.members {
        let id = member.id.get_or_insert_default();
        id.uid.get_or_insert_default();
        member.owner.get_or_insert(NO_OWNER);
        member.join_time.get_or_insert_default();
        member.last_message_time.get_or_insert_default();
        if let Some(card) = &mut member.card {
            card.card.get_or_insert_default();
        }
        if let Some(level) = &mut member.level {
            level.level.get_or_insert_default();
        }
    }
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Account number.
    pub uin: Uin,
    /// Uid.
    pub uid: Uid,
    /// Nickname.
    pub nickname: String,
    /// Card in this group; may be empty.
    pub card: String,
    /// Special title; may be empty.
    pub title: String,
    /// Level in this group.
    pub level: u32,
    /// Role.
    pub role: Role,
    /// Time of joining, Unix seconds.
    pub joined: u64,
    /// Time of the last message, Unix seconds, when the list was fetched.
    pub last_spoke: u64,
    /// End of the mute, Unix seconds; 0 if the member is not muted.
    pub muted_until: u64,
}

impl Member {
    /// Displayed name in the group: the card or, without one, the nickname.
    pub fn name(&self) -> &str {
        if self.card.is_empty() {
            &self.nickname
        } else {
            &self.card
        }
    }
}

impl MembersRequest {
    /// Requests a page of a group's members. `cookie` is that of the previous page, `None` for the first.
    pub fn page(group: GroupUin, cookie: Option<Bytes>) -> Self {
        Self {
            group: Some(group.get()),
            flag_2: Some(5),
            flag_3: Some(2),
            mask: Some(mask()),
            one: None,
            cookie,
        }
    }

    /// Requests one member.
    pub fn one(group: GroupUin, member: Uid) -> Self {
        Self {
            group: Some(group.get()),
            flag_2: Some(3),
            flag_3: Some(0),
            mask: Some(mask()),
            one: Some(MemberWanted {
                uid: Some(member.to_string()),
            }),
            cookie: None,
        }
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

impl MembersReply {
    /// Takes the cookie of the next page; `None` on the last.
    pub fn next_page(&mut self) -> Option<Bytes> {
        self.cookie.take().filter(|cookie| !cookie.is_empty())
    }

    /// The members, in the server's order. Entries without a uin or a uid are skipped.
    pub fn members(self) -> impl Iterator<Item = Member> {
        self.members.into_iter().filter_map(Member::decode)
    }
}

impl Member {
    fn decode(member: MemberEntry) -> Option<Self> {
        let id = member.id?;
        Some(Self {
            uin: Uin::new(id.uin?).ok()?,
            uid: Uid::new(id.uid.as_deref()?).ok()?,
            nickname: member.nick.unwrap_or_default(),
            card: member.card.and_then(|card| card.card).unwrap_or_default(),
            title: member.special_title.unwrap_or_default(),
            level: member.level.and_then(|level| level.level).unwrap_or(0),
            role: match member.permission {
                Some(OWNER) => Role::Owner,
                Some(ADMIN) => Role::Admin,
                _ => Role::Member,
            },
            joined: u64::from(member.join_time.unwrap_or(0)),
            last_spoke: u64::from(member.last_message_time.unwrap_or(0)),
            muted_until: u64::from(member.mute_until.unwrap_or(0)),
        })
    }

    /// Encodes the list entry, for a server.
    pub fn encode(&self) -> MemberEntry {
        MemberEntry {
            id: Some(MemberId {
                uid: Some(self.uid.to_string()),
                uin: Some(self.uin.get()),
            }),
            nick: Some(self.nickname.clone()),
            card: Some(MemberCard {
                card: Some(self.card.clone()),
            }),
            level: Some(MemberLevel {
                infos: Vec::new(),
                level: Some(self.level),
            }),
            owner: Some(if self.role == Role::Owner {
                IS_OWNER
            } else {
                NO_OWNER
            }),
            special_title: Some(self.title.clone()),
            join_time: Some(seconds(self.joined)),
            last_message_time: Some(seconds(self.last_spoke)),
            mute_until: Some(seconds(self.muted_until)),
            is_admin: Some(self.role == Role::Admin),
            permission: Some(match self.role {
                Role::Member => MEMBER,
                Role::Owner => OWNER,
                Role::Admin => ADMIN,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(role: Role) -> Member {
        Member {
            uin: Uin::new(10002).expect("a uin"),
            uid: Uid::new("u_bob").expect("a uid"),
            nickname: "Bob".to_owned(),
            card: "Bobby".to_owned(),
            title: "the Builder".to_owned(),
            level: 7,
            role,
            joined: 1_700_000_000,
            last_spoke: 1_700_000_001,
            muted_until: 1_700_000_002,
        }
    }

    #[test]
    fn roles_have_the_specified_numbers() {
        for (role, permission, owner, admin) in [
            (Role::Member, 0, 1, false),
            (Role::Owner, 1, 2, false),
            (Role::Admin, 2, 1, true),
        ] {
            let entry = member(role).encode();
            assert_eq!(entry.permission, Some(permission));
            assert_eq!(entry.owner, Some(owner));
            assert_eq!(entry.is_admin, Some(admin));
        }
    }

    #[test]
    fn member_entry_round_trips_and_one_without_a_uin_is_skipped() {
        let owner = member(Role::Owner);
        let reply = MembersReply {
            members: vec![owner.encode(), MemberEntry::default()],
            ..MembersReply::default()
        };
        assert_eq!(reply.members().collect::<Vec<_>>(), [owner]);
    }
}
