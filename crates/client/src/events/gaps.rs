//! Finds messages missed while offline, and fetches them from history. protocol/02 §6,
//! ARCHITECTURE "What happens to a message"

use std::collections::{HashMap, HashSet};

use nekonap_ids::{Conversation, Sequence};
use nekonap_wire::commands::history::MOST_MESSAGES;

use super::{Known, Message};
use crate::{client::Client, error::CallError, requests::group};

/// Number of conversations whose newest received sequence is kept.
const MAX_CONVERSATIONS: usize = 10_000;
/// Maximum number of missed messages fetched in one conversation. Older ones remain available by history calls.
const MAX_MISSED: u64 = 300;
/// Maximum number of private chats, and of groups without a sequence in the group list, whose newest sequence is requested
/// each time the client comes online. The others are compared at their next push.
const MAX_REQUESTED: usize = 200;
/// Tolerated difference between the server's clock and the local one, in seconds.
const CLOCK_TOLERANCE: u64 = 120;

/// Missing messages of a conversation: those after a sequence, limited by `since`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gap {
    /// Last received sequence; 0 if none.
    pub(crate) after: Sequence,
    /// Messages before this Unix second are not reported.
    pub(crate) since: Option<u64>,
    /// Fetch all messages without the limit: they were pushed, but did not fit in a queue.
    pub(crate) whole: bool,
}

impl Gap {
    /// All messages from this one on.
    pub(crate) fn from(first: Sequence) -> Self {
        Self {
            after: Sequence::new(first.get().saturating_sub(1)),
            since: None,
            whole: true,
        }
    }

    /// The union of two gaps.
    pub(crate) fn union(self, other: Self) -> Self {
        Self {
            after: self.after.min(other.after),
            since: self
                .since
                .zip(other.since)
                .map(|(one, other)| one.min(other)),
            whole: self.whole || other.whole,
        }
    }
}

/// Newest received sequences, and which conversations were compared with the server.
#[derive(Debug, Default)]
pub(crate) struct Gaps {
    newest: HashMap<Conversation, Sequence>,
    /// For conversations not in `newest`: messages since this Unix second are reported. `None` reports none, as at the very
    /// first start.
    since: Option<u64>,
    /// Conversations compared with the server since the client came online; `None` once all were compared.
    compared: Option<HashSet<Conversation>>,
}

impl Gaps {
    pub(crate) fn new(known: &Known) -> Self {
        Self {
            newest: known
                .newest
                .iter()
                .take(MAX_CONVERSATIONS)
                .map(|(conversation, sequence)| (conversation.counted_in(), *sequence))
                .collect(),
            since: known.since,
            compared: Some(HashSet::new()),
        }
    }

    /// Handles a new connection. Before it, the client was offline since `left`, Unix seconds.
    pub(crate) fn on_connection(&mut self, left: Option<u64>) {
        if let Some(left) = left {
            self.since = Some(left.saturating_sub(CLOCK_TOLERANCE));
        }
        self.compared = Some(HashSet::new());
    }

    /// Handles that messages up to this sequence were reported.
    pub(crate) fn advance(&mut self, conversation: Conversation, sequence: Sequence) {
        if self.newest.len() >= MAX_CONVERSATIONS && !self.newest.contains_key(&conversation) {
            return;
        }
        let newest = self.newest.entry(conversation).or_insert(sequence);
        *newest = (*newest).max(sequence);
    }

    /// Handles a message sent by this client. It advances only directly after the newest one, because messages before it
    /// may be missing.
    pub(crate) fn on_sent(&mut self, conversation: Conversation, sequence: Sequence) {
        let next = |newest: &Sequence| newest.get() + 1 == sequence.get();
        if self.newest.get(&conversation).is_some_and(next) {
            self.advance(conversation, sequence);
        }
    }

    /// Messages that may be missing in a conversation; `None` if earlier messages are not reported.
    fn missing(&self, conversation: Conversation) -> Option<Gap> {
        match self.newest.get(&conversation) {
            Some(newest) => Some(Gap {
                after: *newest,
                since: None,
                whole: false,
            }),
            None => self.since.map(|since| Gap {
                after: Sequence::new(0),
                since: Some(since),
                whole: false,
            }),
        }
    }

