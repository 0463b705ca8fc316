//! What was said while the client was away: fetched from history, conversation by conversation, and told in order.
//! protocol/02 §6, ARCHITECTURE "What happens to a message"

use std::collections::{HashMap, HashSet};

use nekonap_ids::{Conversation, Sequence};
use nekonap_wire::commands::history::MOST_MESSAGES;

use super::{Known, Message};
use crate::{client::Client, error::CallError};

/// Of how many conversations it is remembered how far they were heard.
const MOST_CONVERSATIONS: usize = 10_000;
/// The most messages that are fetched of one conversation: who was away for longer reads history.
const MOST_MISSED: u64 = 300;
/// Of how many private chats, and of how many groups whose list does not tell it, the server is asked where they stand,
/// each time the client comes online. The others are compared when somebody speaks in them.
const MOST_ASKED: usize = 200;
/// By how much the server's clock and ours may differ, seconds, where time decides what is news.
const CLOCKS: u64 = 120;

/// What is missing of a conversation: everything after a message, as far as it is news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gap {
    /// The last message that was heard; 0 where none was.
    pub(crate) after: Sequence,
    /// What was said before this unix second is history.
    pub(crate) since: Option<u64>,
    /// All of it is wanted, however much it is: it was pushed, and could not be taken.
    pub(crate) whole: bool,
}

impl Gap {
    /// Everything from this message on.
    pub(crate) fn from(first: Sequence) -> Self {
        Self {
            after: Sequence::new(first.get().saturating_sub(1)),
            since: None,
            whole: true,
        }
    }

