//! Messages on their way out: where to, in which order, and what is recorded of them (`api/actions.md` §3.1).

use nekonap_client::{
    Element, Message as Said, Nest, Node as Forwarded, Sender, Sending,
    message::Forward as ForwardElement,
};
use nekonap_ids::{Conversation, GroupUin, MessageId, Uin};
use nekonap_onebot::{Code, Message, MessageRef, Segment};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::{friends::stranger, groups::info},
    bot::{Context, now},
    error::{Failure, Result, send_failed},
    events, incoming,
    segments::{self, Part},
    tickets::Ticket,
};

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
            Self::Group(group) => match cx.client().group(group, false).await? {
                Some(_) => Ok(Conversation::Group(group)),
                None => Err(info::not_found(group)),
            },
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
        if client.group(group, false).await?.is_none() {
            return Err(info::not_found(group));
        }
        if client.member(group, user, false).await?.is_none() {
            let text = format!("{user} is neither a friend nor in group {group}");
            return Err(Failure::new(Code::UserNotFound, text));
        }
        return Ok(Conversation::Temporary { group, peer: user });
    }
    for group in client.groups(false).await?.iter() {
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
) -> Result<Option<MessageId>> {
    let ticket = to.ticket(cx);
    let conversation = to.conversation(cx).await?;
    let parts = segments::write(cx, conversation, message).await?;
    if parts.is_empty() {
        return Err(Failure::new(Code::EmptyMessage, "the message is empty"));
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
        match sent.finish(cx).await {
            Ok(id) => last = Some(id),
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    failure.map_or(Ok(last), Err)
}

/// A message that is queued for the socket and has no answer yet.
pub(crate) struct Sent {
    conversation: Conversation,
    elements: Vec<Element>,
    sending: Sending,
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
        })
    }

    /// Waits for the answer and writes the message down: with the place that the server gave it, or, when no answer
    /// came, by its random, so that its echo gets the same id.
    pub(crate) async fn finish(self, cx: &Context) -> Result<MessageId> {
        let (random, client_sequence) = (self.sending.random(), self.sending.client_sequence());
        let mut elements = self.elements;
        let outcome = self.sending.sent().await;
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
        let id = events::sent(cx.bot(), said).await?;
        match outcome {
            Ok(_) => {
                cx.bot().vitals().messages_sent.one();
                Ok(id)
            }
            Err(error) => Err(send_failed(&error)),
        }
    }
}

/// How the card of a merged forward looks (`api/actions.md` §3.2). What is absent is made from the messages.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub(crate) struct Look {
    /// The title.
    source: Option<String>,
    /// The lines of the preview.
    news: Option<Vec<NewsLine>>,
    /// The footer.
    summary: Option<String>,
    /// The text in the list of conversations.
    prompt: Option<String>,
}

/// A line of a card's preview: an object with `text`, or the text itself.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum NewsLine {
    /// As go-cqhttp has it.
    Line {
        /// The line.
        text: String,
    },
    /// A bare text.
    Text(String),
}

impl NewsLine {
    fn text(&self) -> &str {
        match self {
            Self::Line { text } | Self::Text(text) => text,
        }
    }
}

/// The most lines of a card's preview.
const PREVIEW_LINES: usize = 4;
/// How deep forwards may be nested.
const DEEPEST: usize = 16;

/// Sends a merged forward: its messages are stored first, then its card is sent. The message's id, and the resource id.
pub(crate) async fn forward(
    cx: &Context,
    to: Target,
    nodes: Message,
    look: &Look,
) -> Result<(MessageId, String)> {
    let ticket = to.ticket(cx);
    let conversation = to.conversation(cx).await?;
    let mut nested = Vec::new();
    let nodes = gather(cx, conversation, nodes, &mut nested, 0).await?;
    let nest = Nest { nodes, nested };
    let card = card(cx, conversation, &nest, look).await?;
    let res_id = card.res_id.clone();
    ticket.reached().await;
    let sent = Sent::queue(cx, conversation, vec![Element::Forward(card)]).await?;
    drop(ticket);
    Ok((sent.finish(cx).await?, res_id))
}