    /// Handles a pushed message before it is reported. Returns the gap before it, if this conversation was not yet
    /// compared since the client came online.
    pub(crate) fn on_push(
        &mut self,
        conversation: Conversation,
        sequence: Sequence,
    ) -> Option<Gap> {
        let compared = self.compared.as_mut()?;
        if sequence.get() == 0 || !compared.insert(conversation) {
            return None;
        }
        self.missing(conversation)
            .filter(|gap| gap.after.get() + 1 < sequence.get())
    }

    /// Compares a conversation with its newest sequence on the server, unless it was already compared. Returns the gap.
    pub(crate) fn compare(&mut self, conversation: Conversation, newest: Sequence) -> Option<Gap> {
        if !self.compared.as_mut()?.insert(conversation) {
            return None;
        }
        let gap = self.missing(conversation).filter(|gap| gap.after < newest);
        if gap.is_none() {
            self.advance(conversation, newest);
        }
        gap
    }

    /// Marks a conversation as compared, because its gap is fetched anyway.
    pub(crate) fn mark_compared(&mut self, conversation: Conversation) {
        if let Some(compared) = &mut self.compared {
            compared.insert(conversation);
        }
    }

    /// Private chats whose newest sequence should be requested.
    pub(crate) fn private(&self) -> Vec<Conversation> {
        self.newest
            .keys()
            .copied()
            .filter(|conversation| conversation.peer().is_some())
            .collect()
    }

    /// Marks all conversations as compared.
    pub(crate) fn compared_all(&mut self) {
        self.compared = None;
    }
}

/// Newest sequences of conversations on the server.
#[derive(Debug, Default)]
pub(crate) struct NewestSequences {
    pub(crate) conversations: Vec<(Conversation, Sequence)>,
    /// Whether these are all conversations.
    pub(crate) complete: bool,
}

/// Newest sequences of all groups; usually the group list contains them.
pub(crate) async fn groups(client: &Client) -> NewestSequences {
    let groups = match client.groups(true).await {
        Ok(groups) => groups,
        Err(error) => {
            tracing::debug!(%error, "the newest sequences of groups cannot be fetched");
            return NewestSequences::default();
        }
    };
    let mut known = Vec::new();
    let mut unknown = Vec::new();
    for group in groups.iter() {
        let conversation = Conversation::Group(group.uin);
        match group.latest {
            Some(latest) => known.push((conversation, latest)),
            None => unknown.push(conversation),
        }
    }
    let mut result = request_each(client, unknown).await;
    result.conversations.append(&mut known);
    result
}

/// Requests the newest sequence of each conversation.
async fn request_each(client: &Client, wanted: Vec<Conversation>) -> NewestSequences {
    let mut result = NewestSequences {
        conversations: Vec::new(),
        complete: wanted.len() <= MAX_REQUESTED,
    };
    for conversation in wanted.into_iter().take(MAX_REQUESTED) {
        match client.newest(conversation).await {
            Ok(newest) => result
                .conversations
                .push((conversation, newest.unwrap_or_default())),
            Err(error) => {
                tracing::debug!(%conversation, %error, "the newest sequence of a conversation cannot be fetched");
                result.complete = false;
                if !client.online() {
                    break;
                }
            }
        }
    }
    result
}

/// Newest sequences of these private chats and of those with friends.
pub(crate) async fn private(client: &Client, known: Vec<Conversation>) -> NewestSequences {
    let mut wanted = known;
    let mut complete = true;
    match client.friends(false).await {
        Ok(friends) => {
            let friends = friends.friends.iter();
            wanted.extend(friends.map(|friend| Conversation::Friend(friend.uin)));
        }
        Err(error) => {
            tracing::debug!(%error, "the friend list cannot be fetched: private chats are unknown");
            complete = false;
        }
    }
    let mut once = HashSet::new();
    wanted.retain(|conversation| once.insert(*conversation));
    let mut result = request_each(client, wanted).await;
    result.complete &= complete;
    result
}

