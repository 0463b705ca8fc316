//! Sending merged forwards: collects the messages of the nodes, uploads them, and makes the card that shows them
//! (api/actions §3.2, protocol/02 §7).

pub(crate) mod read;

use std::time::Duration;

use nekonap_archive::Stored;
use nekonap_client::{
    Element, Nest, Node as Forwarded,
    message::{
        Forward as ForwardElement, Message as WireMessage, Party, Place, Reply as ReplyElement,
        SenderNames, uniseq,
    },
};
use nekonap_ids::{Conversation, MessageId};
use nekonap_onebot::{
    Code, Message, MessageParam, MessageRef, Segment,
    segments::{Forward as ForwardSegment, NewsLine, Node},
};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    bot::{Context, now},
    error::{Failure, Result},
    incoming,
    outgoing::{self, QueuedMessage},
    segments::{self, Directory},
};

/// Texts on the card of a merged forward (api/actions §3.2). Absent ones are derived from the messages.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub(crate) struct Look {
    /// Title of the card of a merged forward.
    source: Option<String>,
    /// Preview lines of the card.
    news: Option<Vec<NewsLine>>,
    /// Footer of the card.
    summary: Option<String>,
    /// Text that conversation lists show for the forward.
    prompt: Option<String>,
}

impl Look {
    /// The texts that a node sets for the card of the forward nested in it.
    fn of(node: &Node) -> Self {
        Self {
            source: node.source.clone(),
            news: node.news.clone(),
            summary: node.summary.clone(),
            prompt: node.prompt.clone(),
        }
    }
}

/// The most preview lines of a card.
const PREVIEW_LINES: usize = 4;
/// How deep forwards may be nested.
const MAX_DEPTH: usize = 16;
/// Name of a sender without a name (api/actions §3.2).
const UNNAMED: &str = "QQ用户";

/// Sends a merged forward: uploads its messages, then sends its card. Returns the message id and the resource id.
pub(crate) async fn forward(
    cx: &Context,
    to: Conversation,
    nodes: Message,
    auto_escape: bool,
    look: &Look,
    wait_limit: Option<Duration>,
) -> Result<(MessageId, String)> {
    let ticket = outgoing::ticket(cx, to);
    let conversation = outgoing::resolve(cx, to).await?;
    let builder = Builder {
        cx,
        directory: cx.client(),
        conversation,
        auto_escape,
    };
    let card = builder.forward(nodes, look).await?;
    let res_id = card.res_id.clone();
    cx.bot().media().remember(&Element::Forward(card.clone()));
    ticket.reached().await;
    let sent = QueuedMessage::queue(cx, conversation, vec![Element::Forward(card)]).await?;
    drop(ticket);
    Ok((sent.finish(cx, wait_limit).await?, res_id))
}

/// The card of a `forward` segment, which has a resource id, the id of a message with a forward, or nodes
/// (api/events-and-segments §7.10).
///
/// # Errors
/// `MSG_NOT_FOUND` if there is no such forward; errors of the nodes.
pub(crate) async fn from_segment<D: Directory>(
    cx: &Context,
    directory: &D,
    conversation: Conversation,
    segment: ForwardSegment,
) -> Result<ForwardElement> {
    let id = segment.id.filter(|id| !id.trim().is_empty());
    let builder = Builder {
        cx,
        directory,
        conversation,
        auto_escape: false,
    };
    let id = match (id, segment.content) {
        (Some(id), _) => id,
        (None, Some(nodes)) => {
            let nodes =
                MessageParam::new(nodes.into()).read_nodes("message: forward.content", false)?;
            only_nodes("message: forward.content", &nodes)?;
            return Box::pin(builder.forward(nodes, &Look::default())).await;
        }
        (None, None) => return Err(Failure::missing("message: forward.id")),
    };
    if let Ok(number) = id.parse() {
        let stored = cx
            .content(cx.message(MessageRef::new(number)).await?)
            .await?;
        return of_message(&stored)?.ok_or_else(|| {
            Failure::new(
                Code::MessageNotFound,
                format!("message {id} contains no forward"),
            )
        });
    }
    if let Some(Element::Forward(known)) = cx.bot().media().find(&id) {
        return Ok(known);
    }
    let Some(nest) = directory.forward(&id).await? else {
        return Err(Failure::new(
            Code::MessageNotFound,
            format!("there is no forward {id}"),
        ));
    };
    Ok(builder.card(id, &nest, &Look::default()).await)
}

/// The forward that a message contains, if any.
pub(crate) fn of_message(stored: &Stored) -> Result<Option<ForwardElement>> {
    let Some(record) = &stored.record else {
        return Ok(None);
    };
    let elements = incoming::elements(record)?;
    Ok(elements.into_iter().find_map(|element| match element {
        Element::Forward(forward) => Some(forward),
        _ => None,
    }))
}

