//! From pushes to events: numbers in place of uids, each conversation in order, nothing twice. A slow look-up holds back
//! its own conversation only. protocol/05 §9, §10

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    mem::{Discriminant, discriminant},
    sync::Arc,
    time::{Duration, Instant},
};

use nekonap_ids::{Conversation, GroupUin, Sequence, Uid, Uin};
use nekonap_wire::{
    message::Party,
    push::{Notice, Push, Pushed},
};
use tokio::{
    sync::{Semaphore, mpsc},
    task::{Id, JoinError, JoinSet},
};

use super::{
    Event,
    decode::{self, Line},
    gaps::{self, Fetched, Gap, Gaps, Standing},
    intake::{Overtaken, Taken},
    learn,
    meaning::events,
    repeats::Seen,
};
use crate::client::{Client, Inner};

/// How many pushes may wait in one line while its first is looked up; beyond it messages are left to history.
const WAITING_IN_LINE: usize = 1_024;
/// How many gaps are fetched at a time, so that they do not starve the calls.
const GAPS_AT_A_TIME: usize = 4;
/// The account's own arrival in a group is told by up to three pushes: within this time they are one.
const ONE_ARRIVAL: Duration = Duration::from_secs(60);

/// The server took a message of ours: it is no news when history tells it.
#[derive(Debug)]
pub(crate) struct Hint {
    pub(crate) conversation: Conversation,
    pub(crate) sequence: Sequence,
}

/// What waits in a line.
enum Waiting {
    Push(Box<Pushed>),
    /// Messages that are missing here, up to one of them or to the conversation's end.
    Gap(Gap, Option<Sequence>),
}

/// What a task came back with.
enum Done {
    /// The events of the first push of a line.
    Resolved(Line, Vec<Event>),
    /// What was missed in a conversation.
    Fetched(Conversation, Fetched),
    /// Where some conversations stand on the server, asked when the client came online for this time.
    Standing(u64, Standing),
}

/// By what a notice is known when it is pushed twice: what it is, whom it concerns, its numbers. protocol/05 §10.2
type NoticeKey = (Option<Discriminant<Notice<Party>>>, u32, u64, u64, u32);

/// The task between the wire and the embedder.
pub(crate) struct Resolver {
    inner: Arc<Inner>,
    tell: mpsc::Sender<Event>,
    seen: Seen<(Conversation, Sequence)>,
    recalled: Seen<(Conversation, Sequence)>,
    notices: Seen<NoticeKey>,
    /// When the account came to groups; those within [`ONE_ARRIVAL`] and perhaps elder ones.
    arrived: HashMap<GroupUin, Instant>,
    /// Lines whose first push is being looked up, or whose gap is being fetched, and what waits behind it.
    waiting: HashMap<Line, VecDeque<Waiting>>,
    tasks: JoinSet<Done>,
    /// Which line a task holds back.
    holds: HashMap<Id, Line>,
    /// Where gaps are fetched.
    places: Arc<Semaphore>,
    gaps: Gaps,
    /// How many pushes were taken out of the queue.
    taken: u64,
    /// Gaps that could not be fetched: once the client is online again.
    owed: HashMap<Conversation, Gap>,
    /// Who was online last.
    account: Option<Uin>,
    /// The newest connection that was heard of.
    connection: u64,
    /// How often the client came online.
    times: u64,
    /// How many answers to the question where conversations stand are still to come.
    standing: usize,
    /// How many losses were told.
    lost: u64,
}

impl Resolver {
    pub(crate) fn new(inner: Arc<Inner>, tell: mpsc::Sender<Event>) -> Self {
        let gaps = Gaps::new(&inner.config.known);
        Self {
            inner,
            tell,
            seen: Seen::default(),
            recalled: Seen::default(),
            notices: Seen::default(),
            arrived: HashMap::new(),
            waiting: HashMap::new(),
            tasks: JoinSet::new(),
            holds: HashMap::new(),
            places: Arc::new(Semaphore::new(GAPS_AT_A_TIME)),
            gaps,
            taken: 0,
            owed: HashMap::new(),
            account: None,
            connection: 0,
            times: 0,
            standing: 0,
            lost: 0,
        }
    }

