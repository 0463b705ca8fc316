//! Sending messages: target, order, and recording (api/actions §3.1).

use std::time::Duration;

use nekonap_client::{CallError, Element, Message as Said, Sender, Sending, Ticket};
use nekonap_ids::{Conversation, GroupUin, MessageId, Uin};
use nekonap_onebot::{Code, Message};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    bot::{Context, now},
    error::{Failure, Result, poke_failed, send_failed},
    events,
    segments::{self, Part},
    uploads,
};

/// Maximum number of groups that are searched for a user who is not a friend. Each group that is not cached costs a
/// round trip.
const MAX_GROUPS_SEARCHED: usize = 100;

/// Ids that specify the target of a message. Frameworks send both, with the type.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(crate) struct Recipient {
    /// Kind of the target. Without it, `group_id` takes precedence over `user_id`; actions for one kind ignore it.
    message_type: Option<MessageType>,
    /// QQ number of the person to send to. Required for a private chat.
    user_id: Option<Uin>,
    /// Number of the group to send to, or of the group through which a temporary chat is started.
    #[schemars(example = 20_001)]
    group_id: Option<GroupUin>,
}

/// Kind of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MessageType {
    /// A private chat.
    Private,
    /// A group.
    Group,
}

impl Recipient {
    /// The conversation that the ids specify.
    ///
    /// # Errors
    /// `PARAM_MISSING` if the id for the kind is absent.
    pub(crate) fn conversation(self) -> Result<Conversation> {
        match (self.message_type, self.user_id, self.group_id) {
            (Some(MessageType::Private), user, via) => {
                let user = user.ok_or_else(|| Failure::missing("user_id"))?;
                Ok(private(user, via))
            }
            (Some(MessageType::Group), _, None) => Err(Failure::missing("group_id")),
            (Some(MessageType::Group) | None, _, Some(group)) => Ok(Conversation::Group(group)),
            (None, Some(user), None) => Ok(Conversation::Friend(user)),
            (None, None, None) => Err(Failure::new(
                Code::ParamMissing,
                "parameter `group_id` or `user_id` is missing",
            )),
        }
    }

    /// The same ids with a fixed kind.
    pub(crate) fn of_type(self, message_type: MessageType) -> Self {
        Self {
            message_type: Some(message_type),
            ..self
        }
    }
}

/// The private chat with a user; temporary if a group is given.
pub(crate) fn private(user: Uin, via: Option<GroupUin>) -> Conversation {
    match via {
        Some(group) => Conversation::Temporary { group, peer: user },
        None => Conversation::Friend(user),
    }
}

/// Draws the ticket of a message to a conversation. Call this before the first await, so that messages keep the order of
/// the calls.
pub(crate) fn ticket(cx: &Context, wanted: Conversation) -> Ticket {
    cx.ticket(wanted.counted_in())
}

/// The conversation that a message is sent in. Friends are reached directly, other users through the given group or, if
/// none is given, through any group that the account shares with them.
///
/// # Errors
/// `GROUP_NOT_FOUND`, `USER_NOT_FOUND`.
pub(crate) async fn resolve(cx: &Context, wanted: Conversation) -> Result<Conversation> {
    let (user, via) = match wanted {
        Conversation::Group(group) => {
            cx.group(group).await?;
            return Ok(wanted);
        }
        Conversation::Friend(user) => (user, None),
        Conversation::Temporary { group, peer } => (peer, Some(group)),
    };
    let client = cx.client();
    if user == cx.self_id() || client.friends(false).await?.friend(user).is_some() {
        return Ok(Conversation::Friend(user));
    }
    if let Some(group) = via {
        cx.group(group).await?;
        if client.member(group, user, false).await?.is_none() {
            let text = format!("{user} is neither a friend nor in group {group}");
            return Err(Failure::new(Code::UserNotFound, text));
        }
        return Ok(wanted);
    }
    for group in client.groups(false).await?.iter().take(MAX_GROUPS_SEARCHED) {
        if client.member(group.uin, user, false).await?.is_some() {
            return Ok(Conversation::Temporary {
                group: group.uin,
                peer: user,
            });
        }
    }
    // No shared group was found: the server decides whether it accepts the message.
    cx.user(user).await?;
    Ok(wanted)
}

/// The message that was sent.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SentReply {
    /// Id of the message; 0 if only a poke was sent.
    message_id: i32,
    /// Resource id of a merged forward, for `get_forward_msg`.
    #[serde(skip_serializing_if = "Option::is_none")]
    res_id: Option<String>,
    /// The same as `res_id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    forward_id: Option<String>,
}

impl SentReply {
    pub(crate) fn message(id: Option<MessageId>) -> Self {
        Self {
            message_id: id.map_or(0, MessageId::get),
            res_id: None,
            forward_id: None,
        }
    }

    pub(crate) fn forward(id: MessageId, res_id: String) -> Self {
        Self {
            message_id: id.get(),
            forward_id: Some(res_id.clone()),
            res_id: Some(res_id),
        }
    }
}

