//! Resolves pushes into events: replaces uids with account numbers, keeps each conversation in order, removes repeats. A
//! slow lookup delays only its own conversation. protocol/05 §9, §10
//!
//! The queues here are not [`Tickets`](crate::Tickets): the resolver inspects queued pushes and inserts gaps between them.

use std::{
    collections::{HashMap, HashSet, VecDeque, hash_map::Entry},
    mem::{Discriminant, discriminant},
    sync::Arc,
    time::Duration,
};

use nekonap_ids::{Conversation, GroupUin, Sequence, Uid, Uin};
use nekonap_wire::{
    bounded,
    message::Party,
    proto::session::PushParams,
    push::{Departure, FriendChange, Notice, Push, Pushed},
};
use tokio::{
    sync::{Semaphore, mpsc},
    task::{Id, JoinError, JoinSet},
};

use super::{
    Event,
    decode::{self, QueueKey},
    gaps::{self, Fetched, Gap, Gaps, NewestSequences},
    intake::{OverflowMarks, PushKind, QueuedPush},
    learn,
    meaning::events,
    repeats::{Recent, Seen},
};
use crate::{
    client::{Client, Inner},
    profile::devices,
    requests::{GroupRequest, group},
};

/// Maximum length of the queue of one conversation. Messages beyond it are fetched from history.
const MAX_QUEUED: usize = 1_024;
/// Number of gaps fetched concurrently. Low, so that they do not starve other calls.
const MAX_CONCURRENT_GAPS: usize = 4;
/// Up to three pushes report that the account itself joined a group. Within this time they count as one.
const JOIN_REPEAT_TIME: Duration = Duration::from_secs(60);
/// A friend request and a new friend may be pushed several times. Within this time they count as one.
const FRIEND_REPEAT_TIME: Duration = Duration::from_secs(30);

/// The server accepted a sent message: it is not reported again from history.
#[derive(Debug)]
pub(crate) struct Hint {
    pub(crate) conversation: Conversation,
    pub(crate) sequence: Sequence,
}

/// Entry of a queue.
enum Queued {
    Push(Box<Pushed>),
    /// Missing messages, up to this sequence or to the end of the conversation.
    Gap(Gap, Option<Sequence>),
}

/// Result of a background task.
enum TaskResult {
    /// Events of the first push of a queue.
    Resolved(QueueKey, Vec<Event>),
    /// Missed messages of a conversation.
    Fetched(Conversation, Fetched),
    /// Newest sequences of some conversations on the server, and the online count when they were requested.
    Newest(u64, NewestSequences),
}

/// Identity of a notice, for the detection of repeats: kind, sender, sequence, random. protocol/05 §10.2
type NoticeKey = (Option<Discriminant<Notice<Party>>>, u32, u64, u64, u32);

/// The task that turns queued pushes into events.
pub(crate) struct Resolver {
    inner: Arc<Inner>,
    events: mpsc::Sender<Event>,
    seen: Seen<(Conversation, Sequence)>,
    recalled: Seen<(Conversation, Sequence)>,
    notices: Seen<NoticeKey>,
    /// Groups that the account joined.
    arrived: Recent<GroupUin>,
    /// People who asked to become friends, with what they wrote.
    asked: Recent<(Uin, String)>,
    /// New friends.
    befriended: Recent<Uin>,
    /// Requests of groups: group and sequence.
    requested: Seen<(GroupUin, u64)>,
    /// Groups that the account was removed from: the push that it is no longer in the group is still to come.
    removed: HashSet<GroupUin>,
    /// Queues blocked by a task that looks up a push or fetches a gap, with the entries behind it.
    queues: HashMap<QueueKey, VecDeque<Queued>>,
    tasks: JoinSet<TaskResult>,
    /// The queue that each task blocks.
    holds: HashMap<Id, QueueKey>,
    /// Limits the number of concurrent gap fetches.
    permits: Arc<Semaphore>,
    gaps: Gaps,
    /// Number of pushes taken out of the push queue.
    taken: u64,
    /// The first push of a connection that is not online yet. Its lookups would fail, so it waits, and those behind it.
    early: Option<QueuedPush>,
    /// Gaps that could not be fetched although the connection was there. They are retried when the client comes online the
    /// next time; the messages behind them do not wait so long.
    retries: HashMap<Conversation, Gap>,
    /// The account that was online last.
    account: Option<Uin>,
    /// Number of the newest known connection.
    connection: u64,
    /// How often the client came online so far.
    times: u64,
    /// Number of pending [`TaskResult::Newest`] results.
    pending_newest: usize,
    /// Number of losses reported so far.
    lost: u64,
}

