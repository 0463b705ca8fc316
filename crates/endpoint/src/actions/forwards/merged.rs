//! `send_forward_msg` and its two forms, `get_forward_msg` (api/actions §3.2).

use nekonap_client::{Element, Nest, Node as Forwarded, message::Forward as ForwardElement};
use nekonap_ids::{Conversation, GroupUin, Uin};
use nekonap_onebot::{ChatMessage, Code, Form, Message, MessageParam, MessageRef, Segment};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    actions::messages::send::{MessageType, Sent, target, wait_limit},
    bot::{Bot, Context},
    error::{Failure, Result},
    forwarding::{self, Look},
    incoming,
    outgoing::Target,
    segments,
};

/// How deep forwards inside forwards are followed: what is nested deeper is made to trouble readers.
const DEEPEST: usize = 16;

/// Parameters of `send_forward_msg`, `send_group_forward_msg` and `send_private_forward_msg`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SendForwardMsg {
    /// Kind of the target. Without it, `group_id` wins over `user_id`; the actions for one kind ignore it.
    message_type: Option<MessageType>,
    /// Person to send to. Required for a private chat.
    user_id: Option<Uin>,
    /// Group to send to, or the group that a temporary chat comes from.
    #[schemars(example = 20_001)]
    group_id: Option<GroupUin>,
    /// Nodes: the messages of the forward. Required unless `message` is given.
    #[schemars(example = nodes())]
    messages: Option<MessageParam>,
    /// The same as `messages`; used where that is absent or empty.
    message: Option<MessageParam>,
    /// Whether a string as the `content` of a node is plain text, so that CQ codes in it have no effect.
    #[serde(default)]
    auto_escape: bool,
    #[serde(flatten)]
    look: Look,
    /// How long to wait for the server's answer, in milliseconds.
    timeout: Option<i64>,
}

/// An example of `messages`.
fn nodes() -> Value {
    serde_json::json!([
        { "type": "node", "data": { "user_id": "10002", "nickname": "Bob", "content": "Hello" } },
    ])
}

pub(crate) async fn any(cx: Context, params: SendForwardMsg) -> Result<Sent> {
    let to = target(params.message_type, params.user_id, params.group_id)?;
    send(&cx, to, &params).await
}

pub(crate) async fn group(cx: Context, params: SendForwardMsg) -> Result<Sent> {
    let to = target(Some(MessageType::Group), params.user_id, params.group_id)?;
    send(&cx, to, &params).await
}

pub(crate) async fn private(cx: Context, params: SendForwardMsg) -> Result<Sent> {
    let to = target(Some(MessageType::Private), params.user_id, params.group_id)?;
    send(&cx, to, &params).await
}

async fn send(cx: &Context, to: Target, params: &SendForwardMsg) -> Result<Sent> {
    let given = |nodes: &&MessageParam| match nodes.as_value() {
        Value::Array(list) => !list.is_empty(),
        Value::String(text) => !text.is_empty(),
        _ => true,
    };
    let messages = params.messages.as_ref().filter(given);
    let message = params.message.as_ref().filter(given);
    let (name, nodes) = match (messages, message) {
        (Some(nodes), _) => ("messages", nodes),
        (None, Some(nodes)) => ("message", nodes),
        (None, None) => return Err(Failure::missing("messages")),
    };
    let nodes = nodes.read_nodes(name, params.auto_escape)?;
    forwarding::only_nodes(name, &nodes)?;
    let wait_limit = wait_limit(params.timeout);
    let (id, res_id) =
        forwarding::forward(cx, to, nodes, params.auto_escape, &params.look, wait_limit).await?;
    Ok(Sent::forward(id, res_id))
}

/// Parameters of `get_forward_msg`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetForwardMsg {
    /// Resource id of the forward, or the id of a message that carries one. Required unless `id` is given.
    #[schemars(example = "1840293")]
    message_id: Option<String>,
    /// The same as `message_id`.
    id: Option<String>,
}

/// The messages of a forward, twice: as Message objects and as nodes.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Nodes {
    /// The messages. Each also has `content` (the same as `message`) and a node's `type` and `data`.
    #[schemars(with = "Vec<ChatMessage>")]
    messages: Vec<Value>,
    /// The messages as `node` segments.
    #[schemars(with = "Vec<Segment>")]
    message: Vec<Value>,
}