/// Time limit for the server's answer; `None` if `milliseconds` is absent, 0 or less.
pub(crate) fn wait_limit(milliseconds: Option<i64>) -> Option<Duration> {
    let milliseconds = u64::try_from(milliseconds?).ok()?;
    (milliseconds > 0).then(|| Duration::from_millis(milliseconds))
}

/// Sends a message. It is split into several if a segment must be sent alone. Returns the id of the last one, or `None`
/// if only pokes were sent.
///
/// # Errors
/// If a part cannot be prepared, nothing is sent. `MAYBE_SENT` if a part failed after another one was or may have been
/// sent.
pub(crate) async fn message(
    cx: &Context,
    to: Conversation,
    message: Message,
    wait_limit: Option<Duration>,
) -> Result<Option<MessageId>> {
    let ticket = ticket(cx, to);
    let conversation = resolve(cx, to).await?;
    let parts = Box::pin(segments::write(cx, cx.client(), conversation, message)).await?;
    if parts.is_empty() {
        return Err(empty(cx));
    }
    ticket.reached().await;
    let mut queued = Vec::with_capacity(parts.len());
    // Whether something was sent that has no id, such as a poke.
    let mut acted = false;
    let mut failure = None;
    for part in parts {
        let outcome = match part {
            Part::Nudge(user) => {
                let poke = cx.client().poke(conversation, user).await;
                acted |= poke.is_ok();
                poke.map_err(poke_failed)
            }
            Part::Elements(elements) => {
                match QueuedMessage::queue(cx, conversation, elements).await {
                    Ok(message) => {
                        queued.push(Underway::Message(Box::new(message)));
                        Ok(())
                    }
                    Err(failure) => Err(failure),
                }
            }
            Part::GroupFile(group, file) => {
                let posted = uploads::post(cx, group, &file).await;
                acted |= posted.is_ok();
                posted.map(|id| queued.extend(id.map(Underway::Posted)))
            }
            Part::Copy(from, file) => {
                let copied = uploads::copy(cx, from, &file, conversation).await;
                acted |= copied.is_ok();
                copied
            }
        };
        if let Err(error) = outcome {
            failure = Some(error);
            break;
        }
    }
    drop(ticket);
    // Messages that were already queued are recorded even if a later part failed.
    let mut last = None;
    for message in queued {
        let finished = match message {
            Underway::Message(message) => message.finish(cx, wait_limit).await,
            Underway::Posted(id) => Ok(id),
        };
        match finished {
            Ok(id) => last = Some(id),
            Err(error) if error.code == Code::MaybeSent => failure = Some(error),
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    match (failure, last) {
        (None, last) => Ok(last),
        (Some(failure), Some(sent)) => Err(Failure::new(
            Code::MaybeSent,
            format!(
                "{}; a part was already sent, with message id {sent}",
                failure.text
            ),
        )),
        (Some(failure), None) if acted => Err(Failure::new(
            Code::MaybeSent,
            format!("{}; a part was already sent", failure.text),
        )),
        (Some(failure), None) => Err(failure),
    }
}

/// A part of a message that was sent.
enum Underway {
    Message(Box<QueuedMessage>),
    /// A file that the server posted.
    Posted(MessageId),
}

/// The failure of a message without content: `PARAM_INVALID` if segments were left out because they cannot be sent.
pub(crate) fn empty(cx: &Context) -> Failure {
    let left_out = cx.left_out();
    if left_out.is_empty() {
        return Failure::new(Code::EmptyMessage, "parameter `message` is empty");
    }
    Failure::invalid(
        "message",
        format!("{left_out}; the message has no other content"),
    )
}

/// A message that is queued for the socket and not yet answered.
pub(crate) struct QueuedMessage {
    conversation: Conversation,
    elements: Vec<Element>,
    sending: Sending,
    /// Ticket for reporting the message in order.
    report: Ticket,
}

impl QueuedMessage {
    /// Queues a message, when its turn by the pacing has come. After this returns, the caller may drop its ticket, so that the conversation's next send starts.
    pub(crate) async fn queue(
        cx: &Context,
        conversation: Conversation,
        elements: Vec<Element>,
    ) -> Result<Self> {
        cx.paced(conversation).await;
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

    /// Waits for the answer and records the message at the place that the server assigned. If no answer comes, records it
    /// by its random number, so that its echo gets the same id. `wait_limit` replaces the client's own time limit.
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
                // The server chose the result of dice or rock-paper-scissors.
                if let (Some(thrown), [one]) = (&sent.thrown, elements.as_mut_slice()) {
                    *one = thrown.clone();
                }
                (Some(sent.place.sequence), sent.key.time)
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
        let recorded = events::sent(cx.bot(), said, self.report).await;
        if let Err(error) = outcome {
            return Err(send_failed(&error));
        }
        cx.bot().vitals().messages_sent.one();
        recorded.map_err(|error| {
            let text = format!("the message was sent, but {}", Failure::from(error).text);
            Failure::new(Code::MaybeSent, text)
        })
    }
}

/// The account as sender of a message.
fn myself(cx: &Context) -> Sender {
    let me = cx.client().me();
    Sender {
        uid: me.as_ref().map(|me| me.uid),
        nickname: me.map(|me| me.nickname).unwrap_or_default(),
        ..Sender::new(cx.self_id())
    }
}