    /// Runs until shutdown.
    pub(crate) async fn run(
        mut self,
        mut taken: mpsc::Receiver<Taken>,
        overtaken: Arc<Overtaken>,
        mut hinted: mpsc::Receiver<Hint>,
    ) {
        let inner = self.inner.clone();
        let work = async {
            loop {
                tokio::select! {
                    biased;
                    () = inner.returned.notified() => self.online(),
                    Some(hint) = hinted.recv() => self.sent(&hint),
                    Some(done) = self.tasks.join_next_with_id() => self.done(done).await,
                    () = overtaken.marked() => {}
                    Some(push) = taken.recv() => {
                        self.taken(push).await;
                        self.taken += 1;
                    }
                }
                // Where messages are missing in the queue, they are missing in their conversation.
                for (conversation, first) in overtaken.due(self.taken) {
                    self.catch_up(conversation, Gap::from(first), None);
                }
                self.tell_losses().await;
            }
        };
        tokio::select! {
            () = inner.closing.cancelled() => {}
            () = work => {}
        }
    }

    /// The client is online, for the first time or again.
    fn online(&mut self) {
        let me = self.me();
        if self.account.is_some() && self.account != me {
            // Another account has conversations of its own.
            self.gaps = Gaps::default();
            self.seen = Seen::default();
            self.recalled = Seen::default();
            self.arrived.clear();
            self.owed.clear();
            self.gaps.away(None);
        }
        self.account = me;
        self.times += 1;
        self.standing = 2;
        self.connected(self.inner.connection());
        for (conversation, gap) in std::mem::take(&mut self.owed) {
            self.gaps.settled(conversation);
            self.catch_up(conversation, gap, None);
        }
        let (times, client, known) = (self.times, self.client(), self.gaps.private());
        let groups = client.clone();
        self.tasks
            .spawn(async move { Done::Standing(times, gaps::groups(&groups).await) });
        self.tasks
            .spawn(async move { Done::Standing(times, gaps::private(&client, known).await) });
    }

    /// The first sign of a connection, a push or its being online: whatever was heard before may be old.
    fn connected(&mut self, connection: u64) {
        if connection > self.connection {
            self.connection = connection;
            self.gaps.away(self.inner.left());
        }
    }

    fn sent(&mut self, hint: &Hint) {
        // In a group the echo is still to come, and is told.
        if hint.conversation.peer().is_some() {
            let conversation = hint.conversation.counted_in();
            self.seen.first((conversation, hint.sequence));
            self.gaps.sent(conversation, hint.sequence);
        }
    }

    async fn taken(&mut self, Taken { connection, body }: Taken) {
        self.connected(connection);
        let pushed = match decode::push(&body) {
            Ok(pushed) => pushed,
            Err(error) => {
                if self.inner.count.lost_notices.burst() {
                    tracing::warn!(error, "a push does not decode");
                }
                return;
            }
        };
        if matches!(pushed.push, Push::Ignored) {
            return;
        }
        if key(&pushed).is_some_and(|key| !self.notices.first(key)) {
            self.inner.count.repeats.add(1);
            return;
        }
        if let Push::Message(message) = &pushed.push {
            learn::from_pushed(&self.inner, message);
        }
        let me = self.me();
        let placed = match &pushed.push {
            Push::Message(message) => decode::of(message, me)
                .map(|conversation| (conversation.counted_in(), message.sequence)),
            _ => None,
        };
        // What an elder connection brought says nothing about what this one lacks.
        if let Some((conversation, sequence)) = placed
            && connection == self.connection
            && let Some(gap) = self.gaps.arrives(conversation, sequence)
        {
            // The message itself is here: what is missing ends before it.
            let before = Sequence::new(sequence.get() - 1);
            self.catch_up(conversation, gap, Some(before));
        }
        let line = decode::line(&pushed.push, me, &self.inner.cache.people());
        match self.waiting.get_mut(&line) {
            Some(queue) if queue.len() < WAITING_IN_LINE => {
                queue.push_back(Waiting::Push(Box::new(pushed)));
            }
            Some(_) => match placed {
                Some((conversation, sequence)) => {
                    if self.inner.count.overtaken_messages.burst() {
                        tracing::warn!(%conversation, "too much waits for a look-up: messages will be fetched from history");
                    }
                    self.catch_up(conversation, Gap::from(sequence), None);
                }
                None => {
                    if self.inner.count.lost_notices.burst() {
                        tracing::warn!("too much waits for a look-up: notices are lost");
                    }
                }
            },
            None => {
                self.next(line, pushed).await;
            }
        }
    }

