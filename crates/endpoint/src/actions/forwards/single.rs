//! `forward_friend_single_msg`, `forward_group_single_msg`: send a copy of one message (api/actions §3.1).

use nekonap_client::{Element, message::Text};
use nekonap_ids::{Conversation, GroupUin, Uin};
use nekonap_onebot::{Code, MessageRef};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::Done,
    bot::Context,
    error::{Failure, Result},
    guards, incoming,
    outgoing::{self, QueuedMessage},
    uploads,
};

/// Parameters of `forward_friend_single_msg` and `forward_group_single_msg`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ForwardSingle {
    /// Id of the message, from any conversation.
    message_id: MessageRef,
    /// Person to send to. `forward_group_single_msg` uses it only if `group_id` is absent.
    #[schemars(example = 10_002)]
    user_id: Option<Uin>,
    /// Group to send to. `forward_friend_single_msg` uses it only if `user_id` is absent.
    #[schemars(example = 20_001)]
    group_id: Option<GroupUin>,
}

pub(crate) async fn friend(cx: Context, params: ForwardSingle) -> Result<Done> {
    let to = match (params.user_id, params.group_id) {
        (Some(user), _) => Conversation::Friend(user),
        (None, Some(group)) => Conversation::Group(group),
        (None, None) => return Err(Failure::missing("user_id")),
    };
    forward(&cx, params.message_id, to).await
}

pub(crate) async fn group(cx: Context, params: ForwardSingle) -> Result<Done> {
    let to = match (params.group_id, params.user_id) {
        (Some(group), _) => Conversation::Group(group),
        (None, Some(user)) => Conversation::Friend(user),
        (None, None) => return Err(Failure::missing("group_id")),
    };
    forward(&cx, params.message_id, to).await
}

async fn forward(cx: &Context, message: MessageRef, to: Conversation) -> Result<Done> {
    let ticket = outgoing::ticket(cx, to);
    let stored = cx.content(cx.message(message).await?).await?;
    let Some(record) = &stored.record else {
        return Err(guards::never_arrived(stored.id));
    };
    let elements: Vec<Element> = incoming::elements(record)?
        .into_iter()
        .filter_map(elsewhere)
        .collect();
    if elements.is_empty() {
        return Err(Failure::new(
            Code::EmptyMessage,
            "the message has no content that can be forwarded",
        ));
    }
    let conversation = outgoing::resolve(cx, to).await?;
    ticket.reached().await;
    // QQ takes no group file in a message: the server copies it (protocol/02 §3.12).
    if let (Conversation::Group(from), [Element::File(file)]) =
        (stored.conversation, elements.as_slice())
    {
        uploads::copy(cx, from, file, conversation).await?;
        return Ok(Done);
    }
    let sent = QueuedMessage::queue(cx, conversation, elements).await?;
    drop(ticket);
    sent.finish(cx, None).await.map(|_| Done)
}

/// The element as another conversation can show it. Quotes are dropped and mentions become plain text, because both
/// refer to the conversation they were sent in (protocol/02 §4.5).
fn elsewhere(element: Element) -> Option<Element> {
    match element {
        Element::Reply(_) => None,
        Element::Mention(mention) => Some(Element::Text(Text::new(mention.text))),
        other => Some(other),
    }
}
