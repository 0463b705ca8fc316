//! Groups and their members.

use std::collections::BTreeMap;

use nekonap_ids::{GroupUin, Sequence, Uin};
use nekonap_wire::{
    commands::admin::{Invitations, Permission},
    message,
    proto::admin::ChangeGroupRequest,
};

use super::{World, messages::BEFORE_FIRST_IN_GROUP, save};
use crate::refusal::{Refusal, code};

/// Maximum number of members of a group.
pub(crate) const MAX_MEMBERS: u32 = 500;
/// Maximum length of a group's name, in characters.
pub(crate) const MAX_NAME: usize = 60;
/// `mute_all_until` of a group that is muted. protocol/04 §5.1
pub(crate) const FOREVER: u32 = u32::MAX;

/// A group.
#[derive(Debug, Clone)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a setting of its own"
)]
pub(crate) struct Group {
    pub(crate) uin: GroupUin,
    pub(crate) name: String,
    pub(crate) owner: Uin,
    /// Creation time, in Unix seconds.
    pub(crate) created: u64,
    /// Whether only the owner and administrators can send.
    pub(crate) muted: bool,
    /// How people join.
    pub(crate) joining: Joining,
    /// Whether a search for words does not find it.
    pub(crate) hide_from_words: bool,
    /// Whether a search for its number does not find it.
    pub(crate) hide_from_number: bool,
    /// What members may do.
    pub(crate) permissions: Permissions,
    /// Whether members can sign in.
    pub(crate) sign_in: bool,
    /// The newest sequence of a message or a notice.
    pub(super) sequence: Sequence,
    pub(super) members: BTreeMap<Uin, Member>,
}

/// How people join a group. protocol/04 §6.10
#[derive(Debug, Clone)]
pub(crate) struct Joining {
    /// 1 anybody, 2 after approval, 3 nobody, 4 with the answer to a question, 5 with an answer and approval.
    pub(crate) option: u32,
    /// The question; can be empty.
    pub(crate) question: String,
    /// The right answer; can be empty.
    pub(crate) answer: String,
}

impl Default for Joining {
    /// After approval.
    fn default() -> Self {
        Self {
            option: 2,
            question: String::new(),
            answer: String::new(),
        }
    }
}

/// What members may do in a group, and how robots are added. protocol/04 §6.11
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Permissions {
    /// Bits, most of which forbid something.
    pub(crate) privileges: u32,
    /// Bits of another set.
    pub(crate) flags: u32,
    pub(crate) robots_allowed: bool,
    /// Whether an administrator has to agree to a robot.
    pub(crate) robots_examined: bool,
}

impl Default for Permissions {
    fn default() -> Self {
        Self {
            privileges: 0,
            flags: 0,
            robots_allowed: true,
            robots_examined: false,
        }
    }
}

impl Permissions {
    /// Who may invite others.
    pub(crate) fn invitations(self) -> Invitations {
        Invitations::of(self.privileges)
    }

    /// Whether new members see earlier messages.
    pub(crate) const fn shows_history(self) -> bool {
        self.flags & ChangeGroupRequest::HISTORY != 0
    }
}

/// A member of a group.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) role: Role,
    /// Name in the group; if empty, the nickname is used.
    pub(crate) card: String,
    pub(crate) title: String,
    pub(crate) level: u32,
    /// Join time, in Unix seconds.
    pub(crate) joined: u64,
    /// Time of the last message, in Unix seconds; 0 if there is none.
    pub(crate) last_spoke: u64,
    /// End of the mute, in Unix seconds; 0 if not muted.
    pub(crate) muted_until: u64,
    /// The member's own remark for the group; can be empty.
    pub(crate) remark: String,
    /// What happens with the group's messages for the member: 1 to 4. protocol/04 §6.12
    pub(crate) message_mask: u32,
    /// Whether the member, as a bot, is switched off.
    pub(crate) switched_off: bool,
}

/// A member's role, ordered by rank.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    #[default]
    Member,
    Admin,
    Owner,
}

impl Role {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The number of the role in the database.
    pub(crate) const fn number(self) -> i64 {
        match self {
            Self::Member => 0,
            Self::Admin => 1,
            Self::Owner => 2,
        }
    }

    pub(crate) const fn from_number(number: i64) -> Self {
        match number {
            1 => Self::Admin,
            2 => Self::Owner,
            _ => Self::Member,
        }
    }
}

impl From<Role> for message::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Member => Self::Member,
            Role::Admin => Self::Admin,
            Role::Owner => Self::Owner,
        }
    }
}

impl Member {
    /// A new member.
    pub(crate) fn new(role: Role, joined: u64) -> Self {
        Self {
            role,
            card: String::new(),
            title: String::new(),
            level: 1,
            joined,
            last_spoke: 0,
            muted_until: 0,
            remark: String::new(),
            message_mask: 1,
            switched_off: false,
        }
    }
}