    /// Tells a push at once when everybody in it is known, else looks them up beside the others. Whether it was told.
    async fn next(&mut self, line: Line, pushed: Pushed) -> bool {
        let people = self.inner.cache.people();
        let unknown: Vec<Uid> = decode::unknown(&pushed.push)
            .into_iter()
            .filter(|uid| people.uin(uid).is_none())
            .collect();
        let elsewhere = matches!(&pushed.push, Push::Message(message) if decode::stored_elsewhere(message).is_some());
        if unknown.is_empty() && !elsewhere {
            let events = events(&self.client(), pushed).await;
            self.tell(events).await;
            return true;
        }
        self.waiting.entry(line).or_default();
        let client = self.client();
        let task = self.tasks.spawn(async move {
            for uid in unknown {
                if let Err(error) = client.uin_of(&uid).await {
                    tracing::debug!(%error, "somebody in a push is not known");
                }
            }
            Done::Resolved(line, events(&client, pushed).await)
        });
        self.holds.insert(task.id(), line);
        false
    }

    async fn done(&mut self, done: Result<(Id, Done), JoinError>) {
        let done = match done {
            Ok((id, done)) => {
                self.holds.remove(&id);
                done
            }
            Err(error) => {
                // It panicked: its push is lost, and its line goes on.
                if self.inner.count.lost_notices.burst() {
                    tracing::error!(%error, "a push is lost");
                }
                if let Some(line) = self.holds.remove(&error.id()) {
                    self.free(line).await;
                }
                return;
            }
        };
        match done {
            Done::Resolved(line, events) => {
                self.tell(events).await;
                self.free(line).await;
            }
            Done::Fetched(conversation, fetched) => self.fetched(conversation, fetched).await,
            Done::Standing(times, standing) => self.stands(times, standing),
        }
    }

    fn stands(&mut self, times: u64, standing: Standing) {
        if times != self.times {
            // Asked before the connection was lost: the answer is as old.
            return;
        }
        for (conversation, newest) in standing.conversations {
            if let Some(gap) = self.gaps.stands(conversation, newest) {
                self.catch_up(conversation, gap, Some(newest));
            }
        }
        if standing.complete {
            self.standing -= 1;
            if self.standing == 0 {
                self.gaps.compared_all();
            }
        }
    }

    async fn fetched(&mut self, conversation: Conversation, fetched: Fetched) {
        let line = Line::Conversation(conversation);
        // What was pushed meanwhile is told as it was pushed: it says more than history.
        let pushed = self.first_pushed(line);
        let missed: Vec<Event> = fetched
            .messages
            .into_iter()
            .filter(|message| pushed.is_none_or(|pushed| message.sequence < pushed))
            .map(|message| Event::Message(Box::new(message)))
            .collect();
        let count = u64::try_from(missed.len()).unwrap_or(u64::MAX);
        self.inner.count.fetched_messages.add(count);
        self.tell(missed).await;
        if let Some(reached) = fetched.reached {
            self.gaps.reached(conversation, reached);
        }
        if let Some(gap) = fetched.owed {
            let owed = self.owed.entry(conversation).or_insert(gap);
            *owed = owed.and(gap);
        }
        // What follows may be in the line by now.
        let next = |gap: &Gap| pushed.is_none_or(|pushed| gap.after.get() + 1 < pushed.get());
        match fetched.rest.filter(next) {
            Some(rest) => self.fetch(conversation, rest, None),
            None => self.free(line).await,
        }
    }

    /// The first message that waits in a line.
    fn first_pushed(&self, line: Line) -> Option<Sequence> {
        let waiting = self.waiting.get(&line).into_iter().flatten();
        let sequences = waiting.filter_map(|waiting| match waiting {
            Waiting::Push(pushed) => match &pushed.push {
                Push::Message(message) => Some(message.sequence),
                _ => None,
            },
            Waiting::Gap(..) => None,
        });
        sequences.filter(|sequence| sequence.get() != 0).min()
    }

    /// The line's task is done: what waits in it goes on, as far as it can.
    async fn free(&mut self, line: Line) {
        while let Some(queue) = self.waiting.get_mut(&line) {
            match (queue.pop_front(), line) {
                (Some(Waiting::Push(pushed)), _) => {
                    if !self.next(line, *pushed).await {
                        return;
                    }
                }
                (Some(Waiting::Gap(gap, newest)), Line::Conversation(conversation)) => {
                    self.fetch(conversation, gap, newest);
                    return;
                }
                (Some(Waiting::Gap(..)), _) => {}
                (None, _) => {
                    self.waiting.remove(&line);
                    return;
                }
            }
        }
    }

