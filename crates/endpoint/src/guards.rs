//! Guards: lookups that an action does before it acts. Each returns what it found, or fails with the code of the
//! missing object (api/actions §1.4).

use nekonap_archive::{Arrival, Entry, Stored};
use nekonap_client::{CallError, Friend, Group, Member, Role, User, codes};
use nekonap_ids::{Conversation, GroupUin, MessageId, Sequence, Uin};
use nekonap_onebot::{Code, MessageRef};

use crate::{
    bot::Context,
    error::{Failure, Result},
    incoming,
};

impl Context {
    /// A group that the account is in. Asks the server if the cache does not have it: the account may have just joined.
    ///
    /// # Errors
    /// `GROUP_NOT_FOUND`.
    pub(crate) async fn group(&self, group: GroupUin) -> Result<Group> {
        let client = self.client();
        if let Some(known) = client.group(group, false).await? {
            return Ok(known);
        }
        let fresh = client.group(group, true).await?;
        fresh.ok_or_else(|| no_group(group))
    }

    /// A member of a group that the account is in. Asks the server if the cache does not have it: the member may have just
    /// joined.
    ///
    /// # Errors
    /// `GROUP_NOT_FOUND`, `MEMBER_NOT_FOUND`.
    pub(crate) async fn member(&self, group: GroupUin, user: Uin) -> Result<Member> {
        self.group(group).await?;
        let client = self.client();
        if let Some(known) = client.member(group, user, false).await? {
            return Ok(known);
        }
        match client.member(group, user, true).await {
            Ok(fresh) => fresh.ok_or_else(|| no_member(group, user)),
            Err(CallError::Refused(refusal)) if refusal.code == codes::NOT_A_MEMBER => {
                Err(no_member(group, user))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Checks that the account has at least this role in a group. If its role is unknown, this succeeds and the server
    /// decides.
    ///
    /// # Errors
    /// `GROUP_NOT_FOUND`, `PERMISSION_DENIED`.
    pub(crate) async fn require(&self, group: GroupUin, role: Role) -> Result<()> {
        self.group(group).await?;
        let me = self.client().member(group, self.self_id(), false).await?;
        match me.map(|me| me.role) {
            Some(mine) if mine < role => {
                let needed = match role {
                    Role::Owner => "the owner",
                    Role::Admin | Role::Member => "the owner or an administrator",
                };
                let text = format!("only {needed} of group {group} may do that");
                Err(Failure::new(Code::PermissionDenied, text))
            }
            _ => Ok(()),
        }
    }

    /// Checks that the account is owner or administrator of a group, and that a member has a lower rank. If the own role
    /// is unknown, the server decides.
    ///
    /// # Errors
    /// `GROUP_NOT_FOUND`, `MEMBER_NOT_FOUND`, `PERMISSION_DENIED`.
    pub(crate) async fn outranked(&self, group: GroupUin, user: Uin) -> Result<()> {
        let target = self.member(group, user).await?;
        self.require(group, Role::Admin).await?;
        let me = self.client().member(group, self.self_id(), false).await?;
        if me.is_some_and(|me| me.role <= target.role) {
            let text = format!("{user} is not of lower rank than the account in group {group}");
            return Err(Failure::new(Code::PermissionDenied, text));
        }
        Ok(())
    }

    /// A user, who need not be a friend or in a shared group.
    ///
    /// # Errors
    /// `USER_NOT_FOUND`.
    pub(crate) async fn user(&self, user: Uin) -> Result<User> {
        let known = self.client().user(user, false).await?;
        known.ok_or_else(|| no_user(user))
    }

    /// A friend, or the account itself.
    ///
    /// # Errors
    /// `FRIEND_NOT_FOUND`.
    pub(crate) async fn friend(&self, user: Uin) -> Result<()> {
        if user != self.self_id() {
            self.listed_friend(user).await?;
        }
        Ok(())
    }

    /// A friend; not the account itself. Asks the server if the cache does not have the friend: the friendship may be new.
    ///
    /// # Errors
    /// `FRIEND_NOT_FOUND`.
    pub(crate) async fn listed_friend(&self, user: Uin) -> Result<Friend> {
        for fresh in [false, true] {
            if let Some(friend) = self.client().friends(fresh).await?.friend(user) {
                return Ok(friend.clone());
            }
        }
        let text = format!("{user} is not a friend");
        Err(Failure::new(Code::FriendNotFound, text))
    }

    /// A stored message, by its id or its long id.
    ///
    /// # Errors
    /// `MSG_NOT_FOUND`, also if the message was recalled.
    pub(crate) async fn message(&self, reference: MessageRef) -> Result<Stored> {
        let stored = self.stored_message(reference).await?;
        if stored.recalled.is_some() {
            return Err(Failure::new(
                Code::MessageNotFound,
                format!("the message {reference} was recalled"),
            ));
        }
        Ok(stored)
    }

    /// Like [`message`](Self::message), but recalled messages are found too.
    ///
    /// # Errors
    /// `MSG_NOT_FOUND`.
    pub(crate) async fn stored_message(&self, reference: MessageRef) -> Result<Stored> {
        let id = reference
            .short()
            .or_else(|| reference.long().and_then(short_id));
        let stored = match id {
            Some(id) => self.archive().message(id).await?,
            None => None,
        };
        stored.ok_or_else(|| no_message(reference))
    }

    /// The place of a group message. `what` completes the text "only group messages can be …".
    ///
    /// # Errors
    /// `MSG_NOT_FOUND` if the message never reached the server, `NOT_SUPPORTED` if it is private.
    pub(crate) fn group_place(stored: &Stored, what: &str) -> Result<(GroupUin, Sequence)> {
        match (stored.conversation, stored.sequence) {
            (Conversation::Group(group), Some(sequence)) => Ok((group, sequence)),
            (Conversation::Group(_), None) => Err(never_arrived(stored.id)),
            _ => Err(Failure::new(
                Code::NotSupported,
                format!("only group messages can be {what}"),
            )),
        }
    }

    /// The stored message at a place. A message that is not known yet gets an id and is stored without content.
    pub(crate) async fn at(
        &self,
        conversation: Conversation,
        sequence: Sequence,
    ) -> Result<Stored> {
        let id = self.archive().id_at(conversation, sequence).await?;
        let stored = self.archive().message(id).await?;
        stored.ok_or_else(|| no_message(id))
    }

    /// Loads the content of a message from the server if the archive does not have it.
    ///
    /// # Errors
    /// `MSG_NOT_FOUND` if the server no longer has it.
    pub(crate) async fn content(&self, stored: Stored) -> Result<Stored> {
        let (None, Some(sequence)) = (&stored.record, stored.sequence) else {
            return Ok(stored);
        };
        let Some(said) = self.client().message(stored.conversation, sequence).await? else {
            return Err(no_message(stored.id));
        };
        let entry = Entry {
            record: incoming::record(&said),
            arrival: Arrival::Fetched,
        };
        self.archive().record(vec![entry]).await?;
        let id = stored.id;
        let stored = self.archive().message(id).await?;
        stored.ok_or_else(|| no_message(id))
    }
}

pub(crate) fn no_group(group: GroupUin) -> Failure {
    Failure::new(
        Code::GroupNotFound,
        format!("the account is not in group {group}"),
    )
}

pub(crate) fn no_member(group: GroupUin, user: Uin) -> Failure {
    Failure::new(
        Code::MemberNotFound,
        format!("{user} is not in group {group}"),
    )
}

pub(crate) fn no_user(user: Uin) -> Failure {
    Failure::new(Code::UserNotFound, format!("there is no user {user}"))
}

pub(crate) fn no_message(reference: impl std::fmt::Display) -> Failure {
    Failure::new(
        Code::MessageNotFound,
        format!("there is no message {reference}"),
    )
}

/// The failure for a message of the account that the server did not confirm.
pub(crate) fn never_arrived(id: MessageId) -> Failure {
    Failure::new(
        Code::MessageNotFound,
        format!("the message {id} never reached the server"),
    )
}

/// The first long id. Long ids are above every short id, and too large for exact JavaScript numbers.
const LONG_IDS: u64 = 7_300_000_000_000_000_000;

/// The long id of a message, as in `msgId` fields.
pub(crate) fn long_id(id: MessageId) -> u64 {
    LONG_IDS + u64::from(id.get().unsigned_abs())
}

/// The message id that a long id stands for.
fn short_id(long: u64) -> Option<MessageId> {
    let id = i64::try_from(long.checked_sub(LONG_IDS)?).ok()?;
    MessageId::new(id).ok()
}