impl Resolver {
    pub(crate) fn new(inner: Arc<Inner>, events: mpsc::Sender<Event>) -> Self {
        let gaps = Gaps::new(&inner.config.known);
        Self {
            inner,
            events,
            seen: Seen::default(),
            recalled: Seen::default(),
            notices: Seen::default(),
            arrived: Recent::new(JOIN_REPEAT_TIME),
            asked: Recent::new(FRIEND_REPEAT_TIME),
            befriended: Recent::new(FRIEND_REPEAT_TIME),
            requested: Seen::default(),
            removed: HashSet::new(),
            queues: HashMap::new(),
            tasks: JoinSet::new(),
            holds: HashMap::new(),
            permits: Arc::new(Semaphore::new(MAX_CONCURRENT_GAPS)),
            gaps,
            taken: 0,
            early: None,
            retries: HashMap::new(),
            account: None,
            connection: 0,
            times: 0,
            pending_newest: 0,
            lost: 0,
        }
    }

    /// Runs until shutdown.
    pub(crate) async fn run(
        mut self,
        mut pushes: mpsc::Receiver<QueuedPush>,
        overflow: Arc<OverflowMarks>,
        mut hints: mpsc::Receiver<Hint>,
    ) {
        let inner = self.inner.clone();
        let work = async {
            loop {
                tokio::select! {
                    biased;
                    () = inner.returned.notified() => self.online().await,
                    Some(hint) = hints.recv() => self.sent(&hint),
                    Some(done) = self.tasks.join_next_with_id() => self.done(done).await,
                    () = overflow.marked() => {}
                    Some(push) = pushes.recv(), if self.early.is_none() => {
                        if push.connection > inner.online_connection() {
                            self.early = Some(push);
                        } else {
                            self.receive(push).await;
                        }
                    }
                }
                // Messages that did not fit in the push queue are fetched at their position.
                for (conversation, first) in overflow.due(self.taken) {
                    self.catch_up(conversation, Gap::from(first), None);
                }
                self.report_losses().await;
            }
        };
        tokio::select! {
            () = inner.closing.cancelled() => {}
            () = work => {}
        }
    }

    /// Handles that the client came online, for the first time or again.
    async fn online(&mut self) {
        let me = self.me();
        if self.account.is_some() && self.account != me {
            // The state belongs to the previous account.
            self.gaps = Gaps::default();
            self.seen = Seen::default();
            self.recalled = Seen::default();
            self.arrived.clear();
            self.asked.clear();
            self.befriended.clear();
            self.requested = Seen::default();
            self.removed.clear();
            self.retries.clear();
            self.gaps.on_connection(None);
        }
        self.account = me;
        self.times += 1;
        self.pending_newest = 2;
        self.connected(self.inner.online_connection());
        for (conversation, gap) in std::mem::take(&mut self.retries) {
            self.gaps.mark_compared(conversation);
            self.catch_up(conversation, gap, None);
        }
        let (times, client, known) = (self.times, self.client(), self.gaps.private());
        let groups = client.clone();
        self.tasks
            .spawn(async move { TaskResult::Newest(times, gaps::groups(&groups).await) });
        self.tasks
            .spawn(async move { TaskResult::Newest(times, gaps::private(&client, known).await) });
        let online = self.connection;
        if let Some(push) = self.early.take_if(|push| push.connection <= online) {
            self.receive(push).await;
        }
    }

    /// Handles the first push or the registration of a new connection: messages before it may have been missed.
    fn connected(&mut self, connection: u64) {
        if connection > self.connection {
            self.connection = connection;
            self.gaps.on_connection(self.inner.left());
        }
    }

    fn sent(&mut self, hint: &Hint) {
        // A group message is reported by its echo.
        if hint.conversation.peer().is_some() {
            let conversation = hint.conversation.counted_in();
            self.seen.insert((conversation, hint.sequence));
            self.gaps.on_sent(conversation, hint.sequence);
        }
    }

    async fn receive(&mut self, push: QueuedPush) {
        let QueuedPush {
            connection,
            kind,
            body,
        } = push;
        self.taken += 1;
        self.connected(connection);
        if kind == PushKind::Devices {
            self.devices(&body).await;
            return;
        }
        let pushes = match decode::push(&body) {
            Ok(pushes) => pushes,
            Err(error) => {
                if self.inner.count.lost_notices.add_and_should_log() {
                    tracing::warn!(error, "a push cannot be decoded");
                }
                return;
            }
        };
        // A list of changes is a repeat as a whole.
        let key = pushes.first().and_then(key);
        if key.is_some_and(|key| !self.notices.insert(key)) {
            self.inner.count.repeats.add(1);
            return;
        }
        for pushed in pushes {
            self.process(connection, pushed).await;
        }
    }