impl Group {
    /// A group without members and messages.
    pub(crate) fn new(uin: GroupUin, name: String, owner: Uin, created: u64) -> Self {
        Self {
            uin,
            name,
            owner,
            created,
            muted: false,
            joining: Joining::default(),
            hide_from_words: false,
            hide_from_number: false,
            permissions: Permissions::default(),
            sign_in: true,
            sequence: BEFORE_FIRST_IN_GROUP,
            members: BTreeMap::new(),
        }
    }

    pub(crate) fn members(&self) -> &BTreeMap<Uin, Member> {
        &self.members
    }

    /// The newest sequence of a message or a notice.
    pub(crate) const fn sequence(&self) -> Sequence {
        self.sequence
    }

    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.members.len()).unwrap_or(u32::MAX)
    }

    /// End of the group's mute in the form of the wire: 0 or [`FOREVER`].
    pub(crate) const fn muted_until(&self) -> u32 {
        if self.muted { FOREVER } else { 0 }
    }
}

impl World {
    /// All groups, by number.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values()
    }

    pub(crate) fn find_group(&self, group: GroupUin) -> Option<&Group> {
        self.groups.get(&group)
    }

    /// Returns a group.
    ///
    /// # Errors
    /// The group does not exist.
    pub(crate) fn group(&self, group: GroupUin) -> Result<&Group, Refusal> {
        self.find_group(group).ok_or_else(|| no_group(group))
    }

    /// Returns a member of a group.
    ///
    /// # Errors
    /// The group does not exist or the person is not a member.
    pub(crate) fn member(&self, group: GroupUin, uin: Uin) -> Result<&Member, Refusal> {
        let members = &self.group(group)?.members;
        members.get(&uin).ok_or_else(|| no_member(group, uin))
    }

    /// Returns the actor as a member of the group.
    ///
    /// # Errors
    /// The actor is not a member.
    pub(crate) fn acting_member(&self, group: GroupUin, actor: Uin) -> Result<&Member, Refusal> {
        let found = self
            .group(group)
            .map_err(|refusal| refusal.coded(code::NOT_A_MEMBER))?;
        found.members.get(&actor).ok_or_else(|| {
            Refusal::not_allowed(
                code::NOT_A_MEMBER,
                format!("{actor} is not in group {group}"),
            )
        })
    }

    /// Returns the actor as owner or administrator of the group.
    ///
    /// # Errors
    /// The actor is neither.
    pub(crate) fn acting_admin(&self, group: GroupUin, actor: Uin) -> Result<&Member, Refusal> {
        let member = self.acting_member(group, actor)?;
        if member.role == Role::Member {
            return Err(Refusal::not_allowed(
                code::NO_PERMISSION,
                format!("{actor} is neither owner nor administrator of group {group}"),
            ));
        }
        Ok(member)
    }

    /// Checks that the group permits something to the actor: the owner and administrators may do everything, and members
    /// what no bit forbids. protocol/04 §6.11
    ///
    /// # Errors
    /// The actor is not a member, or the group forbids this to its members.
    pub(crate) fn permitted(
        &self,
        group: GroupUin,
        actor: Uin,
        permission: Permission,
    ) -> Result<(), Refusal> {
        let role = self.acting_member(group, actor)?.role;
        let forbidden = self.group(group)?.permissions.privileges & permission.bit() != 0;
        if role == Role::Member && forbidden {
            let what = match permission {
                Permission::UploadToAlbum => "upload to its albums",
                Permission::TemporaryChat => "start temporary chats",
                Permission::CreateGroup => "create groups with others",
            };
            let text = format!("group {group} does not let its members {what}");
            return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
        }
        Ok(())
    }

    /// Checks that the actor is the owner of the group.
    ///
    /// # Errors
    /// The actor is not.
    pub(crate) fn acting_owner(&self, group: GroupUin, actor: Uin) -> Result<(), Refusal> {
        match self.acting_member(group, actor)?.role {
            Role::Owner => Ok(()),
            Role::Admin | Role::Member => Err(Refusal::not_allowed(
                code::NO_PERMISSION,
                format!("{actor} does not own group {group}"),
            )),
        }
    }

    /// Checks that the actor is owner or administrator of the group, and the target a member of lower rank.
    ///
    /// # Errors
    /// The actor or the target is not.
    pub(crate) fn outranked(
        &self,
        group: GroupUin,
        actor: Uin,
        target: Uin,
    ) -> Result<(), Refusal> {
        let rank = self.acting_admin(group, actor)?.role;
        if self.member(group, target)?.role < rank {
            return Ok(());
        }
        let text = format!("{target} is not of lower rank than {actor} in group {group}");
        Err(Refusal::not_allowed(code::NO_PERMISSION, text))
    }

    /// Adds a group with its members.
    pub(crate) fn add_group(
        &mut self,
        group: Group,
        members: BTreeMap<Uin, Member>,
    ) -> Result<(), Refusal> {
        save::group(&self.store, &group)?;
        let uin = group.uin;
        self.groups.insert(uin, group);
        for (member, facts) in members {
            self.insert_member(uin, member, facts)?;
        }
        Ok(())
    }

    /// Changes a group, except its members.
    pub(crate) fn update_group<R>(
        &mut self,
        group: GroupUin,
        update: impl FnOnce(&mut Group) -> R,
    ) -> Result<R, Refusal> {
        let found = self.groups.get_mut(&group).ok_or_else(|| no_group(group))?;
        let updated = update(found);
        save::group(&self.store, found)?;
        Ok(updated)
    }

    /// Adds a member to a group, or replaces an existing member.
    pub(crate) fn insert_member(
        &mut self,
        group: GroupUin,
        uin: Uin,
        member: Member,
    ) -> Result<(), Refusal> {
        let found = self.groups.get_mut(&group).ok_or_else(|| no_group(group))?;
        save::member(&self.store, group, uin, &member)?;
        found.members.insert(uin, member);
        Ok(())
    }

    /// Changes a member of a group.
    pub(crate) fn update_member<R>(
        &mut self,
        group: GroupUin,
        uin: Uin,
        update: impl FnOnce(&mut Member) -> R,
    ) -> Result<R, Refusal> {
        let found = self.groups.get_mut(&group).ok_or_else(|| no_group(group))?;
        let member = found
            .members
            .get_mut(&uin)
            .ok_or_else(|| no_member(group, uin))?;
        let updated = update(member);
        save::member(&self.store, group, uin, member)?;
        Ok(updated)
    }

    /// Removes a member from a group.
    pub(crate) fn remove_member(&mut self, group: GroupUin, uin: Uin) -> Result<(), Refusal> {
        let found = self.groups.get_mut(&group).ok_or_else(|| no_group(group))?;
        save::remove_member(&self.store, group, uin)?;
        found.members.remove(&uin);
        Ok(())
    }

    /// Removes a group with its messages. Returns who was in it.
    pub(crate) fn remove_group(&mut self, group: GroupUin) -> Result<Vec<Uin>, Refusal> {
        save::remove_group(&self.store, group)?;
        let removed = self.groups.remove(&group).ok_or_else(|| no_group(group))?;
        Ok(removed.members.into_keys().collect())
    }

    /// Refuses all future applications of a person to join a group.
    pub(crate) fn refuse_applicant(&mut self, group: GroupUin, uin: Uin) -> Result<(), Refusal> {
        save::refused_applicant(&self.store, group, uin)
    }

    /// Whether a group refuses all applications of a person.
    pub(crate) fn refuses_applicant(&self, group: GroupUin, uin: Uin) -> Result<bool, Refusal> {
        let sql = "SELECT 1 FROM refused WHERE group_uin = ?1 AND uin = ?2";
        Ok(self.store.read(sql)?.exists((group, uin))?)
    }

    /// An unused group number: the highest number in use plus 1, at least 20001.
    pub(crate) fn free_group(&self) -> Result<GroupUin, Refusal> {
        let newest = self
            .groups
            .keys()
            .next_back()
            .map_or(20_000, |group| group.get());
        GroupUin::new(newest.max(20_000) + 1).map_err(|error| Refusal::broken(&error))
    }

    /// A member's name in the group: the card if it is set, otherwise the nickname.
    pub(crate) fn name_in(&self, group: GroupUin, uin: Uin) -> String {
        let card = self
            .groups
            .get(&group)
            .and_then(|group| group.members.get(&uin))
            .map(|member| member.card.as_str())
            .filter(|card| !card.is_empty());
        match card {
            Some(card) => card.to_owned(),
            None => self.name_of(uin),
        }
    }

    /// The members of a group with a client online.
    pub(crate) fn online_members(&self, group: GroupUin) -> Vec<Uin> {
        let Some(group) = self.groups.get(&group) else {
            return Vec::new();
        };
        // The online accounts are usually fewer than the members.
        self.sessions
            .online()
            .filter(|uin| group.members.contains_key(uin))
            .collect()
    }
}

fn no_group(group: GroupUin) -> Refusal {
    Refusal::not_found(format!("there is no group {group}"))
}

fn no_member(group: GroupUin, uin: Uin) -> Refusal {
    Refusal::not_found(format!("{uin} is not in group {group}")).coded(code::NOT_A_MEMBER)
}