pub(crate) async fn get(cx: Context, params: GetForwardMsg) -> Result<Nodes> {
    let given = [params.message_id, params.id]
        .into_iter()
        .flatten()
        .find(|id| !id.is_empty());
    let Some(given) = given else {
        return Err(Failure::missing("message_id"));
    };
    let unknown = || {
        Failure::new(
            Code::MessageNotFound,
            format!("there is no forward {given}"),
        )
    };
    let res_id = match given.parse::<i64>() {
        Ok(number) => {
            let stored = cx
                .content(cx.message(MessageRef::new(number)).await?)
                .await?;
            forwarding::carries(&stored)?.ok_or_else(unknown)?.res_id
        }
        Err(_) => given.clone(),
    };
    let nest = cx
        .client()
        .download_forward(&res_id)
        .await?
        .ok_or_else(unknown)?;
    let mut messages = Vec::new();
    let mut message = Vec::new();
    let mut reading = Reading {
        bot: cx.bot(),
        fetches: FETCHES,
    };
    for node in &nest.nodes {
        let chat = reading.chat(&nest, node, 0).await;
        messages.push(Value::Object(chat.forwarded(cx.form())));
        message.push(chat.node(cx.form()));
    }
    Ok(Nodes { messages, message })
}

/// How many nested forwards are fetched for one answer, beyond those that came with it: each is a round trip.
const FETCHES: usize = 32;

/// The messages of a forward, as they are read.
struct Reading<'a> {
    bot: &'a Bot,
    /// What may still be fetched.
    fetches: usize,
}

impl Reading<'_> {
    /// A message of a forward, with what is nested in it: as it came with the outer one, else fetched (api/actions §3.2).
    async fn chat(&mut self, nest: &Nest, node: &Forwarded, depth: usize) -> ChatMessage {
        let place = node.group.map(Conversation::Group);
        let mut message = segments::read(self.bot, place, &node.elements).await;
        for element in &node.elements {
            let Element::Forward(inner) = element else {
                continue;
            };
            let content = self.content(nest, inner, depth + 1).await;
            let shown = incoming::forwards(&mut message)
                .find(|forward| forward.id.as_deref() == Some(&inner.res_id));
            if let Some(forward) = shown {
                forward.content = content;
            }
        }
        incoming::node(self.bot, node, message).await
    }

    /// The messages of a forward inside a forward; none where they cannot be had.
    async fn content(
        &mut self,
        nest: &Nest,
        inner: &ForwardElement,
        depth: usize,
    ) -> Option<Vec<Value>> {
        if depth > DEEPEST {
            return None;
        }
        if let Some((_, nodes)) = nest.nested.iter().find(|(name, _)| *name == inner.uniseq) {
            return Some(Box::pin(self.objects(nest, nodes, depth)).await);
        }
        self.fetches = self.fetches.checked_sub(1)?;
        let fetched = self.bot.client().download_forward(&inner.res_id).await;
        let nest = fetched.ok().flatten()?;
        Some(Box::pin(self.objects(&nest, &nest.nodes, depth)).await)
    }

    async fn objects(&mut self, nest: &Nest, nodes: &[Forwarded], depth: usize) -> Vec<Value> {
        let mut content = Vec::with_capacity(nodes.len());
        for node in nodes {
            let chat = self.chat(nest, node, depth).await;
            content.push(Value::Object(chat.object(Form::Array, &[])));
        }
        content
    }
}

/// Fetches the forwards of a message and puts what is in them into `content`. One that cannot be fetched stays as it is.
pub(crate) async fn expand(bot: &Bot, message: &mut Message) {
    for forward in incoming::forwards(message) {
        let Some(id) = &forward.id else {
            continue;
        };
        let Ok(Some(nest)) = bot.client().download_forward(id).await else {
            continue;
        };
        let mut reading = Reading {
            bot,
            fetches: FETCHES,
        };
        forward.content = Some(reading.objects(&nest, &nest.nodes, 0).await);
    }
}
