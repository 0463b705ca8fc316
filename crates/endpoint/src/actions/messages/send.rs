//! `send_private_msg`, `send_group_msg`, `send_msg` (api/actions §3.1).

use std::time::Duration;

use nekonap_ids::{GroupUin, MessageId, Uin};
use nekonap_onebot::{Code, MessageParam, Segment};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    bot::Context,
    error::{Failure, Result},
    forwarding::{self, Look},
    outgoing::{self, Target, empty},
};

/// The kind of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MessageType {
    /// A private chat.
    Private,
    /// A group.
    Group,
}

/// Parameters of `send_private_msg`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SendPrivateMsg {
    /// Person to send to.
    user_id: Uin,
    /// Group that a temporary chat comes from; not needed for friends.
    group_id: Option<GroupUin>,
    /// Message.
    message: MessageParam,
    /// Whether a string as `message` is plain text, so that CQ codes in it have no effect.
    #[serde(default)]
    auto_escape: bool,
    #[serde(flatten)]
    look: Look,
    /// How long to wait for the server's answer, in milliseconds.
    timeout: Option<i64>,
}

/// Parameters of `send_group_msg`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SendGroupMsg {
    /// Group to send to.
    group_id: GroupUin,
    /// Message.
    message: MessageParam,
    /// Whether a string as `message` is plain text, so that CQ codes in it have no effect.
    #[serde(default)]
    auto_escape: bool,
    #[serde(flatten)]
    look: Look,
    /// How long to wait for the server's answer, in milliseconds.
    timeout: Option<i64>,
}

/// Parameters of `send_msg`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SendMsg {
    /// Kind of the target. Without it, `group_id` wins over `user_id`.
    message_type: Option<MessageType>,
    /// Person to send to. Required for a private chat.
    user_id: Option<Uin>,
    /// Group to send to, or the group that a temporary chat comes from.
    #[schemars(example = 20_001)]
    group_id: Option<GroupUin>,
    /// Message.
    message: MessageParam,
    /// Whether a string as `message` is plain text, so that CQ codes in it have no effect.
    #[serde(default)]
    auto_escape: bool,
    #[serde(flatten)]
    look: Look,
    /// How long to wait for the server's answer, in milliseconds.
    timeout: Option<i64>,
}

/// The message that was sent.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Sent {
    /// Id of the message; 0 if it was only a poke.
    pub(crate) message_id: i32,
    /// Resource id of a merged forward, which `get_forward_msg` takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) res_id: Option<String>,
    /// The same as `res_id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) forward_id: Option<String>,
}

impl Sent {
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

pub(crate) async fn private(cx: Context, params: SendPrivateMsg) -> Result<Sent> {
    let to = Target::Private {
        user: params.user_id,
        via: params.group_id,
    };
    let wait_limit = wait_limit(params.timeout);
    send(
        &cx,
        to,
        &params.message,
        params.auto_escape,
        &params.look,
        wait_limit,
    )
    .await
}

pub(crate) async fn group(cx: Context, params: SendGroupMsg) -> Result<Sent> {
    let to = Target::Group(params.group_id);
    let wait_limit = wait_limit(params.timeout);
    send(
        &cx,
        to,
        &params.message,
        params.auto_escape,
        &params.look,
        wait_limit,
    )
    .await
}

pub(crate) async fn any(cx: Context, params: SendMsg) -> Result<Sent> {
    let to = target(params.message_type, params.user_id, params.group_id)?;
    let wait_limit = wait_limit(params.timeout);
    send(
        &cx,
        to,
        &params.message,
        params.auto_escape,
        &params.look,
        wait_limit,
    )
    .await
}

/// How long a caller wants to wait; nothing and less is not said.
pub(crate) fn wait_limit(timeout: Option<i64>) -> Option<Duration> {
    let milliseconds = u64::try_from(timeout?).ok()?;
    (milliseconds > 0).then(|| Duration::from_millis(milliseconds))
}

/// Which of two ids counts. Frameworks pass both, with the type.
pub(crate) fn target(
    kind: Option<MessageType>,
    user: Option<Uin>,
    group: Option<GroupUin>,
) -> Result<Target> {
    match (kind, user, group) {
        (Some(MessageType::Private), Some(user), via) => Ok(Target::Private { user, via }),
        (Some(MessageType::Private), None, _) => Err(Failure::missing("user_id")),
        (Some(MessageType::Group), _, None) => Err(Failure::missing("group_id")),
        (Some(MessageType::Group) | None, _, Some(group)) => Ok(Target::Group(group)),
        (None, Some(user), None) => Ok(Target::Private { user, via: None }),
        (None, None, None) => Err(Failure::new(
            Code::ParamMissing,
            "parameter `group_id` or `user_id` is missing",
        )),
    }
}

/// Sends a message: a merged forward if it is made of nodes.
async fn send(
    cx: &Context,
    to: Target,
    message: &MessageParam,
    auto_escape: bool,
    look: &Look,
    wait_limit: Option<Duration>,
) -> Result<Sent> {
    let message = message.read(auto_escape)?;
    if message.is_empty() {
        return Err(empty());
    }
    let is_node = |segment: &Segment| matches!(segment, Segment::Node(_));
    if !message.iter().any(is_node) {
        let id = outgoing::message(cx, to, message, wait_limit).await?;
        return Ok(Sent::message(id));
    }
    forwarding::only_nodes("message", &message)?;
    let (id, res_id) = forwarding::forward(cx, to, message, auto_escape, look, wait_limit).await?;
    Ok(Sent::forward(id, res_id))
}
