//! Messages on their way out: where to, in which order, and what is recorded of them (api/actions §3.1).

use std::time::Duration;

use nekonap_client::{CallError, Element, Message as Said, Sender, Sending};
use nekonap_ids::{Conversation, GroupUin, MessageId, Uin};
use nekonap_onebot::{Code, Message};

use crate::{
    actions::{friends::stranger, groups::info},
    bot::{Context, now},
    error::{Failure, Result, send_failed},
    events,
    segments::{self, Part},
    tickets::Ticket,
};

/// In how many groups somebody is looked for who is no friend: each that was not looked at before is a round trip.
const SEARCHED: usize = 100;

/// Where a caller wants a message to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// To a group.
    Group(GroupUin),
    /// To a person: a friend, or through this group, or through any that both are in.
    Private { user: Uin, via: Option<GroupUin> },
}

impl Target {
    /// The conversation as far as the order of messages goes, which is known before anything is looked up.
    fn line(self) -> Conversation {
        match self {
            Self::Group(group) => Conversation::Group(group),
            Self::Private { user, .. } => Conversation::Friend(user),
        }
    }

    /// Takes the place of a message to here, in the order of the calls. To be called before the first await.
    pub(crate) fn ticket(self, cx: &Context) -> Ticket {
        cx.ticket(self.line())
    }

    /// The conversation. Who is no friend is written to through a group.
    ///
    /// # Errors
    /// A group that the account is not in, a person that nobody knows.
    pub(crate) async fn conversation(self, cx: &Context) -> Result<Conversation> {
        match self {
            Self::Group(group) => {
                info::known(cx, group).await?;
                Ok(Conversation::Group(group))
            }
            Self::Private { user, via } => private(cx, user, via).await,
        }
    }
}

async fn private(cx: &Context, user: Uin, via: Option<GroupUin>) -> Result<Conversation> {
    let client = cx.client();
    if user == cx.self_id() || client.friends(false).await?.friend(user).is_some() {
        return Ok(Conversation::Friend(user));
    }
    if let Some(group) = via {
        info::known(cx, group).await?;
        if client.member(group, user, false).await?.is_none() {
            let text = format!("{user} is neither a friend nor in group {group}");
            return Err(Failure::new(Code::UserNotFound, text));
        }
        return Ok(Conversation::Temporary { group, peer: user });
    }
    for group in client.groups(false).await?.iter().take(SEARCHED) {
        if client.member(group.uin, user, false).await?.is_some() {
            return Ok(Conversation::Temporary {
                group: group.uin,
                peer: user,
            });
        }
    }
    // A stranger who shares no group: the server says whether it takes the message.
    match client.user(user, false).await? {
        Some(_) => Ok(Conversation::Friend(user)),
        None => Err(stranger::not_found(user)),
    }
}

/// Sends a message, which becomes several where a segment must stand alone. The id of the last; none if it was nothing
/// but a nudge.
///
/// # Errors
/// Nothing is sent unless everything could be prepared.
pub(crate) async fn message(
    cx: &Context,
    to: Target,
    message: Message,
    wait_limit: Option<Duration>,
) -> Result<Option<MessageId>> {
    let ticket = to.ticket(cx);
    let conversation = to.conversation(cx).await?;
    let parts = Box::pin(segments::write(cx, cx.client(), conversation, message)).await?;
    if parts.is_empty() {
        return Err(empty());
    }
    ticket.reached().await;
    let mut queued = Vec::with_capacity(parts.len());
    let mut failure = None;
    for part in parts {
        let outcome = match part {
            Part::Nudge(user) => cx
                .client()
                .poke(conversation, user)
                .await
                .map_err(Failure::from),
            Part::Elements(elements) => match Sent::queue(cx, conversation, elements).await {
                Ok(sent) => {
                    queued.push(sent);
                    Ok(())
                }
                Err(failure) => Err(failure),
            },
        };
        if let Err(error) = outcome {
            failure = Some(error);
            break;
        }
    }
    drop(ticket);
    // What is on its way is written down, also when something after it failed.
    let mut last = None;
    for sent in queued {
        match sent.finish(cx, wait_limit).await {
            Ok(id) => last = Some(id),
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    match (failure, last) {
        (None, last) => Ok(last),
        (Some(failure), None) => Err(failure),
        (Some(failure), Some(sent)) => Err(Failure::new(
            failure.code,
            format!(
                "{}; a part of it was sent before, as message {sent}",
                failure.text
            ),
        )),
    }
}

/// There is nothing in a message that could be sent.
pub(crate) fn empty() -> Failure {
    Failure::new(Code::EmptyMessage, "parameter `message` is empty")
}

/// A message that is queued for the socket and has no answer yet.
pub(crate) struct Sent {
    conversation: Conversation,
    elements: Vec<Element>,
    sending: Sending,
    /// Its place among what was sent there.
    report: Ticket,
}

impl Sent {
    /// Queues a message. When this returns, the next ticket of the conversation may come up.
    pub(crate) async fn queue(
        cx: &Context,
        conversation: Conversation,
        elements: Vec<Element>,
    ) -> Result<Self> {
        let sending = cx
            .client()
            .send(conversation, elements.clone())
            .await
            .map_err(|error| send_failed(&error))?;
        Ok(Self {
            conversation,
            elements,
            sending,
            report: cx.report(conversation),
        })
    }

    /// Waits for the answer and writes the message down: with the place that the server gave it, or, when no answer
    /// came, by its random, so that its echo gets the same id. `wait_limit`: how long to wait, if not as long as the client
    /// does.
    pub(crate) async fn finish(
        self,
        cx: &Context,
        wait_limit: Option<Duration>,
    ) -> Result<MessageId> {
        let (random, client_sequence) = (self.sending.random(), self.sending.client_sequence());
        let mut elements = self.elements;
        let outcome = match wait_limit {
            None => self.sending.sent().await,
            Some(wait_limit) => tokio::time::timeout(wait_limit, self.sending.sent())
                .await
                .unwrap_or(Err(CallError::TimedOut)),
        };
        let (sequence, time) = match &outcome {
            Ok(sent) => {
                // The server throws the dice.
                if let (Some(thrown), [one]) = (&sent.thrown, elements.as_mut_slice()) {
                    *one = thrown.clone();
                }
                (Some(sent.sequence), sent.time)
            }
            Err(error) if error.maybe_delivered() => (None, now()),
            Err(error) => return Err(send_failed(error)),
        };
        let said = Said {
            conversation: self.conversation,
            sender: myself(cx),
            own: true,
            sequence: sequence.unwrap_or_default(),
            client_sequence,
            random,
            time,
            elements,
            group_name: String::new(),
            missed: false,
        };
        let id = events::sent(cx.bot(), said, self.report).await?;
        match outcome {
            Ok(_) => {
                cx.bot().vitals().messages_sent.one();
                Ok(id)
            }
            Err(error) => Err(send_failed(&error)),
        }
    }
}

/// This account as the sender of a message.
fn myself(cx: &Context) -> Sender {
    let me = cx.client().me();
    Sender {
        uin: cx.self_id(),
        uid: me.as_ref().map(|me| me.uid),
        nickname: me.map(|me| me.nickname).unwrap_or_default(),
        card: None,
        role: None,
    }
}
