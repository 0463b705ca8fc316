//! Builds the events of a push, after its uids were looked up. protocol/05 §5

use nekonap_ids::Uin;
use nekonap_wire::{
    message::{Element, Mention, MentionTarget, Message as Wire, Party, Place, Role, SenderFacts},
    push::{
        AdminChanged, FriendChange, GroupTransferred, MemberJoined, MemberLeft, Notice, Push,
        Pushed,
    },
};

use super::{Event, Message, Sender, decode};
use crate::{
    cache::{FriendUpdate, mute_end},
    client::Client,
    requests::group,
};

/// Builds the public form of a message; `None` if its sender or peer is unknown.
pub(crate) async fn message(client: &Client, wire: Wire, missed: bool) -> Option<Message> {
    let me = client.me()?;
    let mut wire = wire;
    let stored = match decode::stored_elsewhere(&wire) {
        Some(res_id) => stored(client, res_id).await,
        None => None,
    };
    if let Some(elements) = stored {
        wire.elements = elements;
    }
    for party in [&mut wire.from, &mut wire.to] {
        if let (None, Some(uid)) = (party.uin, party.uid) {
            party.uin = client.uin_of(&uid).await.ok().flatten();
        }
    }
    for element in &mut wire.elements {
        if let Element::Mention(Mention {
            target:
                MentionTarget::Member {
                    uin: uin @ None,
                    uid: Some(uid),
                },
            ..
        }) = element
        {
            *uin = client.uin_of(uid).await.ok().flatten();
        }
    }
    let sender = wire.from.uin?;
    let conversation = decode::of(&wire, Some(me.uin))?;
    let facts = if missed {
        SenderFacts::default()
    } else {
        wire.sender_facts()
    };
    let group_name = match wire.place {
        Place::Group { group_name, .. } => group_name,
        _ => String::new(),
    };
    Some(Message {
        conversation,
        sender: Sender {
            uin: sender,
            uid: wire.from.uid,
            nickname: facts.nickname.unwrap_or_default(),
            card: facts.card,
            title: facts.title,
            level: facts.level,
            role: facts.role,
        },
        own: sender == me.uin,
        sequence: wire.sequence,
        client_sequence: wire.client_sequence,
        random: wire.random,
        time: wire.time,
        elements: wire.elements,
        group_name,
        missed,
    })
}

/// Fetches the elements of a message of which only a digest was pushed. protocol/02 §3.13
async fn stored(client: &Client, res_id: &str) -> Option<Vec<Element>> {
    match client.download_forward(res_id).await {
        Ok(Some(nest)) => nest.nodes.into_iter().next().map(|node| node.elements),
        Ok(None) => None,
        Err(error) => {
            tracing::debug!(%error, "a long message cannot be fetched: reporting its digest");
            None
        }
    }
}

/// Builds the events of a push.
pub(super) async fn events(client: &Client, pushed: Pushed) -> Vec<Event> {
    match pushed.push {
        Push::Message(wire) => match message(client, *wire, false).await {
            Some(message) => vec![Event::Message(Box::new(message))],
            None => {
                if client.inner.count.lost_notices.add_and_should_log() {
                    tracing::warn!("a message is lost: its sender or peer is unknown");
                }
                Vec::new()
            }
        },
        Push::Notice(notice) => {
            let mut events: Vec<Event> = invalidate_caches(client, &notice).into_iter().collect();
            let people = client.inner.cache.people();
            let me = client.me().map(|me| me.uin);
            let resolved = notice.try_map_people(&mut |party: Party| match party.uid {
                _ if party == Party::RECEIVER => me,
                Some(uid) if party.uin.is_none() => people.uin(&uid),
                _ => party.uin,
            });
            let time = pushed.envelope.time;
            if let Some(Notice::GroupRequested(requested)) = &resolved {
                match group::find(client, requested).await {
                    Some(found) => events.push(Event::GroupRequest(Box::new(found))),
                    None => {
                        if client.inner.count.lost_notices.add_and_should_log() {
                            tracing::warn!(group = %requested.group, "a request of a group is lost: it is in no list");
                        }
                    }
                }
                return events;
            }
            if let Some(notice) = &resolved {
                events.extend(update_members(client, notice, time));
                events.extend(update_friends(client, notice, time));
            }
            events.extend(resolved.map(|notice| Event::Notice { notice, time }));
            events
        }
        Push::Unknown {
            kind,
            sub_kind,
            payload,
        } => vec![Event::Unknown {
            kind,
            sub_kind,
            payload,
        }],
        _ => Vec::new(),
    }
}

