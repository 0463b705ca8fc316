//! `send_private_msg`, `send_group_msg`, `send_msg` (api/actions §3.1).

use nekonap_ids::{Conversation, GroupUin, Uin};
use nekonap_onebot::{MessageParam, Segment};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    bot::Context,
    error::Result,
    forwarding::{self, Look},
    outgoing::{self, Recipient, SentReply, empty, wait_limit},
};

/// Parameters of `send_private_msg`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SendPrivateMsg {
    /// QQ number of the person to send to.
    user_id: Uin,
    /// Group through which a temporary chat is started; not needed for friends.
    group_id: Option<GroupUin>,
    #[serde(flatten)]
    content: Content,
}

/// Parameters of `send_group_msg`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SendGroupMsg {
    /// Number of the group to send to.
    group_id: GroupUin,
    #[serde(flatten)]
    content: Content,
}

/// Parameters of `send_msg`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SendMsg {
    #[serde(flatten)]
    to: Recipient,
    #[serde(flatten)]
    content: Content,
}

/// The message and how it is sent.
#[derive(Debug, Deserialize, JsonSchema)]
struct Content {
    /// Content of the message.
    message: MessageParam,
    /// Whether a string as `message` is plain text. CQ codes in it then have no effect.
    #[serde(default)]
    auto_escape: bool,
    #[serde(flatten)]
    look: Look,
    /// Time limit for the server's answer, in milliseconds; 0 or less means the default limit.
    timeout: Option<i64>,
}

pub(crate) async fn private(cx: Context, params: SendPrivateMsg) -> Result<SentReply> {
    let to = outgoing::private(params.user_id, params.group_id);
    send(&cx, to, &params.content).await
}

pub(crate) async fn group(cx: Context, params: SendGroupMsg) -> Result<SentReply> {
    send(&cx, Conversation::Group(params.group_id), &params.content).await
}

pub(crate) async fn any(cx: Context, params: SendMsg) -> Result<SentReply> {
    send(&cx, params.to.conversation()?, &params.content).await
}

/// Sends a message. A message of nodes is sent as a merged forward.
async fn send(cx: &Context, to: Conversation, content: &Content) -> Result<SentReply> {
    let message = content.message.read(content.auto_escape)?;
    if message.is_empty() {
        return Err(empty(cx));
    }
    let wait_limit = wait_limit(content.timeout);
    let is_node = |segment: &Segment| matches!(segment, Segment::Node(_));
    if !message.iter().any(is_node) {
        let id = outgoing::message(cx, to, message, wait_limit).await?;
        return Ok(SentReply::message(id));
    }
    forwarding::only_nodes("message", &message)?;
    let (id, res_id) = forwarding::forward(
        cx,
        to,
        message,
        content.auto_escape,
        &content.look,
        wait_limit,
    )
    .await?;
    Ok(SentReply::forward(id, res_id))
}
