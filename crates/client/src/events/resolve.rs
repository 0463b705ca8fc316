//! From pushes to events: numbers in place of uids, each conversation in order, nothing twice. A slow look-up holds back
//! its own conversation only. `protocol/05` §9, §10

use std::{
    collections::{HashMap, VecDeque},
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use bytes::Bytes;
use nekonap_ids::{Conversation, Sequence, Uid, Uin};
use nekonap_wire::{
    message::{Message as Wire, Place, Role as WireRole},
    push::{Push, Pushed},
};
use tokio::{sync::mpsc, task::JoinSet};

use super::{
    Essence, Event, GroupRecall, Message, Person, Poke, PrivateRecall, Reaction, Sender, Typing,
    decode::{self, Line},
    gaps::Gaps,
    intake::Overtaken,
    repeats::Seen,
};
use crate::{
    client::{Client, Inner},
    groups::Role,
};

/// How many pushes may wait in one line while its first is looked up; beyond it messages are left to history.
const WAITING_IN_LINE: usize = 1_024;

/// What the resolver is told beside pushes.
#[derive(Debug)]
pub(crate) enum Hint {
    /// The client is online, for the first time or again.
    Online,
    /// The server took a message of ours: it is no news when history tells it.
    Sent {
        conversation: Conversation,
        sequence: Sequence,
    },
}

/// What a task came back with.
enum Done {
    /// The events of the first push of a line.
    Resolved(Line, Vec<Event>),
    /// What was missed in a conversation, up to this sequence.
    Caught(Conversation, Vec<Message>, Option<Sequence>),
    /// Where every conversation stands on the server.
    Standing(Vec<(Conversation, Sequence)>),
}

/// The task between the wire and the embedder.
pub(crate) struct Resolver {
    inner: Arc<Inner>,
    tell: mpsc::Sender<Event>,
    seen: Seen<(Conversation, Sequence)>,
    notices: Seen<u64>,
    /// Lines whose first push is being looked up, or whose gap is being fetched, and what waits behind it.
    waiting: HashMap<Line, VecDeque<Pushed>>,
    tasks: JoinSet<Done>,
    gaps: Gaps,
}

impl Resolver {
    pub(crate) fn new(inner: Arc<Inner>, tell: mpsc::Sender<Event>) -> Self {
        let gaps = Gaps::new(&inner.config.known);
        Self {
            inner,
            tell,
            seen: Seen::default(),
            notices: Seen::default(),
            waiting: HashMap::new(),
            tasks: JoinSet::new(),
            gaps,
        }
    }

    /// Runs until shutdown.
    pub(crate) async fn run(
        mut self,
        mut taken: mpsc::Receiver<Bytes>,
        overtaken: Arc<Overtaken>,
        mut hinted: mpsc::Receiver<Hint>,
    ) {
        let closing = self.inner.closing.clone();
        let work = async {
            loop {
                tokio::select! {
                    biased;
                    Some(hint) = hinted.recv() => self.hinted(&hint),
                    Some(done) = self.tasks.join_next() => {
                        if let Ok(done) = done {
                            self.done(done).await;
                        }
                    }
                    conversations = overtaken.take() => {
                        for conversation in conversations {
                            self.catch_up(conversation, None);
                        }
                    }
                    Some(push) = taken.recv() => self.taken(push).await,
                }
            }
        };
        tokio::select! {
            () = closing.cancelled() => {}
            () = work => {}
        }
    }

    fn hinted(&mut self, hint: &Hint) {
        match *hint {
            Hint::Online => {
                let client = self.client();
                let wanted = self.gaps.wanted();
                self.tasks.spawn(async move {
                    Done::Standing(super::gaps::standing(&client, wanted).await)
                });
            }
            Hint::Sent {
                conversation,
                sequence,
            } => {
                // In a group the echo is still to come, and is told.
                if conversation.peer().is_some() {
                    self.seen.first((conversation.counted_in(), sequence));
                    self.gaps.reached(conversation.counted_in(), sequence);
                }
            }
        }
    }

    async fn taken(&mut self, body: Bytes) {
        let pushed = match Push::decode(&body) {
            Ok(pushed) => pushed,
            Err(error) => {
                if self.inner.count.lost_notices.burst() {
                    tracing::warn!(%error, "a push does not decode");
                }
                return;
            }
        };
        if matches!(pushed.push, Push::Ignored) {
            return;
        }
        if !matches!(pushed.push, Push::Message(_)) {
            let mut hasher = DefaultHasher::new();
            body.hash(&mut hasher);
            if !self.notices.first(hasher.finish()) {
                self.inner.count.repeats.add(1);
                return;
            }
        }
        self.learn(&pushed.push);
        let line = decode::line(&pushed.push, self.me());
        match self.waiting.get_mut(&line) {
            Some(queue) if queue.len() < WAITING_IN_LINE => queue.push_back(pushed),
            Some(_) => self.inner.count.lost_notices.add(1),
            None => self.next(line, pushed).await,
        }
    }

    /// Tells a push at once when everybody in it is known, else looks them up beside the others.
    async fn next(&mut self, line: Line, pushed: Pushed) {
        let people = self.inner.cache.people();
        let unknown: Vec<Uid> = decode::unknown(&pushed.push)
            .into_iter()
            .filter(|uid| people.uin(uid).is_none())
            .collect();
        if unknown.is_empty() {
            let events = events(&self.client(), pushed).await;
            self.tell(events).await;
            return;
        }
        self.waiting.entry(line).or_default();
        let client = self.client();
        self.tasks.spawn(async move {
            for uid in unknown {
                if let Err(error) = client.uin_of(&uid).await {
                    tracing::debug!(%error, "somebody in a push is not known");
                }
            }
            Done::Resolved(line, events(&client, pushed).await)
        });
    }

    async fn done(&mut self, done: Done) {
        match done {
            Done::Resolved(line, events) => {
                self.tell(events).await;
                self.move_up(line).await;
            }
            Done::Caught(conversation, messages, reached) => {
                self.inner.count.fetched_messages.add(messages.len() as u64);
                self.tell(
                    messages
                        .into_iter()
                        .map(|message| Event::Message(Box::new(message)))
                        .collect(),
                )
                .await;
                if let Some(reached) = reached {
                    self.gaps.reached(conversation, reached);
                }
                self.move_up(Line::Conversation(conversation)).await;
            }
            Done::Standing(standing) => {
                for (conversation, newest) in standing {
                    if self.gaps.behind(conversation, newest) {
                        self.catch_up(conversation, Some(newest));
                    }
                }
                self.gaps.begun();
            }
        }
    }

    /// The line is free: what waits in it goes on, as far as it can.
    async fn move_up(&mut self, line: Line) {
        while let Some(pushed) = self.waiting.get_mut(&line).and_then(VecDeque::pop_front) {
            let rest = self.waiting.remove(&line).unwrap_or_default();
            self.next(line, pushed).await;
            match self.waiting.get_mut(&line) {
                // It waits for a look-up, and the rest behind it.
                Some(queue) => {
                    queue.extend(rest);
                    return;
                }
                None => {
                    self.waiting.insert(line, rest);
                }
            }
        }
        self.waiting.remove(&line);
    }

    /// Fetches what a conversation lacks; what is pushed meanwhile waits behind it.
    fn catch_up(&mut self, conversation: Conversation, newest: Option<Sequence>) {
        let conversation = conversation.counted_in();
        let Some(since) = self.gaps.since(conversation) else {
            return;
        };
        let line = Line::Conversation(conversation);
        if self.waiting.contains_key(&line) {
            return;
        }
        self.waiting.insert(line, VecDeque::new());
        let client = self.client();
        self.tasks.spawn(async move {
            let (messages, reached) =
                super::gaps::fetch(&client, conversation, since, newest).await;
            Done::Caught(conversation, messages, reached)
        });
    }

    async fn tell(&mut self, events: Vec<Event>) {
        for event in events {
            if let Event::Message(message) = &event
                && message.sequence.get() != 0
            {
                let place = (message.conversation.counted_in(), message.sequence);
                if !self.seen.first(place) {
                    self.inner.count.repeats.add(1);
                    continue;
                }
                self.gaps.reached(place.0, place.1);
            }
            // Waits while the embedder is behind: pushes then queue up in front of this task, not in it.
            if self.tell.send(event).await.is_err() {
                return;
            }
        }
    }

    /// Both names of somebody, where a message tells both.
    fn learn(&self, push: &Push) {
        if let Push::Message(message) = push {
            for party in [message.from, message.to] {
                if let (Some(uin), Some(uid)) = (party.uin, party.uid) {
                    self.inner.cache.learn(uin, uid, None);
                }
            }
        }
    }

    fn me(&self) -> Option<Uin> {
        self.inner.me().map(|me| me.uin)
    }

    fn client(&self) -> Client {
        Client::of(self.inner.clone())
    }
}

/// A message as users of this library see it; `None` where its people are not known.
pub(crate) async fn message(client: &Client, wire: Wire, missed: bool) -> Option<Message> {
    let me = client.me()?;
    let mut wire = wire;
    for party in [&mut wire.from, &mut wire.to] {
        if let (None, Some(uid)) = (party.uin, party.uid) {
            party.uin = client.uin_of(&uid).await.ok().flatten();
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

/// What a push tells, now that everybody in it is known as far as can be.
#[allow(clippy::too_many_lines)] // A table: one arm a push.
async fn events(client: &Client, pushed: Pushed) -> Vec<Event> {
    let Pushed { push, envelope } = pushed;
    let inner = &client.inner;
    let people = inner.cache.people();
    let uin = |uid: Option<Uid>| uid.and_then(|uid| people.uin(&uid));
    let person = |uid: Option<Uid>| Person { uin: uin(uid), uid };
    let me = client.me();
    let my_uin = me.as_ref().map(|me| me.uin);
    let time = envelope.time;
    match push {
        Push::Message(wire) => message(client, *wire, false)
            .await
            .map(|message| vec![Event::Message(Box::new(message))])
            .unwrap_or_default(),
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