    /// Handles a push that is no repeat.
    async fn process(&mut self, connection: u64, mut pushed: Pushed) {
        if matches!(pushed.push, Push::Ignored) {
            return;
        }
        if let Push::Message(message) = &pushed.push
            && let Some(changed) = learn::from_pushed(&self.inner, message)
        {
            let envelope = pushed.envelope;
            let push = changed.into();
            self.enqueue(Pushed { push, envelope }, None).await;
        }
        if let Push::Notice(Notice::CardChanged(changed)) = &mut pushed.push
            && !learn::from_card(&self.inner, changed)
        {
            self.inner.count.repeats.add(1);
            return;
        }
        let me = self.me();
        let placed = match &pushed.push {
            Push::Message(message) => decode::of(message, me)
                .map(|conversation| (conversation.counted_in(), message.sequence)),
            _ => None,
        };
        // A push of an older connection does not show what the current one missed.
        if let Some((conversation, sequence)) = placed
            && connection == self.connection
            && let Some(gap) = self.gaps.on_push(conversation, sequence)
        {
            // The gap ends before this message.
            let before = Sequence::new(sequence.get() - 1);
            self.catch_up(conversation, gap, Some(before));
        }
        self.enqueue(pushed, placed).await;
    }

    /// Reports the differences between a pushed list of the account's devices and the one before.
    async fn devices(&mut self, body: &[u8]) {
        let Some(me) = self.me() else {
            return;
        };
        match bounded::decode::<PushParams>(body) {
            Ok(list) => {
                let list = devices::others(list, &self.inner.device().name);
                let changes = self.inner.devices.replace(me, &list).into_iter();
                let events = changes
                    .map(|(device, online)| Event::DeviceChanged { device, online })
                    .collect();
                self.report(events).await;
            }
            Err(error) => {
                if self.inner.count.lost_notices.add_and_should_log() {
                    tracing::warn!(%error, "a list of devices cannot be decoded");
                }
            }
        }
    }

    /// Adds a push to the queue of its conversation, or reports it at once. `placed`: where a message is.
    async fn enqueue(&mut self, pushed: Pushed, placed: Option<(Conversation, Sequence)>) {
        let key = decode::queue_key(&pushed.push, self.me(), &self.inner.cache.people());
        match self.queues.get_mut(&key) {
            Some(queue) if queue.len() < MAX_QUEUED => {
                queue.push_back(Queued::Push(Box::new(pushed)));
            }
            Some(_) => match placed {
                Some((conversation, sequence)) => {
                    if self.inner.count.overflowed_messages.add_and_should_log() {
                        tracing::warn!(%conversation, "the queue of a conversation is full: messages will be fetched from history");
                    }
                    self.catch_up(conversation, Gap::from(sequence), None);
                }
                None => {
                    if self.inner.count.lost_notices.add_and_should_log() {
                        tracing::warn!("the queue of a conversation is full: notices are lost");
                    }
                }
            },
            None => {
                self.resolve(key, pushed).await;
            }
        }
    }

    /// Reports a push at once if all uids in it are known; otherwise looks them up in a task. Returns whether it was
    /// reported.
    async fn resolve(&mut self, key: QueueKey, pushed: Pushed) -> bool {
        let people = self.inner.cache.people();
        let unknown: Vec<Uid> = decode::unknown(&pushed.push)
            .into_iter()
            .filter(|uid| people.uin(uid).is_none())
            .collect();
        let elsewhere = matches!(&pushed.push, Push::Message(message) if decode::stored_elsewhere(message).is_some());
        // What answers a request of a group is looked up too.
        let listed = matches!(&pushed.push, Push::Notice(Notice::GroupRequested(_)));
        if unknown.is_empty() && !elsewhere && !listed {
            let events = events(&self.client(), pushed).await;
            self.report(events).await;
            return true;
        }
        self.queues.entry(key).or_default();
        let client = self.client();
        let task = self.tasks.spawn(async move {
            // The lookup of one uid is shared with other callers; several take one request, none takes none.
            let look_up = async || match unknown[..] {
                [one] => client.uin_of(&one).await.map(drop),
                _ => client.look_up(&unknown).await,
            };
            let found = client.inner.when_online(look_up).await;
            if let Err(error) = found {
                tracing::debug!(%error, "uids in a push cannot be looked up");
            }
            TaskResult::Resolved(key, events(&client, pushed).await)
        });
        self.holds.insert(task.id(), key);
        false
    }

