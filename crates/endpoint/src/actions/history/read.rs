//! `mark_msg_as_read`, `mark_private_msg_as_read`, `mark_group_msg_as_read`, `_mark_all_as_read`
//! (`api/actions.md` §3.3).

use nekonap_ids::{Conversation, GroupUin, Sequence, Uin};
use nekonap_onebot::{Code, MessageRef};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::{Done, NoParams, friends::stranger, groups::info},
    bot::Context,
    error::{Failure, Result},
};

/// How many conversations `_mark_all_as_read` marks: those that spoke last.
const MOST: u32 = 1_000;

/// What the three take: one of the ids.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct MarkRead {
    user_id: Option<Uin>,
    group_id: Option<GroupUin>,
    /// Marks the conversation of this message.
    message_id: Option<MessageRef>,
}

/// What names a conversation, in the order in which it counts.
#[derive(Debug, Clone, Copy)]
enum By {
    User(Option<Uin>),
    Group(Option<GroupUin>),
    Message(Option<MessageRef>),
}

pub(crate) async fn private(cx: Context, params: MarkRead) -> Result<Done> {
    let MarkRead {
        user_id,
        group_id,
        message_id,
    } = params;
    let order = [
        By::User(user_id),
        By::Message(message_id),
        By::Group(group_id),
    ];
    mark(&cx, order, "user_id").await
}

pub(crate) async fn group(cx: Context, params: MarkRead) -> Result<Done> {
    let MarkRead {
        user_id,
        group_id,
        message_id,
    } = params;
    let order = [
        By::Group(group_id),
        By::Message(message_id),
        By::User(user_id),
    ];
    mark(&cx, order, "group_id").await
}

pub(crate) async fn any(cx: Context, params: MarkRead) -> Result<Done> {
    let MarkRead {
        user_id,
        group_id,
        message_id,
    } = params;
    let order = [
        By::Message(message_id),
        By::Group(group_id),
        By::User(user_id),
    ];
    mark(&cx, order, "message_id").await
}

/// Marks the conversation that the first given id names; `wanted` is missing when there is none.
async fn mark(cx: &Context, order: [By; 3], wanted: &str) -> Result<Done> {
    for by in order {
        let (conversation, sequence) = match by {
            By::User(Some(user)) => (friend(cx, user).await?, None),
            By::Group(Some(group)) => {
                if cx.client().group(group, false).await?.is_none() {
                    return Err(info::not_found(group));
                }
                (Conversation::Group(group), None)
            }
            By::Message(Some(message)) => {
                let stored = cx.message(message).await?;
                (stored.conversation, stored.sequence)
            }
            By::User(None) | By::Group(None) | By::Message(None) => continue,
        };
        up_to(cx, conversation, sequence).await?;
        return Ok(Done);
    }
    Err(Failure::missing(wanted))
}

async fn friend(cx: &Context, user: Uin) -> Result<Conversation> {
    match cx.client().user(user, false).await? {
        Some(_) => Ok(Conversation::Friend(user)),
        None => Err(stranger::not_found(user)),
    }
}

/// Marks a conversation read up to a message, or up to its newest. One without messages needs no mark.
async fn up_to(cx: &Context, conversation: Conversation, sequence: Option<Sequence>) -> Result<()> {
    let newest = match sequence {
        Some(sequence) => Some(sequence),
        None => cx.client().newest(conversation).await?,
    };
    if let Some(newest) = newest.filter(|newest| newest.get() > 0) {
        cx.client().mark_read(conversation, newest).await?;
    }
    Ok(())
}

pub(crate) async fn all(cx: Context, _: NoParams) -> Result<Done> {
    for recent in cx.archive().recents(MOST).await? {
        match up_to(&cx, recent.conversation, recent.sequence).await {
            Ok(()) => {}
            // A conversation that is no more has nothing unread.
            Err(failure) if failure.code == Code::Upstream => {
                tracing::debug!(conversation = %recent.conversation, failure.text, "not marked as read");
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(Done)
}
