//! What was said while the client was away: fetched from history, conversation by conversation, and told in order.
//! `protocol/02` §6, DESIGN "How things move"

use std::collections::{HashMap, HashSet};

use nekonap_ids::{Conversation, Sequence};
use nekonap_wire::commands::history::MOST_MESSAGES;

use super::{Known, Message};
use crate::client::Client;

/// Of how many conversations it is remembered how far they were heard.
const MOST_CONVERSATIONS: usize = 10_000;
/// The most messages that are fetched of one conversation: who was away for longer reads history.
const MOST_MISSED: u64 = 300;
/// Of how many private chats the server is asked where they stand, each time the client comes online.
const MOST_PRIVATE: usize = 200;

/// How far each conversation was heard.
#[derive(Debug, Default)]
pub(crate) struct Gaps {
    newest: HashMap<Conversation, Sequence>,
    /// Whether the client has been online before, or has heard of a time when it was: then a conversation that is not
    /// remembered was silent until now.
    before: bool,
}

impl Gaps {
    pub(crate) fn new(known: &Known) -> Self {
        let newest: HashMap<_, _> = known
            .newest
            .iter()
            .take(MOST_CONVERSATIONS)
            .map(|(conversation, sequence)| (conversation.counted_in(), *sequence))
            .collect();
        Self {
            before: known.since.is_some() || !newest.is_empty(),
            newest,
        }
    }

    /// A message up to here was told.
    pub(crate) fn reached(&mut self, conversation: Conversation, sequence: Sequence) {
        if self.newest.len() >= MOST_CONVERSATIONS && !self.newest.contains_key(&conversation) {
            return;
        }
        let newest = self.newest.entry(conversation).or_insert(sequence);
        *newest = (*newest).max(sequence);
    }

    /// How far the conversation was heard; the beginning for one that nobody spoke in as far as is known.
    pub(crate) fn since(&self, conversation: Conversation) -> Option<Sequence> {
        match self.newest.get(&conversation) {
            Some(newest) => Some(*newest),
            None => self.before.then(|| Sequence::new(0)),
        }
    }

    /// Takes note of where a conversation stands, and says whether it was heard less far. The first time online is the
    /// beginning: what was said before is history.
    pub(crate) fn behind(&mut self, conversation: Conversation, newest: Sequence) -> bool {
        let behind = self.since(conversation).is_some_and(|since| since < newest);
        if !behind {
            self.reached(conversation, newest);
        }
        behind
    }

    /// The private chats to ask about, and from now on everything has a beginning.
    pub(crate) fn wanted(&self) -> Vec<Conversation> {
        self.newest
            .keys()
            .copied()
            .filter(|conversation| conversation.peer().is_some())
            .collect()
    }

    /// The client has seen where everything stands.
    pub(crate) fn begun(&mut self) {
        self.before = true;
    }
}

/// Where conversations stand on the server: every group, the private chats that are wanted, and the friends'.
pub(crate) async fn standing(
    client: &Client,
    wanted: Vec<Conversation>,
) -> Vec<(Conversation, Sequence)> {
    let mut standing = Vec::new();
    match client.groups(true).await {
        Ok(groups) => {
            for group in groups.iter() {
                let conversation = Conversation::Group(group.uin);
                standing.push((conversation, group.latest.unwrap_or_default()));
            }
        }
        Err(error) => tracing::debug!(%error, "where groups stand is not known"),
    }
    let mut private: Vec<Conversation> = wanted;
    if let Ok(friends) = client.friends(false).await {
        private.extend(
            friends
                .friends
                .iter()
                .map(|friend| Conversation::Friend(friend.uin)),
        );
    }
    let mut asked = HashSet::new();
    private.retain(|conversation| asked.insert(*conversation));
    for conversation in private.into_iter().take(MOST_PRIVATE) {
        match client.newest(conversation).await {
            Ok(newest) => standing.push((conversation, newest.unwrap_or_default())),
            Err(error) if client.online() => {
                tracing::debug!(%conversation, %error, "where a chat stands is not known");
            }
            Err(_) => break,
        }
    }
    standing
}

/// The messages after `since`, oldest first, and how far that is.
pub(crate) async fn fetch(
    client: &Client,
    conversation: Conversation,
    since: Sequence,
    newest: Option<Sequence>,
) -> (Vec<Message>, Option<Sequence>) {
    let newest = match newest {
        Some(newest) => newest,
        None => match client.newest(conversation).await {
            Ok(newest) => newest.unwrap_or_default(),
            Err(_) => return (Vec::new(), None),
        },
    };
    let first = newest
        .get()
        .saturating_sub(MOST_MISSED - 1)
        .max(since.get() + 1);
    let mut messages = Vec::new();
    let mut start = first;
    while start <= newest.get() {
        let end = newest.get().min(start + MOST_MESSAGES - 1);
        match client
            .history(conversation, Sequence::new(start)..=Sequence::new(end))
            .await
        {
            Ok(page) => messages.extend(page),
            Err(error) => {
                tracing::warn!(%conversation, %error, "what was missed could not be fetched");
                let reached = (start > first).then(|| Sequence::new(start - 1));
                return (messages, reached);
            }
        }
        start = end + 1;
    }
    (messages, Some(newest))
}
