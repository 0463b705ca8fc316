//! Changes of the friend list: deleted and moved friends, remarks, profiles (protocol/05 §5.13).

use bytes::Bytes;

use super::{
    Envelope, Origin, change_list,
    notices::{self, Content, Payload},
};
use crate::{
    command::DecodeError,
    commands::friends::property,
    message::Party,
    proto::push::{
        ChangedRemark, ChangedRemarks, DeletedFriends, ListedChange, MovedFriend, MovedFriends,
        PersonProfile, ProfileProperty,
    },
};

/// `op` of each kind of change.
mod op {
    pub(super) const CATEGORY_ADDED: u32 = 0;
    pub(super) const CATEGORIES_REORDERED: u32 = 3;
    pub(super) const MOVED: u32 = 4;
    pub(super) const DELETED: u32 = 5;
    pub(super) const PROFILE: u32 = 20;
    pub(super) const REMARK: u32 = 40;
}

/// `kind` of a friend's remark.
const OF_FRIEND: u32 = 0;

/// The friend list, or the profile of somebody in it, changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FriendsChanged<P> {
    /// The changes, in order; never empty.
    pub changes: Vec<FriendChange<P>>,
}

/// A change of the friend list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FriendChange<P> {
    /// No longer a friend.
    Deleted(P),
    /// In another category.
    Moved {
        /// The friend.
        friend: P,
        /// Id of the new category.
        category: u32,
    },
    /// The account has another remark for a friend.
    Remark {
        /// The friend.
        friend: P,
        /// New remark; empty if it was removed.
        remark: String,
    },
    /// A person, perhaps the account itself, changed the profile.
    Profile {
        /// The person.
        person: P,
        /// Ids and values of the changed properties (protocol/04 §4.2).
        properties: Vec<(u32, Bytes)>,
    },
    /// The categories were changed: added, removed, renamed or put in another order.
    Categories,
}

impl<P> FriendsChanged<P> {
    /// Always `None`: the notice is not ordered with messages.
    pub(super) fn origin(&self) -> Option<Origin<P>> {
        None
    }

    /// Changes of people whom `find` does not know are left out.
    pub(super) fn try_map_people<Q>(
        self,
        find: &mut impl FnMut(P) -> Option<Q>,
    ) -> Option<FriendsChanged<Q>> {
        let changes = self.changes.into_iter();
        Some(FriendsChanged {
            changes: changes.filter_map(|change| change.try_map(find)).collect(),
        })
    }
}

impl<P> FriendChange<P> {
    fn try_map<Q>(self, find: &mut impl FnMut(P) -> Option<Q>) -> Option<FriendChange<Q>> {
        Some(match self {
            Self::Deleted(friend) => FriendChange::Deleted(find(friend)?),
            Self::Moved { friend, category } => FriendChange::Moved {
                friend: find(friend)?,
                category,
            },
            Self::Remark { friend, remark } => FriendChange::Remark {
                friend: find(friend)?,
                remark,
            },
            Self::Profile { person, properties } => FriendChange::Profile {
                person: find(person)?,
                properties,
            },
            Self::Categories => FriendChange::Categories,
        })
    }

    /// The new nickname, if this is one.
    pub fn nickname(&self) -> Option<String> {
        let Self::Profile { properties, .. } = self else {
            return None;
        };
        let (_, value) = properties
            .iter()
            .find(|(id, _)| *id == property::NICKNAME)?;
        Some(String::from_utf8_lossy(value).into_owned())
    }
}

impl FriendsChanged<Party> {
    pub(super) fn decode(content: &Content) -> Result<Option<Self>, DecodeError> {
        let changes: Vec<_> = change_list::decode(content)?
            .into_iter()
            .flat_map(of)
            .collect();
        Ok((!changes.is_empty()).then_some(Self { changes }))
    }

    pub(super) fn encode(&self, _: &Envelope) -> Payload {
        change_list::encode(self.changes.iter().map(listed).collect())
    }
}

/// The changes in an entry; none if it is of another kind.
fn of(listed: ListedChange) -> Vec<FriendChange<Party>> {
    let by_uid = |uid: &Option<String>| notices::by_uid(uid.as_deref());
    match listed.op {
        Some(op::DELETED) => {
            let uids = listed.deleted.unwrap_or_default().uids;
            let friends = uids.iter().filter_map(|uid| notices::by_uid(Some(uid)));
            friends.map(FriendChange::Deleted).collect()
        }
        Some(op::MOVED) => {
            let friends = listed.moved.unwrap_or_default().friends;
            let moved = friends.iter().filter_map(|moved| {
                Some(FriendChange::Moved {
                    friend: by_uid(&moved.uid)?,
                    category: moved.category.unwrap_or(0),
                })
            });
            moved.collect()
        }
        Some(op::REMARK) => {
            let remarks = listed.remarks.unwrap_or_default().remarks;
            let of_friends = remarks
                .into_iter()
                .filter(|one| one.kind.unwrap_or(OF_FRIEND) == OF_FRIEND);
            let remarks = of_friends.filter_map(|one| {
                Some(FriendChange::Remark {
                    friend: by_uid(&one.uid)?,
                    remark: one.remark.unwrap_or_default(),
                })
            });
            remarks.collect()
        }
        Some(op::PROFILE) => {
            let profile = listed.profile.unwrap_or_default();
            let properties = profile.properties.into_iter();
            let properties =
                properties.map(|one| (one.property.unwrap_or(0), one.value.unwrap_or_default()));
            let changed = by_uid(&profile.uid).map(|person| FriendChange::Profile {
                person,
                properties: properties.collect(),
            });
            changed.into_iter().collect()
        }
        Some(op::CATEGORY_ADDED..=op::CATEGORIES_REORDERED) => vec![FriendChange::Categories],
        _ => Vec::new(),
    }
}

fn listed(change: &FriendChange<Party>) -> ListedChange {
    let uid = |person: &Party| Some(notices::uid_text(Some(*person)));
    match change {
        FriendChange::Deleted(friend) => ListedChange {
            op: Some(op::DELETED),
            deleted: Some(DeletedFriends {
                uids: vec![notices::uid_text(Some(*friend))],
            }),
            ..ListedChange::default()
        },
        FriendChange::Moved { friend, category } => ListedChange {
            op: Some(op::MOVED),
            moved: Some(MovedFriends {
                friends: vec![MovedFriend {
                    uid: uid(friend),
                    category: Some(*category),
                }],
            }),
            ..ListedChange::default()
        },
        FriendChange::Remark { friend, remark } => ListedChange {
            op: Some(op::REMARK),
            remarks: Some(ChangedRemarks {
                remarks: vec![ChangedRemark {
                    kind: Some(OF_FRIEND),
                    uid: uid(friend),
                    remark: Some(remark.clone()),
                    group: None,
                }],
            }),
            ..ListedChange::default()
        },
        FriendChange::Profile { person, properties } => ListedChange {
            op: Some(op::PROFILE),
            profile: Some(PersonProfile {
                uid: uid(person),
                properties: properties
                    .iter()
                    .map(|(id, value)| ProfileProperty {
                        property: Some(*id),
                        value: Some(value.clone()),
                    })
                    .collect(),
            }),
            ..ListedChange::default()
        },
        FriendChange::Categories => ListedChange {
            op: Some(op::CATEGORIES_REORDERED),
            ..ListedChange::default()
        },
    }
}