/// Invalidates the caches that a notice affects, and keeps the pairs of number and uid that it contains. Returns the
/// event that reports it.
fn invalidate_caches(client: &Client, notice: &Notice<Party>) -> Option<Event> {
    let cache = &client.inner.cache;
    match notice {
        Notice::MemberJoined(MemberJoined { group, .. })
        | Notice::MemberLeft(MemberLeft { group, .. }) => {
            cache.forget_members(*group);
            cache.forget_groups();
            Some(Event::MembersChanged(*group))
        }
        Notice::SelfJoined(_) | Notice::GroupRenamed(_) | Notice::GroupRemarked(_) => {
            cache.forget_groups();
            Some(Event::GroupsChanged)
        }
        Notice::FriendRequested(asked) => {
            if let Some(uin) = asked.from.uin {
                cache.learn(uin, asked.uid);
            }
            None
        }
        Notice::FriendAdded(added) => {
            if let (Some(uin), Some(uid)) = (added.friend.uin, added.friend.uid) {
                cache.learn(uin, uid);
            }
            cache.forget_friends();
            Some(Event::FriendsChanged)
        }
        Notice::VoiceText(found) => {
            client.inner.voice_texts.arrived(found);
            None
        }
        Notice::SelfLeft(left) => {
            cache.forget_groups();
            cache.forget_members(left.group);
            Some(Event::GroupsChanged)
        }
        _ => None,
    }
}

/// Updates the cached members that a notice is about. Returns the event that reports it.
fn update_members(client: &Client, notice: &Notice<Uin>, time: u64) -> Option<Event> {
    let cache = &client.inner.cache;
    match notice {
        Notice::Muted(muted) => {
            for mute in &muted.mutes {
                match mute.target {
                    Some(target) => {
                        let until = mute_end(time, mute.seconds);
                        cache.change_one(muted.group, target, |one| one.muted_until = until);
                    }
                    None => cache.forget_groups(),
                }
            }
            Some(Event::MembersChanged(muted.group))
        }
        Notice::AdminChanged(AdminChanged { group, member, set }) => {
            let role = if *set { Role::Admin } else { Role::Member };
            cache.change_one(*group, *member, |one| one.role = role);
            Some(Event::MembersChanged(*group))
        }
        Notice::GroupTransferred(GroupTransferred { group, from, to }) => {
            cache.change_one(*group, *from, |one| one.role = Role::Member);
            cache.change_one(*group, *to, |one| one.role = Role::Owner);
            // The list of groups has the owners.
            cache.forget_groups();
            Some(Event::MembersChanged(*group))
        }
        Notice::TitleGiven(given) => {
            cache.change_one(given.group, given.member, |one| {
                one.title.clone_from(&given.title);
            });
            Some(Event::MembersChanged(given.group))
        }
        Notice::CardChanged(changed) => Some(Event::MembersChanged(changed.group)),
        _ => None,
    }
}

/// Updates the friend list and the own nickname. Returns the event that reports it.
fn update_friends(client: &Client, notice: &Notice<Uin>, time: u64) -> Option<Event> {
    let cache = &client.inner.cache;
    let rename = |person: Uin, nickname: &str| {
        if let Some(uid) = cache.people().uid(person) {
            let nickname = cache.name(person, uid, nickname, cache.pushed(time));
            client.inner.keep_own_name(person, &nickname);
        }
    };
    match notice {
        Notice::FriendsChanged(changed) => {
            for change in &changed.changes {
                let (person, update) = match change {
                    FriendChange::Deleted(friend) => (friend, FriendUpdate::Deleted),
                    FriendChange::Moved { friend, category } => {
                        (friend, FriendUpdate::Category(*category))
                    }
                    FriendChange::Remark { friend, remark } => {
                        (friend, FriendUpdate::Remark(remark.clone()))
                    }
                    FriendChange::Profile { person, properties } => {
                        if let Some(nickname) = change.nickname() {
                            rename(*person, &nickname);
                        }
                        (person, FriendUpdate::Profile(properties.clone()))
                    }
                    FriendChange::Categories => {
                        cache.forget_friends();
                        continue;
                    }
                };
                cache.update_friend(*person, update);
            }
            Some(Event::FriendsChanged)
        }
        Notice::SelfRenamed(renamed) => {
            rename(client.me()?.uin, &renamed.nickname);
            None
        }
        _ => None,
    }
}