/// Checks that a message has only nodes.
///
/// # Errors
/// Another segment in it; `name` is the parameter.
pub(crate) fn only_nodes(name: &str, message: &Message) -> Result<()> {
    let is_node = |segment: &Segment| matches!(segment, Segment::Node(_));
    if message.iter().all(is_node) {
        Ok(())
    } else {
        let text = format!("parameter `{name}` must contain only nodes");
        Err(Failure::new(Code::MixedNodes, text))
    }
}

/// Builds a merged forward.
struct Builder<'a, D> {
    cx: &'a Context,
    directory: &'a D,
    /// Conversation that the forward is sent to.
    conversation: Conversation,
    /// Whether strings in nodes are plain text without CQ codes.
    auto_escape: bool,
}

impl<D: Directory> Builder<'_, D> {
    /// Uploads the messages of nodes, and makes the card that shows them.
    async fn forward(&self, nodes: Message, look: &Look) -> Result<ForwardElement> {
        let nest = Box::pin(self.gather(nodes, 0)).await?;
        if nest.nodes.is_empty() {
            let left_out = self.cx.left_out();
            return Err(if left_out.is_empty() {
                Failure::new(Code::EmptyNodes, "there is nothing to forward")
            } else {
                Failure::invalid("messages", format!("{left_out}; nothing else is in them"))
            });
        }
        self.upload(&nest, look).await
    }

    /// The messages of nodes, without empty ones. Nested forwards are uploaded.
    async fn gather(&self, nodes: Message, depth: usize) -> Result<Nest> {
        if depth >= MAX_DEPTH {
            return Err(Failure::invalid(
                "messages",
                "forwards are nested too deeply",
            ));
        }
        let start = now();
        let mut gathered = Nest::default();
        for node in in_order(nodes) {
            let time = node.time.unwrap_or(start + gathered.nodes.len() as u64);
            let id = node.id.filter(|id| id.get() != 0);
            let said = match (id, &node.content) {
                (Some(id), _) => self.referenced(id).await?,
                (None, Some(_)) => {
                    self.composed(node, time, depth, &mut gathered.nested)
                        .await?
                }
                (None, None) => None,
            };
            gathered.nodes.extend(said);
        }
        Ok(gathered)
    }

    /// A message whose content the node has; `None` if it is empty.
    async fn composed(
        &self,
        node: Node,
        time: u64,
        depth: usize,
        nested: &mut Vec<(String, Vec<Forwarded>)>,
    ) -> Result<Option<Forwarded>> {
        let Some(content) = &node.content else {
            return Ok(None);
        };
        let content = content.read_content("content", self.auto_escape)?;
        let is_node = |segment: &Segment| matches!(segment, Segment::Node(_));
        let elements = if !content.is_empty() && content.iter().all(is_node) {
            let inner = Box::pin(self.gather(content, depth + 1)).await?;
            if inner.nodes.is_empty() {
                return Ok(None);
            }
            let card = self.upload(&inner, &Look::of(&node)).await?;
            nested.push((card.uniseq.clone(), inner.nodes));
            nested.extend(inner.nested);
            vec![Element::Forward(card)]
        } else {
            let node = segments::node(self.cx, self.directory, self.conversation, content);
            let mut elements = Box::pin(node).await?;
            self.add_sources(self.conversation, &mut elements).await;
            elements
        };
        if elements.is_empty() {
            return Ok(None);
        }
        let bot = self.cx.bot();
        let sender = node.user_id.unwrap_or(self.cx.self_id());
        let name = match node.nickname.filter(|name| !name.is_empty()) {
            Some(name) => name,
            None => incoming::known_nickname(bot, sender)
                .await
                .unwrap_or_else(|| UNNAMED.to_owned()),
        };
        Ok(Some(Forwarded {
            sender: Some(sender),
            name,
            time,
            elements,
            group: None,
        }))
    }

    /// A message that the node references. If it is unknown, `None` and a warning in the log.
    async fn referenced(&self, id: MessageRef) -> Result<Option<Forwarded>> {
        let known = async {
            let stored = self.cx.message(id).await?;
            self.cx.content(stored).await
        };
        let stored = match known.await {
            Ok(stored) => stored,
            Err(failure) if failure.code == Code::MessageNotFound => {
                tracing::warn!(%id, "a node of a forward names an unknown message and is left out");
                return Ok(None);
            }
            Err(failure) => return Err(failure),
        };
        let Some(record) = &stored.record else {
            return Ok(None);
        };
        let bot = self.cx.bot();
        let name = match stored.conversation {
            Conversation::Group(group) => {
                incoming::member_name(self.cx, group, record.sender).await
            }
            _ => incoming::nickname(bot, record.sender).await,
        };
        let mut elements = incoming::elements(record)?;
        self.add_sources(stored.conversation, &mut elements).await;
        Ok(Some(Forwarded {
            sender: Some(record.sender),
            name,
            time: record.time,
            elements,
            group: None,
        }))
    }

    /// Adds the quoted messages to the quotes of a node, whose readers may not be able to fetch them (protocol/02 §7.3). A
    /// quote of a message that was recalled or cannot be fetched stays without it.
    async fn add_sources(&self, conversation: Conversation, elements: &mut [Element]) {
        for element in elements {
            let Element::Reply(reply) = element else {
                continue;
            };
            if reply.source.is_some() {
                continue;
            }
            match Box::pin(self.source(conversation, reply)).await {
                Ok(Some(message)) => reply.set_source(message),
                Ok(None) => {}
                Err(failure) => {
                    tracing::debug!(
                        reason = failure.text,
                        "a node has a quote without its message"
                    );
                }
            }
        }
    }

    /// The message that a quote in a conversation is of; `None` if it was recalled.
    async fn source(
        &self,
        conversation: Conversation,
        reply: &ReplyElement,
    ) -> Result<Option<WireMessage>> {
        let sequence = match conversation {
            Conversation::Group(_) => Some(reply.sequence),
            Conversation::Friend(_) | Conversation::Temporary { .. } => reply.shared_sequence,
        };
        let Some(sequence) = sequence.filter(|sequence| sequence.get() > 0) else {
            return Ok(None);
        };
        let stored = self.cx.at(conversation, sequence).await?;
        if stored.recalled.is_some() {
            return Ok(None);
        }
        let stored = self.cx.content(stored).await?;
        let Some(record) = &stored.record else {
            return Ok(None);
        };
        let (place, to) = match conversation {
            Conversation::Group(group) => {
                let card = incoming::member_name(self.cx, group, record.sender).await;
                let place = Place::Group {
                    group,
                    group_name: String::new(),
                    card,
                    card_is_card: false,
                    role: None,
                };
                (place, self.cx.self_id())
            }
            Conversation::Friend(peer) | Conversation::Temporary { peer, .. } => {
                let to = if record.own { peer } else { self.cx.self_id() };
                (Place::Friend, to)
            }
        };
        let via = conversation.group();
        Ok(Some(WireMessage {
            place,
            from: Party {
                uin: Some(record.sender),
                uid: self.directory.uid(record.sender, via).await,
            },
            names: SenderNames::default(),
            to: Party {
                uin: Some(to),
                uid: self.directory.uid(to, via).await,
            },
            sequence,
            client_sequence: record.client_sequence,
            random: record.random,
            time: record.time,
            elements: incoming::elements(record)?,
        }))
    }

    /// Uploads messages, and makes the card that shows them.
    async fn upload(&self, nest: &Nest, look: &Look) -> Result<ForwardElement> {
        let client = self.cx.client();
        let res_id = client.upload_forward(self.conversation, nest).await?;
        Ok(self.card(res_id, nest, look).await)
    }

    /// The card of uploaded messages.
    async fn card(&self, res_id: String, nest: &Nest, look: &Look) -> ForwardElement {
        let count = nest.nodes.len();
        let title = match self.conversation {
            Conversation::Group(_) => "群聊的聊天记录".to_owned(),
            Conversation::Friend(peer) | Conversation::Temporary { peer, .. } => {
                let bot = self.cx.bot();
                let me = incoming::nickname(bot, self.cx.self_id()).await;
                let other = incoming::nickname(bot, peer).await;
                format!("{other}和{me}的聊天记录")
            }
        };
        let preview = match &look.news {
            Some(lines) if !lines.is_empty() => lines
                .iter()
                .take(PREVIEW_LINES)
                .map(|line| line.text.clone())
                .collect(),
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
        ForwardElement {
            res_id,
            uniseq: uniseq(),
            title: or(&look.source, title),
            preview,
            summary: or(&look.summary, format!("查看{count}条转发消息")),
            prompt: or(&look.prompt, "[聊天记录]".to_owned()),
            count: u32::try_from(count).unwrap_or(u32::MAX),
        }
    }
}

/// The nodes, sorted by `seq` if all of them have one.
fn in_order(message: Message) -> Vec<Node> {
    let mut nodes: Vec<Node> = message
        .into_iter()
        .filter_map(|segment| match segment {
            Segment::Node(node) => Some(*node),
            _ => None,
        })
        .collect();
    if nodes.iter().all(|node| node.seq.is_some()) {
        nodes.sort_by_key(|node| node.seq);
    }
    nodes
}