    async fn done(&mut self, done: Result<(Id, TaskResult), JoinError>) {
        let done = match done {
            Ok((id, done)) => {
                self.holds.remove(&id);
                done
            }
            Err(error) => {
                // The task panicked: its push is lost, and its queue continues.
                if self.inner.count.lost_notices.add_and_should_log() {
                    tracing::error!(%error, "a push is lost");
                }
                if let Some(key) = self.holds.remove(&error.id()) {
                    self.continue_queue(key).await;
                }
                return;
            }
        };
        match done {
            TaskResult::Resolved(key, events) => {
                self.report(events).await;
                self.continue_queue(key).await;
            }
            TaskResult::Fetched(conversation, fetched) => self.fetched(conversation, fetched).await,
            TaskResult::Newest(times, newest) => self.compare(times, newest),
        }
    }

    fn compare(&mut self, times: u64, result: NewestSequences) {
        if times != self.times {
            // Requested before the connection was lost: the result is outdated.
            return;
        }
        for (conversation, newest) in result.conversations {
            if let Some(gap) = self.gaps.compare(conversation, newest) {
                self.catch_up(conversation, gap, Some(newest));
            }
        }
        if result.complete {
            self.pending_newest -= 1;
            if self.pending_newest == 0 {
                self.gaps.compared_all();
            }
        }
    }

    async fn fetched(&mut self, conversation: Conversation, fetched: Fetched) {
        let key = QueueKey::Conversation(conversation);
        // Messages pushed meanwhile are reported from the push, which has more data than history.
        let pushed = self.first_pushed(key);
        let missed: Vec<Event> = fetched
            .messages
            .into_iter()
            .filter(|message| pushed.is_none_or(|pushed| message.sequence < pushed))
            .map(|message| Event::Message(Box::new(message)))
            .collect();
        let count = u64::try_from(missed.len()).unwrap_or(u64::MAX);
        self.inner.count.fetched_messages.add(count);
        self.report(missed).await;
        if let Some(reached) = fetched.reached {
            self.gaps.advance(conversation, reached);
        }
        if let Some(gap) = fetched.retry {
            let retry = self.retries.entry(conversation).or_insert(gap);
            *retry = retry.union(gap);
        }
        // The following messages may be queued by now.
        let next = |gap: &Gap| pushed.is_none_or(|pushed| gap.after.get() + 1 < pushed.get());
        match fetched.rest.filter(next) {
            Some(rest) => self.fetch(conversation, rest, None),
            None => self.continue_queue(key).await,
        }
    }

    /// Lowest sequence of the messages in a queue.
    fn first_pushed(&self, key: QueueKey) -> Option<Sequence> {
        let waiting = self.queues.get(&key).into_iter().flatten();
        let sequences = waiting.filter_map(|waiting| match waiting {
            Queued::Push(pushed) => match &pushed.push {
                Push::Message(message) => Some(message.sequence),
                _ => None,
            },
            Queued::Gap(..) => None,
        });
        sequences.filter(|sequence| sequence.get() != 0).min()
    }

    /// Continues a queue after its task ended, up to the next entry that needs a task.
    async fn continue_queue(&mut self, key: QueueKey) {
        while let Some(queue) = self.queues.get_mut(&key) {
            match (queue.pop_front(), key) {
                (Some(Queued::Push(pushed)), _) => {
                    if !self.resolve(key, *pushed).await {
                        return;
                    }
                }
                (Some(Queued::Gap(gap, newest)), QueueKey::Conversation(conversation)) => {
                    self.fetch(conversation, gap, newest);
                    return;
                }
                (Some(Queued::Gap(..)), _) => {}
                (None, _) => {
                    self.queues.remove(&key);
                    return;
                }
            }
        }
    }

    /// Fetches missing messages of a conversation, after the entries already in its queue. Later pushes wait behind them.
    fn catch_up(&mut self, conversation: Conversation, gap: Gap, newest: Option<Sequence>) {
        let conversation = conversation.counted_in();
        match self.queues.entry(QueueKey::Conversation(conversation)) {
            Entry::Occupied(mut queue) => match queue.get_mut().back_mut() {
                Some(Queued::Gap(last, until)) => {
                    *last = last.union(gap);
                    *until = until.zip(newest).map(|(one, other)| one.max(other));
                }
                _ => queue.get_mut().push_back(Queued::Gap(gap, newest)),
            },
            Entry::Vacant(key) => {
                key.insert(VecDeque::new());
                self.fetch(conversation, gap, newest);
            }
        }
    }