/// The messages that nodes stand for; what is nested is stored on the way.
async fn gather(
    cx: &Context,
    conversation: Conversation,
    nodes: Message,
    nested: &mut Vec<(String, Vec<Forwarded>)>,
    depth: usize,
) -> Result<Vec<Forwarded>> {
    if depth >= DEEPEST {
        return Err(Failure::invalid(
            "messages",
            "forwards are nested too deeply",
        ));
    }
    let mut gathered = Vec::new();
    let start = now();
    for segment in nodes {
        let Segment::Node(node) = segment else {
            continue;
        };
        let time = node.time.unwrap_or(start + gathered.len() as u64);
        let said = match (node.id, &node.content) {
            (Some(id), _) => match known(cx, id).await {
                Ok(known) => known,
                Err(failure) if failure.code == Code::MessageNotFound => {
                    tracing::warn!(%id, "a node of a forward names an unknown message and is left out");
                    continue;
                }
                Err(failure) => return Err(failure),
            },
            (None, None) => continue,
            (None, Some(content)) => {
                let content = content.read_content("content")?;
                let inner = !content.is_empty()
                    && content
                        .iter()
                        .all(|segment| matches!(segment, Segment::Node(_)));
                let elements = if inner {
                    let look = Look {
                        source: node.source.clone(),
                        news: node.news.as_ref().map(|news| {
                            news.iter()
                                .map(|line| NewsLine::Text(line.text.clone()))
                                .collect()
                        }),
                        summary: node.summary.clone(),
                        prompt: node.prompt.clone(),
                    };
                    let nodes =
                        Box::pin(gather(cx, conversation, content, nested, depth + 1)).await?;
                    let inner = Nest {
                        nodes,
                        nested: nested.clone(),
                    };
                    let card = card(cx, conversation, &inner, &look).await?;
                    nested.push((card.uniseq.clone(), inner.nodes));
                    vec![Element::Forward(card)]
                } else {
                    let parts = segments::write(cx, conversation, content).await?;
                    let elements = parts.into_iter().filter_map(|part| match part {
                        Part::Elements(elements) => Some(elements),
                        Part::Nudge(_) => None,
                    });
                    elements.flatten().collect()
                };
                let sender = node.user_id.unwrap_or(cx.self_id());
                let name = match node.nickname.filter(|name| !name.is_empty()) {
                    Some(name) => name,
                    None => incoming::nickname(cx.bot(), sender).await,
                };
                Forwarded {
                    sender: Some(sender),
                    name,
                    time,
                    elements,
                    group: None,
                }
            }
        };
        gathered.push(said);
    }
    if gathered.is_empty() {
        return Err(Failure::new(
            Code::EmptyNodes,
            "there is nothing to forward",
        ));
    }
    Ok(gathered)
}

/// A message that is forwarded as it was said.
async fn known(cx: &Context, id: MessageRef) -> Result<Forwarded> {
    let stored = cx.content(cx.message(id).await?).await?;
    let record = stored
        .record
        .as_ref()
        .ok_or_else(|| crate::bot::unknown(id))?;
    let name = match stored.conversation {
        Conversation::Group(group) => incoming::member_name(cx, group, record.sender).await,
        _ => incoming::nickname(cx.bot(), record.sender).await,
    };
    Ok(Forwarded {
        sender: Some(record.sender),
        name,
        time: record.time,
        elements: incoming::elements(record)?,
        group: None,
    })
}

/// Stores messages and makes the card that shows them.
async fn card(
    cx: &Context,
    conversation: Conversation,
    nest: &Nest,
    look: &Look,
) -> Result<ForwardElement> {
    let res_id = cx.client().upload_forward(conversation, nest).await?;
    let count = nest.nodes.len();
    let title = match conversation {
        Conversation::Group(_) => "群聊的聊天记录".to_owned(),
        Conversation::Friend(peer) | Conversation::Temporary { peer, .. } => {
            let me = incoming::nickname(cx.bot(), cx.self_id()).await;
            let other = incoming::nickname(cx.bot(), peer).await;
            format!("{other}和{me}的聊天记录")
        }
    };
    let preview = match &look.news {
        Some(lines) if !lines.is_empty() => {
            lines.iter().map(|line| line.text().to_owned()).collect()
        }
        _ => nest
            .nodes
            .iter()
            .take(PREVIEW_LINES)
            .map(|node| format!("{}: {}", node.name, incoming::preview(&node.elements)))
            .collect(),
    };
    let or = |given: &Option<String>, made: String| {
        given
            .clone()
            .filter(|text| !text.is_empty())
            .unwrap_or(made)
    };
    Ok(ForwardElement {
        res_id,
        uniseq: uuid(),
        title: or(&look.source, title),
        preview,
        summary: or(&look.summary, format!("查看{count}条转发消息")),
        prompt: or(&look.prompt, "[聊天记录]".to_owned()),
        count: u32::try_from(count).unwrap_or(u32::MAX),
    })
}

/// A random UUID, lower case, with hyphens.
fn uuid() -> String {
    let bits = rand::random::<u128>() & !(0xf << 76) | (4 << 76);
    let hex = format!("{:032x}", bits & !(0b11 << 62) | (0b10 << 62));
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
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
