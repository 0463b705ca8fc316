//! `send_forward_msg` and its two forms, `get_forward_msg` (`api/actions.md` §3.2).

use nekonap_client::{Element, Nest, Node as Forwarded};
use nekonap_ids::{Conversation, GroupUin, Uin};
use nekonap_onebot::{Code, Message, MessageParam, MessageRef, Segment};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    actions::messages::send::{MessageType, Sent, target},
    bot::{Bot, Context},
    error::{Failure, Result},
    incoming,
    outgoing::{self, Look, Target},
    segments,
};

/// How deep forwards inside forwards are followed: what is nested deeper is made to trouble readers.
const DEEPEST: usize = 16;

/// What `send_forward_msg` takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SendForwardMsg {
    message_type: Option<MessageType>,
    user_id: Option<Uin>,
    group_id: Option<GroupUin>,
    /// The nodes.
    messages: Option<MessageParam>,
    /// The nodes, by their newer name.
    message: Option<MessageParam>,
    #[serde(default)]
    auto_escape: bool,
    #[serde(flatten)]
    look: Look,
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
    let empty = |nodes: &&MessageParam| match nodes.as_value() {
        Value::Array(list) => !list.is_empty(),
        Value::String(text) => !text.is_empty(),
        _ => true,
    };
    let (name, nodes) = match (&params.messages, &params.message) {
        (Some(nodes), _) if empty(&nodes) => ("messages", nodes),
        (_, Some(nodes)) if empty(&nodes) => ("message", nodes),
        _ => return Err(Failure::missing("messages")),
    };
    let message = nodes.read_nodes(name, params.auto_escape)?;
    if message
        .iter()
        .any(|segment| !matches!(segment, Segment::Node(_)))
    {
        return Err(Failure::new(
            Code::MixedNodes,
            format!("parameter `{name}` must consist of nodes"),
        ));
    }
    let (id, res_id) = outgoing::forward(cx, to, message, &params.look).await?;
    Ok(Sent::forward(id, res_id))
}

/// What `get_forward_msg` takes: a resource id, or the id of a message that carries a forward.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetForwardMsg {
    message_id: Option<String>,
    id: Option<String>,
}

/// The messages of a forward, twice: as Message objects and as nodes.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Nodes {
    messages: Vec<Value>,
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
            let record = stored.record.as_ref().ok_or_else(unknown)?;
            let forward =
                incoming::elements(record)?
                    .into_iter()
                    .find_map(|element| match element {
                        Element::Forward(forward) => Some(forward.res_id),
                        _ => None,
                    });
            forward.ok_or_else(unknown)?
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
    for node in &nest.nodes {
        let chat = chat(cx.bot(), &nest, node, 0).await;
        messages.push(Value::Object(chat.forwarded(cx.form())));
        message.push(chat.node(cx.form()));
    }
    Ok(Nodes { messages, message })
}

/// A message of a forward, with what is nested in it as far as it is there already.
async fn chat(
    bot: &Bot,
    nest: &Nest,
    node: &Forwarded,
    depth: usize,
) -> nekonap_onebot::ChatMessage {
    let place = match node.group {
        Some(group) => Conversation::Group(group),
        None => Conversation::Friend(bot.self_id()),
    };
    let mut message = segments::read(bot, place, &node.elements).await;
    if depth < DEEPEST {
        for element in &node.elements {
            let Element::Forward(inner) = element else {
                continue;
            };
            let Some((_, nodes)) = nest.nested.iter().find(|(name, _)| *name == inner.uniseq)
            else {
                continue;
            };
            let mut content = Vec::with_capacity(nodes.len());
            for node in nodes {
                let chat = Box::pin(chat(bot, nest, node, depth + 1)).await;
                content.push(Value::Object(chat.object(nekonap_onebot::Form::Array, &[])));
            }
            for forward in incoming::forwards(&mut message) {
                if forward.id.as_deref() == Some(inner.res_id.as_str()) {
                    forward.content = Some(std::mem::take(&mut content));
                }
            }
        }
    }
    incoming::node(bot, node, message).await
}

/// Fetches the forwards of a message and puts what is in them into `content`. One that cannot be fetched stays as it is.
pub(crate) async fn expand(cx: &Context, message: &mut Message) {
    expand_for(cx.bot(), message).await;
}

/// The same, for an event.
pub(crate) async fn expand_for(bot: &Bot, message: &mut Message) {
    for forward in incoming::forwards(message) {
        let Some(id) = forward.id.clone() else {
            continue;
        };
        let Ok(Some(nest)) = bot.client().download_forward(&id).await else {
            continue;
        };
        let mut content = Vec::with_capacity(nest.nodes.len());
        for node in &nest.nodes {
            let chat = chat(bot, &nest, node, 0).await;
            content.push(Value::Object(chat.object(nekonap_onebot::Form::Array, &[])));
        }
        forward.content = Some(content);
    }
}