/// Result of fetching a gap.
#[derive(Debug, Default)]
pub(crate) struct Fetched {
    /// Oldest first.
    pub(crate) messages: Vec<Message>,
    /// Newest fetched sequence.
    pub(crate) reached: Option<Sequence>,
    /// Remaining gap after a failed call; fetched again when the client comes online the next time.
    pub(crate) retry: Option<Gap>,
    /// Remaining gap beyond the limit of one fetch.
    pub(crate) rest: Option<Gap>,
}

/// Fetches the messages of a gap, up to `newest` or to the end of the conversation.
pub(crate) async fn fetch(
    client: &Client,
    conversation: Conversation,
    gap: Gap,
    newest: Option<Sequence>,
) -> Fetched {
    let newest = match newest {
        Some(newest) => newest,
        None => match client
            .inner
            .when_online(|| client.newest(conversation))
            .await
        {
            Ok(newest) => newest.unwrap_or_default(),
            Err(error) => return failed(conversation, gap, &error),
        },
    };
    let fetched = match gap.since {
        None => forwards(client, conversation, gap, newest).await,
        Some(since) => backwards(client, conversation, gap, newest, since).await,
    };
    Fetched {
        messages: group::without_settled(client, fetched.messages).await,
        ..fetched
    }
}

/// Fetches from the first missing message to the newest.
async fn forwards(
    client: &Client,
    conversation: Conversation,
    gap: Gap,
    newest: Sequence,
) -> Fetched {
    let first = gap.after.get().saturating_add(1);
    let mut start = first;
    let mut newest = newest;
    let mut rest = None;
    if gap.whole {
        let most = Sequence::new(gap.after.get().saturating_add(MAX_MISSED));
        if most < newest {
            newest = most;
            rest = Some(Gap { after: most, ..gap });
        }
    } else {
        start = first.max(newest.get().saturating_sub(MAX_MISSED - 1));
    }
    if start > first {
        let skipped = start - first;
        client.inner.count.skipped_messages.add(skipped);
        tracing::warn!(%conversation, skipped, "too many messages were missed: only the newest are fetched");
    }
    let mut messages = Vec::new();
    while start <= newest.get() {
        let end = newest.get().min(start + MOST_MESSAGES - 1);
        match page(client, conversation, start, end).await {
            Ok(page) => messages.extend(page),
            Err(error) => {
                let gap = Gap {
                    after: Sequence::new(start - 1),
                    ..gap
                };
                return Fetched {
                    messages,
                    ..failed(conversation, gap, &error)
                };
            }
        }
        start = end + 1;
    }
    Fetched {
        messages,
        reached: Some(newest),
        retry: None,
        rest,
    }
}

/// Fetches from the newest message back to the first one since `since`.
async fn backwards(
    client: &Client,
    conversation: Conversation,
    gap: Gap,
    newest: Sequence,
    since: u64,
) -> Fetched {
    let oldest = newest.get().saturating_sub(MAX_MISSED - 1);
    let first = oldest.max(gap.after.get().saturating_add(1));
    let mut messages = Vec::new();
    let mut end = newest.get();
    while end >= first {
        let start = end.saturating_sub(MOST_MESSAGES - 1).max(first);
        let mut page = match page(client, conversation, start, end).await {
            Ok(page) => page,
            // Reporting only the newer part would break the order: all of it is fetched again later.
            Err(error) => return failed(conversation, gap, &error),
        };
        let older = page.iter().any(|message| message.time < since);
        page.retain(|message| message.time >= since);
        page.append(&mut messages);
        messages = page;
        if older || start == first {
            break;
        }
        end = start - 1;
    }
    Fetched {
        messages,
        reached: Some(newest),
        retry: None,
        rest: None,
    }
}

/// Fetches the messages of one page. If the connection is lost, it waits until the client is online again, so that later
/// messages are not reported before these.
async fn page(
    client: &Client,
    conversation: Conversation,
    start: u64,
    end: u64,
) -> Result<Vec<Message>, CallError> {
    let page = Sequence::new(start)..=Sequence::new(end);
    let fetch = || client.history(conversation, page.clone());
    client.inner.when_online(fetch).await
}

/// A failed fetch. After a refusal there is no retry, because the server would refuse again.
fn failed(conversation: Conversation, gap: Gap, error: &CallError) -> Fetched {
    tracing::warn!(%conversation, %error, "missed messages could not be fetched");
    let refused = matches!(error, CallError::Refused(_) | CallError::Unknown(_));
    Fetched {
        retry: (!refused).then_some(gap),
        ..Fetched::default()
    }
}