    /// Fetches what a conversation lacks, behind what waits there already; what is pushed meanwhile waits behind it.
    fn catch_up(&mut self, conversation: Conversation, gap: Gap, newest: Option<Sequence>) {
        let conversation = conversation.counted_in();
        match self.waiting.entry(Line::Conversation(conversation)) {
            Entry::Occupied(mut queue) => match queue.get_mut().back_mut() {
                Some(Waiting::Gap(last, until)) => {
                    *last = last.and(gap);
                    *until = until.zip(newest).map(|(one, other)| one.max(other));
                }
                _ => queue.get_mut().push_back(Waiting::Gap(gap, newest)),
            },
            Entry::Vacant(line) => {
                line.insert(VecDeque::new());
                self.fetch(conversation, gap, newest);
            }
        }
    }

    fn fetch(&mut self, conversation: Conversation, gap: Gap, newest: Option<Sequence>) {
        let line = Line::Conversation(conversation);
        let before = |first: Sequence| Sequence::new(first.get() - 1);
        let newest = newest.or_else(|| self.first_pushed(line).map(before));
        let (client, places) = (self.client(), self.places.clone());
        let task = self.tasks.spawn(async move {
            // The semaphore is never closed.
            let _place = places.acquire().await;
            let fetched = gaps::fetch(&client, conversation, gap, newest).await;
            Done::Fetched(conversation, fetched)
        });
        self.holds.insert(task.id(), line);
    }

    async fn tell(&mut self, events: Vec<Event>) {
        for mut event in events {
            let (news, repeats) = self.without_repeats(&mut event);
            self.inner.count.repeats.add(repeats);
            // Waits while the embedder is behind: pushes then queue up in front of this task, not in it.
            if news && self.tell.send(event).await.is_err() {
                return;
            }
        }
    }

    /// Takes out of an event what was reported before, in whatever form: whether anything is left, and how much was
    /// taken out. protocol/05 §10.2
    fn without_repeats(&mut self, event: &mut Event) -> (bool, u64) {
        let me = self.me();
        let news = match event {
            Event::Message(message) if message.sequence.get() != 0 => {
                let place = (message.conversation.counted_in(), message.sequence);
                let news = self.seen.first(place);
                if news {
                    self.gaps.reached(place.0, place.1);
                }
                news
            }
            Event::Notice { notice, .. } => match notice {
                Notice::GroupRecall(recall) => {
                    let (group, all) = (Conversation::Group(recall.group), recall.messages.len());
                    recall.messages.retain(|message| {
                        let sequence = message.sequence;
                        sequence.get() == 0 || self.recalled.first((group, sequence))
                    });
                    let left = recall.messages.len();
                    return (left > 0, u64::try_from(all - left).unwrap_or(u64::MAX));
                }
                Notice::PrivateRecall(recall) if recall.sequence.get() != 0 => {
                    let place = (Conversation::Friend(recall.peer), recall.sequence);
                    self.recalled.first(place)
                }
                Notice::SelfJoined(joined) => self.arrives(joined.group),
                Notice::MemberJoined(joined) if Some(joined.member) == me => {
                    self.arrives(joined.group)
                }
                Notice::MemberLeft(left) if Some(left.member) == me => {
                    self.arrived.remove(&left.group);
                    true
                }
                _ => true,
            },
            _ => true,
        };
        (news, u64::from(!news))
    }

    /// Whether the account's own arrival in a group is news.
    fn arrives(&mut self, group: GroupUin) -> bool {
        let now = Instant::now();
        self.arrived
            .retain(|_, arrived| now.duration_since(*arrived) < ONE_ARRIVAL);
        self.arrived.insert(group, now).is_none()
    }

    /// Nothing is lost silently.
    async fn tell_losses(&mut self) {
        let lost = self.inner.count.lost_notices.get();
        if lost > self.lost {
            let more = lost - self.lost;
            self.lost = lost;
            self.tell(vec![Event::Lost(more)]).await;
        }
    }

    fn me(&self) -> Option<Uin> {
        self.inner.me().map(|me| me.uin)
    }

    fn client(&self) -> Client {
        Client::of(self.inner.clone())
    }
}

/// By what a notice is known; `None` for a message, and for what has no numbers.
fn key(pushed: &Pushed) -> Option<NoticeKey> {
    let envelope = &pushed.envelope;
    if envelope.sequence == 0 || envelope.random == 0 {
        return None;
    }
    let (known, other) = match &pushed.push {
        Push::Notice(notice) => (Some(discriminant(notice)), 0),
        Push::Unknown { kind, sub_kind, .. } => (None, kind.rotate_left(16) ^ sub_kind),
        _ => return None,
    };
    Some((
        known,
        other,
        envelope.from,
        envelope.sequence,
        envelope.random,
    ))
}
