//! What can happen in the world. [`tell`](crate::tell) says who is told; the journal is the list of them.

use std::sync::Arc;

use nekonap_ids::{GroupUin, Uin};
use serde_json::{Value, json};

use super::{Chat, Said};

/// Something that happened.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// Somebody said something.
    Said {
        message: Arc<Said>,
        /// The connection it came in by, which is not told of a private message of its own.
        connection: Option<u64>,
    },
    /// A message was taken back.
    Recalled { message: Box<Said>, operator: Uin },
    /// Somebody was poked: in a group, or in the private chat with `peer`.
    Poked {
        actor: Uin,
        target: Uin,
        place: Poked,
    },
    /// A reaction came or went.
    Reacted {
        group: GroupUin,
        sequence: u64,
        actor: Uin,
        code: String,
        emoji: bool,
        added: bool,
        /// How many react so now.
        count: u32,
    },
    /// A message became essence, or is none any more.
    Essence {
        group: GroupUin,
        sequence: u64,
        random: u32,
        author: Uin,
        operator: Uin,
        set: bool,
    },
    /// Somebody has read a conversation up to here.
    Read {
        reader: Uin,
        chat: Chat,
        sequence: u64,
        /// When that message was said, unix seconds.
        time: u64,
        connection: Option<u64>,
    },
    /// Somebody types to a friend, or has stopped.
    Typing { actor: Uin, to: Uin, typing: bool },
    /// A member may not speak for a while, or may again (0 seconds).
    MemberMuted {
        group: GroupUin,
        actor: Uin,
        target: Uin,
        seconds: u64,
    },
    /// Nobody but the owner and administrators may speak, or everybody may again.
    GroupMuted {
        group: GroupUin,
        actor: Uin,
        muted: bool,
    },
    /// Two are friends no more.
    FriendDeleted { actor: Uin, friend: Uin },
    /// There is a new account.
    AccountCreated { uin: Uin },
    /// There is a new group; the members besides the owner were invited.
    GroupCreated {
        group: GroupUin,
        owner: Uin,
        invited: Vec<Uin>,
    },
    /// Somebody changed their profile.
    ProfileChanged { uin: Uin, fields: Value },
    /// A client's log-in code was scanned, confirmed or cancelled by somebody's phone.
    LogIn { uin: Uin, state: &'static str },
    /// A client of an account came online or went: so many are there now.
    Presence { uin: Uin, clients: usize },
    /// A client was told to go.
    Kicked {
        uin: Uin,
        title: String,
        text: String,
    },
}

/// Where somebody was poked.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Poked {
    /// In a group; the tip's own sequence there.
    Group { group: GroupUin, notice: u64 },
    /// In the actor's private chat with this friend.
    Private { peer: Uin },
}

impl Change {
    /// Who did it; `None` is the world itself.
    pub(crate) fn by(&self) -> Option<Uin> {
        Some(match self {
            Self::Said { message, .. } => message.sender,
            Self::Recalled { operator, .. } | Self::Essence { operator, .. } => *operator,
            Self::Poked { actor, .. }
            | Self::Reacted { actor, .. }
            | Self::Typing { actor, .. }
            | Self::MemberMuted { actor, .. }
            | Self::GroupMuted { actor, .. }
            | Self::FriendDeleted { actor, .. } => *actor,
            Self::Read { reader, .. } => *reader,
            Self::GroupCreated { owner, .. } => *owner,
            Self::ProfileChanged { uin, .. }
            | Self::LogIn { uin, .. }
            | Self::Presence { uin, .. } => *uin,
            Self::AccountCreated { .. } | Self::Kicked { .. } => return None,
        })
    }

    /// The journal's name for it.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Said { .. } => "message",
            Self::Recalled { .. } => "recall",
            Self::Poked { .. } => "poke",
            Self::Reacted { .. } => "reaction",
            Self::Essence { .. } => "essence",
            Self::Read { .. } => "read",
            Self::Typing { .. } => "typing",
            Self::MemberMuted { .. } => "mute_member",
            Self::GroupMuted { .. } => "mute_group",
            Self::FriendDeleted { .. } => "delete_friend",
            Self::AccountCreated { .. } => "create_account",
            Self::GroupCreated { .. } => "create_group",
            Self::ProfileChanged { .. } => "set_profile",
            Self::LogIn { .. } => "log_in",
            Self::Presence { .. } => "presence",
            Self::Kicked { .. } => "kick",
        }
    }

    /// What the journal tells of it.
    pub(crate) fn detail(&self) -> Value {
        /// Where, seen by the one who did it.
        fn place(chat: Chat, actor: Uin, sequence: u64) -> Value {
            match chat {
                Chat::Group(group) => json!({"group": group, "sequence": sequence}),
                Chat::Two(..) => {
                    let peer = chat.peer_of(actor).unwrap_or(actor);
                    json!({"peer": peer, "sequence": sequence})
                }
            }
        }
        match self {
            Self::Said { message, .. } => place(message.chat, message.sender, message.sequence),
            Self::Recalled { message, operator } => {
                place(message.chat, *operator, message.sequence)
            }
            Self::Poked { target, place, .. } => match place {
                Poked::Group { group, .. } => json!({"group": group, "target": target}),
                Poked::Private { peer } => json!({"peer": peer, "target": target}),
            },
            Self::Reacted {
                group,
                sequence,
                code,
                added,
                count,
                ..
            } => json!({
                "group": group, "sequence": sequence, "emoji": code, "set": added, "count": count
            }),
            Self::Essence {
                group,
                sequence,
                author,
                set,
                ..
            } => json!({"group": group, "sequence": sequence, "author": author, "set": set}),
            Self::Read {
                reader,
                chat,
                sequence,
                ..
            } => place(*chat, *reader, *sequence),
            Self::Typing { to, typing, .. } => json!({"to": to, "typing": typing}),
            Self::MemberMuted {
                group,
                target,
                seconds,
                ..
            } => json!({"group": group, "target": target, "seconds": seconds}),
            Self::GroupMuted { group, muted, .. } => json!({"group": group, "enable": muted}),
            Self::FriendDeleted { friend, .. } => json!({"target": friend}),
            Self::AccountCreated { uin } => json!({"uin": uin}),
            Self::GroupCreated { group, invited, .. } => {
                json!({"group": group, "members": invited})
            }
            Self::ProfileChanged { fields, .. } => fields.clone(),
            Self::LogIn { state, .. } => json!({"state": state}),
            Self::Presence { clients, .. } => {
                json!({"online": *clients > 0, "clients": clients})
            }
            Self::Kicked { uin, title, text } => {
                json!({"uin": uin, "title": title, "message": text})
            }
        }
    }
}