#[cfg(test)]
mod tests {
    use nekonap_ids::{GroupUin, Uin};

    use super::*;

    fn group(number: u64) -> Conversation {
        Conversation::Group(GroupUin::new(number).expect("a group"))
    }

    fn at(number: u64) -> Sequence {
        Sequence::new(number)
    }

    fn after(number: u64) -> Gap {
        Gap {
            after: at(number),
            since: None,
            whole: false,
        }
    }

    #[test]
    fn first_start_reports_no_earlier_messages() {
        let mut gaps = Gaps::new(&Known::default());
        gaps.on_connection(None);
        assert_eq!(gaps.compare(group(1), at(500)), None);
        assert_eq!(gaps.on_push(group(2), at(90)), None);
        gaps.compared_all();
        // The sequence is known now.
        gaps.on_connection(Some(1_000));
        assert_eq!(gaps.compare(group(1), at(502)), Some(after(500)));
    }

    #[test]
    fn messages_known_from_an_earlier_run_are_not_missing() {
        let mut gaps = Gaps::new(&Known {
            newest: vec![(group(1), at(10))],
            since: Some(777),
        });
        gaps.on_connection(None);
        assert_eq!(gaps.compare(group(1), at(10)), None);
        let elsewhere = gaps.compare(group(2), at(40));
        let since = |since| Gap {
            after: at(0),
            since: Some(since),
            whole: false,
        };
        assert_eq!(elsewhere, Some(since(777)), "limited by time");
        gaps.compared_all();
        gaps.on_connection(Some(10_000));
        assert_eq!(
            gaps.compare(group(3), at(9)),
            Some(since(10_000 - CLOCK_TOLERANCE))
        );
    }

    #[test]
    fn push_before_the_comparison_returns_the_gap_once() {
        let mut gaps = Gaps::new(&Known::default());
        gaps.on_connection(None);
        gaps.compare(group(1), at(10));
        gaps.compared_all();
        assert_eq!(
            gaps.on_push(group(1), at(20)),
            None,
            "notices use sequences too"
        );
        gaps.advance(group(1), at(20));

        gaps.on_connection(Some(1_000));
        assert_eq!(gaps.on_push(group(1), at(30)), Some(after(20)));
        assert_eq!(gaps.on_push(group(1), at(31)), None, "once");
        assert_eq!(gaps.compare(group(1), at(31)), None, "it is being fetched");
        assert_eq!(
            gaps.on_push(group(2), at(0)),
            None,
            "the push has no sequence"
        );
    }

    #[test]
    fn next_sequence_is_no_gap() {
        let mut gaps = Gaps::new(&Known::default());
        gaps.advance(group(1), at(20));
        gaps.on_connection(Some(1_000));
        assert_eq!(gaps.on_push(group(1), at(21)), None);
    }

    #[test]
    fn own_message_does_not_hide_missing_ones_before_it() {
        let friend = Conversation::Friend(Uin::new(10002).expect("a uin"));
        let mut gaps = Gaps::new(&Known::default());
        gaps.advance(friend, at(5));
        gaps.on_sent(friend, at(6));
        gaps.on_connection(Some(1_000));
        gaps.on_sent(friend, at(9));
        assert_eq!(gaps.compare(friend, at(9)), Some(after(6)));
        let stranger = Conversation::Friend(Uin::new(10003).expect("a uin"));
        gaps.on_sent(stranger, at(3));
        assert_eq!(
            gaps.private(),
            [friend],
            "an own message does not start a known conversation"
        );
    }

    #[test]
    fn union_of_gaps_covers_both() {
        let gap = |number, since| Gap {
            after: at(number),
            since,
            whole: false,
        };
        assert_eq!(gap(3, Some(9)).union(gap(5, Some(7))), gap(3, Some(7)));
        assert_eq!(gap(3, Some(9)).union(gap(5, None)), gap(3, None));
        assert_eq!(gap(5, None).union(Gap::from(at(9))), Gap::from(at(6)));
    }
}
