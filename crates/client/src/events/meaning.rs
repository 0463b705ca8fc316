//! What a push tells, now that everybody in it is known as far as can be. protocol/05 §5

use nekonap_ids::{Conversation, Uid};
use nekonap_wire::{
    message::{Element, Mention, MentionTarget, Message as Wire, Place, Role as WireRole},
    push::{Push, Pushed},
};

use super::{
    Essence, Event, GroupRecall, Message, Person, Poke, PrivateRecall, Reaction, Sender, Typing,
    decode,
};
use crate::{client::Client, groups::Role};

/// A message as users of this library see it; `None` where its people are not known.
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
    let (group_name, card, nickname, role) = match wire.place {
        Place::Group {
            group_name,
            card,
            card_is_card,
            role,
            ..
        } => {
            let (card, nickname) = if card_is_card {
                (Some(card), String::new())
            } else {
                (Some(String::new()).filter(|_| !card.is_empty()), card)
            };
            let role = match role {
                WireRole::Member => Role::Member,
                WireRole::Administrator => Role::Admin,
                WireRole::Owner => Role::Owner,
            };
            (group_name, card, nickname, Some(role))
        }
        _ => (String::new(), None, String::new(), None),
    };
    Some(Message {
        conversation,
        sender: Sender {
            uin: sender,
            uid: wire.from.uid,
            nickname,
            // History tells neither card nor role.
            card: card.filter(|_| !missed),
            role: role.filter(|_| !missed),
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

/// The message itself, where only a digest of it was pushed. protocol/02 §3.13
async fn stored(client: &Client, res_id: &str) -> Option<Vec<Element>> {
    match client.download_forward(res_id).await {
        Ok(Some(nest)) => nest.nodes.into_iter().next().map(|node| node.elements),
        Ok(None) => None,
        Err(error) => {
            tracing::debug!(%error, "a long message stays a digest");
            None
        }
    }
}

/// The events of a push.
#[allow(clippy::too_many_lines)] // A table: one arm a push.
pub(super) async fn events(client: &Client, pushed: Pushed) -> Vec<Event> {
    let Pushed { push, envelope } = pushed;
    let inner = &client.inner;
    let people = inner.cache.people();
    let uin = |uid: Option<Uid>| uid.and_then(|uid| people.uin(&uid));
    let person = |uid: Option<Uid>| Person { uin: uin(uid), uid };
    let me = client.me();
    let my_uin = me.as_ref().map(|me| me.uin);
    let time = envelope.time;
    match push {
        Push::Message(wire) => match message(client, *wire, false).await {
            Some(message) => vec![Event::Message(Box::new(message))],
            None => {
                if inner.count.lost_notices.burst() {
                    tracing::warn!("a message whose sender the server does not tell is lost");
                }
                Vec::new()
            }
        },
        Push::GroupRecall(recall) => {
            let operator = recall.operator.or_else(|| me.as_ref().map(|me| me.uid));
            let one = |message: nekonap_wire::push::Recalled| {
                Event::GroupRecall(GroupRecall {
                    group: recall.group,
                    sequence: message.sequence,
                    random: message.random,
                    time: message.time,
                    author: person(message.author),
                    operator: person(operator),
                    tip: recall.tip.clone(),
                })
            };
            recall.messages.clone().into_iter().map(one).collect()
        }
        Push::PrivateRecall(recall) => {
            let peer = if uin(recall.from) == my_uin {
                recall.to
            } else {
                recall.from
            };
            let Some(peer) = uin(peer) else {
                return Vec::new();
            };
            vec![Event::PrivateRecall(PrivateRecall {
                peer,
                author: person(recall.from),
                sequence: recall.sequence,
                client_sequence: recall.client_sequence,
                random: recall.random,
                time: recall.time,
                tip: recall.tip,
            })]
        }
        Push::Reaction(reaction) => vec![Event::Reaction(Reaction {
            group: reaction.group,
            sequence: reaction.sequence,
            operator: person(reaction.operator),
            code: reaction.code,
            emoji: reaction.emoji,
            count: reaction.count,
            added: reaction.added,
            time,
        })],
        Push::Essence(essence) => vec![Event::Essence(Essence {
            group: essence.group,
            sequence: essence.sequence,
            random: essence.random,
            set: essence.set,
            author: essence.author,
            operator: essence.operator,
            time,
        })],
        Push::Poke(poke) => {
            let Some(target) = poke.target.or(my_uin) else {
                return Vec::new();
            };
            let conversation = match (poke.group, poke.peer) {
                (Some(group), _) => Conversation::Group(group),
                (None, Some(peer)) => Conversation::Friend(peer),
                (None, None) => Conversation::Friend(if Some(poke.from) == my_uin {
                    target
                } else {
                    poke.from
                }),
            };
            vec![Event::Poke(Poke {
                conversation,
                from: poke.from,
                target,
                action: poke.action,
                suffix: poke.suffix,
                image: poke.image,
                time,
                sequence: poke.sequence,
                tip_id: poke.tip_id,
            })]
        }
        Push::Typing(typing) => uin(Some(typing.from))
            .map(|friend| {
                Event::Typing(Typing {
                    friend,
                    event: typing.event,
                    wording: typing.wording,
                })
            })
            .into_iter()
            .collect(),
        Push::PrivateRead(read) => {
            let one = |read: nekonap_wire::push::PrivateRead| {
                Some(Event::ReadElsewhere {
                    conversation: Conversation::Friend(people.uin(&read.peer)?),
                    sequence: None,
                    time: Some(read.time),
                })
            };
            read.into_iter().filter_map(one).collect()
        }
        Push::GroupRead(read) => vec![Event::ReadElsewhere {
            conversation: Conversation::Group(read.group),
            sequence: Some(read.sequence),
            time: None,
        }],
        Push::Unknown {
            kind,
            sub_kind,
            payload,
        } => vec![Event::Unknown {
            kind,
            sub_kind,
            payload,
        }],
        other => membership(client, &other, time),
    }
}

/// What a push tells of who comes to a group and who goes.
fn membership(client: &Client, push: &Push, time: u64) -> Vec<Event> {
    let inner = &client.inner;
    let people = inner.cache.people();
    let uin = |uid: Option<Uid>| uid.and_then(|uid| people.uin(&uid));
    match push {
        Push::MemberJoined(joined) => {
            inner.cache.forget_members(joined.group);
            inner.cache.forget_groups();
            let mut events = vec![Event::MembersChanged(joined.group)];
            events.extend(uin(Some(joined.member)).map(|member| Event::Joined {
                group: joined.group,
                member,
                operator: uin(joined.operator),
                invited: joined.invited,
                time,
            }));
            events
        }
        Push::MemberLeft(left) => {
            inner.cache.forget_members(left.group);
            inner.cache.forget_groups();
            let mut events = vec![Event::MembersChanged(left.group)];
            events.extend(uin(Some(left.member)).map(|member| Event::Left {
                group: left.group,
                member,
                operator: uin(left.operator),
                how: left.how,
                time,
            }));
            events
        }
        Push::Joined(joined) => {
            inner.cache.forget_groups();
            let mut events = vec![Event::GroupsChanged];
            events.extend(client.me().map(|me| me.uin).map(|member| Event::Joined {
                group: joined.group,
                member,
                operator: uin(joined.operator),
                invited: false,
                time,
            }));
            events
        }
        Push::Left(group) => {
            inner.cache.forget_groups();
            inner.cache.forget_members(*group);
            vec![Event::GroupsChanged]
        }
        _ => Vec::new(),
    }
}