    fn fetch(&mut self, conversation: Conversation, gap: Gap, newest: Option<Sequence>) {
        let key = QueueKey::Conversation(conversation);
        let before = |first: Sequence| Sequence::new(first.get() - 1);
        let newest = newest.or_else(|| self.first_pushed(key).map(before));
        let (client, permits) = (self.client(), self.permits.clone());
        let task = self.tasks.spawn(async move {
            // The semaphore is never closed.
            let _permit = permits.acquire().await;
            let fetched = gaps::fetch(&client, conversation, gap, newest).await;
            TaskResult::Fetched(conversation, fetched)
        });
        self.holds.insert(task.id(), key);
    }

    async fn report(&mut self, events: Vec<Event>) {
        for mut event in events {
            let (mut news, mut repeats) = self.without_repeats(&mut event);
            // The card of an invitation is not reported as a message.
            if news && let Some(invitation) = self.invitation(&event) {
                event = Event::GroupRequest(Box::new(invitation));
                (news, repeats) = self.without_repeats(&mut event);
            }
            self.inner.count.repeats.add(repeats);
            // Waits while the event queue is full; pushes then accumulate in the push queue.
            if news && self.events.send(event).await.is_err() {
                return;
            }
        }
    }

    /// The invitation of the account in a message.
    fn invitation(&self, event: &Event) -> Option<GroupRequest> {
        match event {
            Event::Message(message) => group::in_card(message, self.me()?),
            _ => None,
        }
    }

    /// Removes everything from an event that was reported before. Returns whether anything is left, and the number of
    /// removed items. protocol/05 §10.2
    fn without_repeats(&mut self, event: &mut Event) -> (bool, u64) {
        let me = self.me();
        let news = match event {
            Event::Message(message) if message.sequence.get() != 0 => {
                let place = (message.conversation.counted_in(), message.sequence);
                let news = self.seen.insert(place);
                if news {
                    self.gaps.advance(place.0, place.1);
                }
                news
            }
            Event::GroupRequest(request) => {
                let key = (request.key.group, request.key.sequence);
                self.requested.insert(key)
            }
            Event::Notice { notice, .. } => match notice {
                Notice::GroupRecall(recall) => {
                    let (group, all) = (Conversation::Group(recall.group), recall.messages.len());
                    recall.messages.retain(|message| {
                        let sequence = message.sequence;
                        sequence.get() == 0 || self.recalled.insert((group, sequence))
                    });
                    let left = recall.messages.len();
                    return (left > 0, u64::try_from(all - left).unwrap_or(u64::MAX));
                }
                Notice::PrivateRecall(recall) if recall.sequence.get() != 0 => {
                    let place = (Conversation::Friend(recall.peer), recall.sequence);
                    self.recalled.insert(place)
                }
                Notice::FriendRequested(request) => {
                    self.asked.insert((request.from, request.comment.clone()))
                }
                Notice::FriendAdded(added) => self.befriended.insert(added.friend),
                Notice::FriendsChanged(changed) => {
                    for change in &changed.changes {
                        if let FriendChange::Deleted(person) = change {
                            self.befriended.remove(person);
                        }
                    }
                    true
                }
                Notice::SelfJoined(joined) => self.joins(joined.group),
                Notice::MemberJoined(joined) if Some(joined.member) == me => {
                    self.joins(joined.group)
                }
                Notice::MemberLeft(left)
                    if Some(left.member) == me || left.how == Departure::Dissolved =>
                {
                    self.arrived.remove(&left.group);
                    self.removed.insert(left.group);
                    true
                }
                Notice::SelfLeft(left) => {
                    self.arrived.remove(&left.group);
                    !self.removed.remove(&left.group)
                }
                _ => true,
            },
            _ => true,
        };
        (news, u64::from(!news))
    }

    /// Records that the account joined a group. Returns whether it was not reported yet.
    fn joins(&mut self, group: GroupUin) -> bool {
        self.removed.remove(&group);
        self.arrived.insert(group)
    }

    /// Reports new losses.
    async fn report_losses(&mut self) {
        let lost = self.inner.count.lost_notices.get();
        if lost > self.lost {
            let more = lost - self.lost;
            self.lost = lost;
            self.report(vec![Event::Lost(more)]).await;
        }
    }

    fn me(&self) -> Option<Uin> {
        self.inner.me().map(|me| me.uin)
    }

    fn client(&self) -> Client {
        Client::of(self.inner.clone())
    }
}

/// Identity of a notice; `None` for messages, and for notices without sequence or random.
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
