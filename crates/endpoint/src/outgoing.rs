//! Messages on their way out: where to, in which order, and what is recorded of them (api/actions §3.1).

use std::time::Duration;

use nekonap_client::{CallError, Element, Message as Said, Sender, Sending, Ticket};
use nekonap_ids::{Conversation, GroupUin, MessageId, Uin};
use nekonap_onebot::{Code, Message};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    bot::{Context, now},
    error::{Failure, Result, send_failed},
    events,
    segments::{self, Part},
};

/// In how many groups somebody is looked for who is no friend: each that was not looked at before is a round trip.
const SEARCHED: usize = 100;

/// The ids that name where a message goes. Frameworks pass both, with the type.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(crate) struct Recipient {
    /// Kind of the target. Without it, `group_id` wins over `user_id`; the actions for one kind ignore it.
    message_type: Option<MessageType>,
    /// Person to send to. Required for a private chat.
    user_id: Option<Uin>,
    /// Group to send to, or the group that a temporary chat comes from.
    #[schemars(example = 20_001)]
    group_id: Option<GroupUin>,
}

/// The kind of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MessageType {
    /// A private chat.
    Private,
    /// A group.
    Group,
}

impl Recipient {
    /// The conversation that the ids name.
    ///
    /// # Errors
    /// `PARAM_MISSING`: the id that the type needs is absent.
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

    /// The same with the type that the action's name fixes.
    pub(crate) fn of_type(self, message_type: MessageType) -> Self {
        Self {
            message_type: Some(message_type),
            ..self
        }
    }
}

/// The private chat with somebody, temporary if it is to be started from a group.
pub(crate) fn private(user: Uin, via: Option<GroupUin>) -> Conversation {
    match via {
        Some(group) => Conversation::Temporary { group, peer: user },
        None => Conversation::Friend(user),
    }
}

/// Draws the ticket of a message to there, in the order of the calls. To be called before the first await.
pub(crate) fn ticket(cx: &Context, wanted: Conversation) -> Ticket {
    cx.ticket(wanted.counted_in())
}

/// The conversation that a message to there belongs to: a friend is written to as a friend, and somebody who is not one
/// through the group that was given, else through any group that both are in.
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
    for group in client.groups(false).await?.iter().take(SEARCHED) {
        if client.member(group.uin, user, false).await?.is_some() {
            return Ok(Conversation::Temporary {
                group: group.uin,
                peer: user,
            });
        }
    }
    // A stranger who shares no group: the server decides whether it takes the message.
    cx.user(user).await?;
    Ok(wanted)
}

/// The message that was sent.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SentReply {
    /// Id of the message; 0 if it was only a poke.
    message_id: i32,
    /// Resource id of a merged forward, which `get_forward_msg` takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    res_id: Option<String>,
    /// The same as `res_id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    forward_id: Option<String>,
}

impl SentReply {
    /// An ordinary message.
    pub(crate) fn message(id: Option<MessageId>) -> Self {
        Self {
            message_id: id.map_or(0, MessageId::get),
            res_id: None,
            forward_id: None,
        }
    }

    /// A merged forward.
    pub(crate) fn forward(id: MessageId, res_id: String) -> Self {
        Self {
            message_id: id.get(),
            forward_id: Some(res_id.clone()),
            res_id: Some(res_id),
        }
    }
}

/// How long a caller wants to wait for the server's answer; `None` for a `timeout` of 0 and less.
pub(crate) fn wait_limit(milliseconds: Option<i64>) -> Option<Duration> {
    let milliseconds = u64::try_from(milliseconds?).ok()?;
    (milliseconds > 0).then(|| Duration::from_millis(milliseconds))
}

/// Sends a message, which becomes several where a segment must stand alone. The id of the last; none if it was nothing
/// but a nudge.
///
/// # Errors
/// Nothing is sent unless everything could be prepared.
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
    let mut failure = None;
    for part in parts {
        let outcome = match part {
            Part::Nudge(user) => cx
                .client()
                .poke(conversation, user)
                .await
                .map_err(Failure::from),
            Part::Elements(elements) => {
                match QueuedMessage::queue(cx, conversation, elements).await {
                    Ok(message) => {
                        queued.push(message);
                        Ok(())
                    }
                    Err(failure) => Err(failure),
                }
            }
        };
        if let Err(error) = outcome {
            failure = Some(error);
            break;
        }
    }
    drop(ticket);
    // What is on its way is recorded, also when something after it failed.
    let mut last = None;
    for message in queued {
        match message.finish(cx, wait_limit).await {
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

/// There is nothing in a message that could be sent: `PARAM_INVALID` if that is because of segments that cannot be sent.
pub(crate) fn empty(cx: &Context) -> Failure {
    let left_out = cx.left_out();
    if left_out.is_empty() {
        return Failure::new(Code::EmptyMessage, "parameter `message` is empty");
    }
    Failure::invalid("message", format!("{left_out}; nothing else is in it"))
}

/// A message that is queued for the socket and has no answer yet.
pub(crate) struct QueuedMessage {
    conversation: Conversation,
    elements: Vec<Element>,
    sending: Sending,
    /// Its place among what was sent there.
    report: Ticket,
}

impl QueuedMessage {
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
        uid: me.as_ref().map(|me| me.uid),
        nickname: me.map(|me| me.nickname).unwrap_or_default(),
        ..Sender::new(cx.self_id())
    }
}