    /// What is missing of either.
    pub(crate) fn and(self, other: Self) -> Self {
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

/// How far each conversation was heard.
#[derive(Debug, Default)]
pub(crate) struct Gaps {
    newest: HashMap<Conversation, Sequence>,
    /// What is news in a conversation that is not remembered: nothing at the very first start, for then there is no
    /// time before; later what was said since the client was last online.
    since: Option<u64>,
    /// Which were compared with the server since the client came online; `None` once all were.
    compared: Option<HashSet<Conversation>>,
}

impl Gaps {
    pub(crate) fn new(known: &Known) -> Self {
        Self {
            newest: known
                .newest
                .iter()
                .take(MOST_CONVERSATIONS)
                .map(|(conversation, sequence)| (conversation.counted_in(), *sequence))
                .collect(),
            since: known.since,
            compared: Some(HashSet::new()),
        }
    }

    /// There is a new connection; until then the client was away since `left`, unix seconds.
    pub(crate) fn away(&mut self, left: Option<u64>) {
        if let Some(left) = left {
            self.since = Some(left.saturating_sub(CLOCKS));
        }
        self.compared = Some(HashSet::new());
    }

    /// A message up to here was told.
    pub(crate) fn reached(&mut self, conversation: Conversation, sequence: Sequence) {
        if self.newest.len() >= MOST_CONVERSATIONS && !self.newest.contains_key(&conversation) {
            return;
        }
        let newest = self.newest.entry(conversation).or_insert(sequence);
        *newest = (*newest).max(sequence);
    }

    /// This client sent a message: that says nothing about the ones before it.
    pub(crate) fn sent(&mut self, conversation: Conversation, sequence: Sequence) {
        let next = |newest: &Sequence| newest.get() + 1 == sequence.get();
        if self.newest.get(&conversation).is_some_and(next) {
            self.reached(conversation, sequence);
        }
    }

    /// What may be missing of a conversation; `None` where nothing before now is news.
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

    /// A message is pushed. Before it is told: what is missing up to it, if this conversation was not compared with the
    /// server since the client came online.
    pub(crate) fn arrives(
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

    /// The server says where a conversation stands: what is missing, if it was not compared yet.
    pub(crate) fn stands(&mut self, conversation: Conversation, newest: Sequence) -> Option<Gap> {
        if !self.compared.as_mut()?.insert(conversation) {
            return None;
        }
        let gap = self.missing(conversation).filter(|gap| gap.after < newest);
        if gap.is_none() {
            self.reached(conversation, newest);
        }
        gap
    }

    /// What is missing of this conversation is fetched, whatever the server says.
    pub(crate) fn settled(&mut self, conversation: Conversation) {
        if let Some(compared) = &mut self.compared {
            compared.insert(conversation);
        }
    }

    /// The private chats to ask about.
    pub(crate) fn private(&self) -> Vec<Conversation> {
        self.newest
            .keys()
            .copied()
            .filter(|conversation| conversation.peer().is_some())
            .collect()
    }

    /// Every conversation was compared.
    pub(crate) fn compared_all(&mut self) {
        self.compared = None;
    }
}

/// Where conversations stand on the server.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    pub(crate) conversations: Vec<(Conversation, Sequence)>,
    /// Whether there are no others.
    pub(crate) complete: bool,
}

/// Where every group stands: the list tells it, as a rule.
pub(crate) async fn groups(client: &Client) -> Standing {
    let groups = match client.groups(true).await {
        Ok(groups) => groups,
        Err(error) => {
            tracing::debug!(%error, "where groups stand is not known");
            return Standing::default();
        }
    };
    let mut told = Vec::new();
    let mut untold = Vec::new();
    for group in groups.iter() {
        let conversation = Conversation::Group(group.uin);
        match group.latest {
            Some(latest) => told.push((conversation, latest)),
            None => untold.push(conversation),
        }
    }
    let mut standing = asked(client, untold).await;
    standing.conversations.append(&mut told);
    standing
}

/// Where these conversations stand, one by one.
async fn asked(client: &Client, wanted: Vec<Conversation>) -> Standing {
    let mut standing = Standing {
        conversations: Vec::new(),
        complete: wanted.len() <= MOST_ASKED,
    };
    for conversation in wanted.into_iter().take(MOST_ASKED) {
        match client.newest(conversation).await {
            Ok(newest) => standing
                .conversations
                .push((conversation, newest.unwrap_or_default())),
            Err(error) => {
                tracing::debug!(%conversation, %error, "where a conversation stands is not known");
                standing.complete = false;
                if !client.online() {
                    break;
                }
            }
        }
    }
    standing
}

/// Where these private chats stand, and those with friends.
pub(crate) async fn private(client: &Client, known: Vec<Conversation>) -> Standing {
    let mut wanted = known;
    let mut complete = true;
    match client.friends(false).await {
        Ok(friends) => {
            let friends = friends.friends.iter();
            wanted.extend(friends.map(|friend| Conversation::Friend(friend.uin)));
        }
        Err(error) => {
            tracing::debug!(%error, "which private chats there are is not known");
            complete = false;
        }
    }
    let mut once = HashSet::new();
    wanted.retain(|conversation| once.insert(*conversation));
    let mut standing = asked(client, wanted).await;
    standing.complete &= complete;
    standing
}

/// What was fetched of a gap.
#[derive(Debug, Default)]
pub(crate) struct Fetched {
    /// Oldest first.
    pub(crate) messages: Vec<Message>,
    /// How far the conversation is now heard.
    pub(crate) reached: Option<Sequence>,
    /// What is still missing, because the connection broke or nobody answered.
    pub(crate) owed: Option<Gap>,
    /// What is still missing, because it was too much for one time.
    pub(crate) rest: Option<Gap>,
}

/// The messages of a gap, up to `newest` or to the conversation's end.
pub(crate) async fn fetch(
    client: &Client,
    conversation: Conversation,
    gap: Gap,
    newest: Option<Sequence>,
) -> Fetched {
    let newest = match newest {
        Some(newest) => newest,
        None => match client.newest(conversation).await {
            Ok(newest) => newest.unwrap_or_default(),
            Err(error) => return failed(conversation, gap, &error),
        },
    };
    match gap.since {
        None => forwards(client, conversation, gap, newest).await,
        Some(since) => backwards(client, conversation, gap, newest, since).await,
    }
}

/// From the first that is missing to the newest.
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
        let most = Sequence::new(gap.after.get().saturating_add(MOST_MISSED));
        if most < newest {
            newest = most;
            rest = Some(Gap { after: most, ..gap });
        }
    } else {
        start = first.max(newest.get().saturating_sub(MOST_MISSED - 1));
    }
    if start > first {
        let skipped = start - first;
        client.inner.count.skipped_messages.add(skipped);
        tracing::warn!(%conversation, skipped, "too much was missed: only the newest of it is fetched");
    }
    let mut messages = Vec::new();
    while start <= newest.get() {
        let end = newest.get().min(start + MOST_MESSAGES - 1);
        let page = Sequence::new(start)..=Sequence::new(end);
        match client.history(conversation, page).await {
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
        owed: None,
        rest,
    }
}

/// From the newest back to the first that is news.
async fn backwards(
    client: &Client,
    conversation: Conversation,
    gap: Gap,
    newest: Sequence,
    since: u64,
) -> Fetched {
    let oldest = newest.get().saturating_sub(MOST_MISSED - 1);
    let first = oldest.max(gap.after.get().saturating_add(1));
    let mut messages = Vec::new();
    let mut end = newest.get();
    while end >= first {
        let start = end.saturating_sub(MOST_MESSAGES - 1).max(first);
        let page = Sequence::new(start)..=Sequence::new(end);
        let mut page = match client.history(conversation, page).await {
            Ok(page) => page,
            // Half of it would come after the other half: all of it again, next time.
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
        owed: None,
        rest: None,
    }
}

/// A server that says no says so again; anything else may go better next time.
fn failed(conversation: Conversation, gap: Gap, error: &CallError) -> Fetched {
    tracing::warn!(%conversation, %error, "what was missed could not be fetched");
    let refused = matches!(error, CallError::Refused(_) | CallError::Unknown(_));
    Fetched {
        owed: (!refused).then_some(gap),
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
    fn the_first_time_online_is_the_beginning() {
        let mut gaps = Gaps::new(&Known::default());
        gaps.away(None);
        assert_eq!(gaps.stands(group(1), at(500)), None);
        assert_eq!(gaps.arrives(group(2), at(90)), None);
        gaps.compared_all();
        // Known from now on.
        gaps.away(Some(1_000));
        assert_eq!(gaps.stands(group(1), at(502)), Some(after(500)));
    }

    #[test]
    fn what_an_earlier_run_heard_is_known() {
        let mut gaps = Gaps::new(&Known {
            newest: vec![(group(1), at(10))],
            since: Some(777),
        });
        gaps.away(None);
        assert_eq!(gaps.stands(group(1), at(10)), None);
        let elsewhere = gaps.stands(group(2), at(40));
        let since = |since| Gap {
            after: at(0),
            since: Some(since),
            whole: false,
        };
        assert_eq!(elsewhere, Some(since(777)), "by time, not all of its past");
        gaps.compared_all();
        gaps.away(Some(10_000));
        assert_eq!(gaps.stands(group(3), at(9)), Some(since(10_000 - CLOCKS)));
    }

    #[test]
    fn a_push_that_is_faster_than_the_comparison_leaves_no_gap() {
        let mut gaps = Gaps::new(&Known::default());
        gaps.away(None);
        gaps.stands(group(1), at(10));
        gaps.compared_all();
        assert_eq!(
            gaps.arrives(group(1), at(20)),
            None,
            "notices take numbers too"
        );
        gaps.reached(group(1), at(20));

        gaps.away(Some(1_000));
        assert_eq!(gaps.arrives(group(1), at(30)), Some(after(20)));
        assert_eq!(gaps.arrives(group(1), at(31)), None, "once");
        assert_eq!(gaps.stands(group(1), at(31)), None, "it is fetched already");
        assert_eq!(gaps.arrives(group(2), at(0)), None, "no sequence is told");
    }

    #[test]
    fn what_follows_at_once_is_no_gap() {
        let mut gaps = Gaps::new(&Known::default());
        gaps.reached(group(1), at(20));
        gaps.away(Some(1_000));
        assert_eq!(gaps.arrives(group(1), at(21)), None);
    }

    #[test]
    fn ones_own_message_hides_nothing_before_it() {
        let friend = Conversation::Friend(Uin::new(10002).expect("a uin"));
        let mut gaps = Gaps::new(&Known::default());
        gaps.reached(friend, at(5));
        gaps.sent(friend, at(6));
        gaps.away(Some(1_000));
        gaps.sent(friend, at(9));
        assert_eq!(gaps.stands(friend, at(9)), Some(after(6)));
        let stranger = Conversation::Friend(Uin::new(10003).expect("a uin"));
        gaps.sent(stranger, at(3));
        assert_eq!(gaps.private(), [friend], "and begins no conversation");
    }

    #[test]
    fn two_gaps_are_as_wide_as_both() {
        let gap = |number, since| Gap {
            after: at(number),
            since,
            whole: false,
        };
        assert_eq!(gap(3, Some(9)).and(gap(5, Some(7))), gap(3, Some(7)));
        assert_eq!(gap(3, Some(9)).and(gap(5, None)), gap(3, None));
        assert_eq!(gap(5, None).and(Gap::from(at(9))), Gap::from(at(6)));
    }
}
