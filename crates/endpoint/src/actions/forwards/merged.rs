//! `send_forward_msg` and its variants for one kind of target, and `get_forward_msg` (api/actions §3.2).

use nekonap_ids::Conversation;
use nekonap_onebot::{ChatMessage, Code, MessageParam, MessageRef, Segment};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    bot::Context,
    error::{Failure, Result},
    forwarding::{self, Look},
    outgoing::{MessageType, Recipient, SentReply, wait_limit},
};

/// Parameters of `send_forward_msg`, `send_group_forward_msg` and `send_private_forward_msg`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SendForwardMsg {
    #[serde(flatten)]
    to: Recipient,
    /// Messages of the forward, as nodes. Required unless `message` is given.
    #[schemars(example = nodes())]
    messages: Option<MessageParam>,
    /// The same as `messages`; used if that is absent or empty.
    message: Option<MessageParam>,
    /// Whether a string in `content` of a node is plain text. CQ codes in it then have no effect.
    #[serde(default)]
    auto_escape: bool,
    #[serde(flatten)]
    look: Look,
    /// Time limit for the server's answer, in milliseconds; 0 or less means the default limit.
    timeout: Option<i64>,
}

/// Example of `messages`.
fn nodes() -> Value {
    serde_json::json!([
        { "type": "node", "data": { "user_id": "10002", "nickname": "Bob", "content": "Hello" } },
    ])
}

pub(crate) async fn any(cx: Context, params: SendForwardMsg) -> Result<SentReply> {
    send(&cx, params.to, &params).await
}

pub(crate) async fn group(cx: Context, params: SendForwardMsg) -> Result<SentReply> {
    let to = params.to.of_type(MessageType::Group);
    send(&cx, to, &params).await
}

pub(crate) async fn private(cx: Context, params: SendForwardMsg) -> Result<SentReply> {
    let to = params.to.of_type(MessageType::Private);
    send(&cx, to, &params).await
}

async fn send(cx: &Context, to: Recipient, params: &SendForwardMsg) -> Result<SentReply> {
    let to: Conversation = to.conversation()?;
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
    Ok(SentReply::forward(id, res_id))
}

/// Parameters of `get_forward_msg`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetForwardMsg {
    /// Resource id of the forward, or id of a message that contains a forward. Required unless `id` is given.
    #[schemars(example = "1840293")]
    message_id: Option<String>,
    /// The same as `message_id`.
    id: Option<String>,
}

/// The messages of a forward in two formats: as Message objects and as nodes.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Nodes {
    /// Messages. Each also has `content` (the same as `message`) and the `type` and `data` of a node.
    #[schemars(with = "Vec<ChatMessage>")]
    messages: Vec<Value>,
    /// Messages as `node` segments.
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
                .content(cx.stored_message(MessageRef::new(number)).await?)
                .await?;
            forwarding::of_message(&stored)?.ok_or_else(unknown)?.res_id
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
    for chat in forwarding::read::messages(cx.bot(), &nest).await {
        messages.push(Value::Object(chat.forwarded(cx.form())));
        message.push(chat.node(cx.form()));
    }
    Ok(Nodes { messages, message })
}
