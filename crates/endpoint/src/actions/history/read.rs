//! `mark_msg_as_read`, `mark_private_msg_as_read`, `mark_group_msg_as_read`, `_mark_all_as_read`
//! (api/actions §3.3).

use futures_util::{StreamExt as _, stream};
use nekonap_ids::{Conversation, GroupUin, Sequence, Uin};
use nekonap_onebot::{Code, MessageRef};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::{Done, NoParams},
    bot::Context,
    error::{Failure, Result},
};

/// The most conversations that `_mark_all_as_read` marks, starting with the most recent.
const MAX_CONVERSATIONS: u32 = 1_000;
/// How many conversations are marked concurrently.
const CONCURRENCY: usize = 8;

/// Parameters of `mark_msg_as_read`, `mark_private_msg_as_read` and `mark_group_msg_as_read`. One id is required.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct MarkRead {
    /// QQ number of the other person of a private chat.
    #[schemars(example = 10_002)]
    user_id: Option<Uin>,
    /// Number of the group.
    group_id: Option<GroupUin>,
    /// Id of a message; its conversation is marked as read up to this message.
    message_id: Option<MessageRef>,
}

/// The parameter that identifies a conversation.
#[derive(Debug, Clone, Copy)]
enum IdKind {
    User,
    Group,
    Message,
}

pub(crate) async fn private(cx: Context, params: MarkRead) -> Result<Done> {
    mark(
        &cx,
        params,
        [IdKind::User, IdKind::Message, IdKind::Group],
        "user_id",
    )
    .await
}

pub(crate) async fn group(cx: Context, params: MarkRead) -> Result<Done> {
    mark(
        &cx,
        params,
        [IdKind::Group, IdKind::Message, IdKind::User],
        "group_id",
    )
    .await
}

pub(crate) async fn any(cx: Context, params: MarkRead) -> Result<Done> {
    mark(
        &cx,
        params,
        [IdKind::Message, IdKind::Group, IdKind::User],
        "message_id",
    )
    .await
}

/// Marks the conversation of the first given id, in this order. If none is given, `wanted` is the missing parameter.
async fn mark(cx: &Context, params: MarkRead, order: [IdKind; 3], wanted: &str) -> Result<Done> {
    for by in order {
        let (conversation, sequence) = match by {
            IdKind::User => match params.user_id {
                Some(user) => {
                    cx.user(user).await?;
                    (Conversation::Friend(user), None)
                }
                None => continue,
            },
            IdKind::Group => match params.group_id {
                Some(group) => {
                    cx.group(group).await?;
                    (Conversation::Group(group), None)
                }
                None => continue,
            },
            IdKind::Message => match params.message_id {
                Some(message) => {
                    let stored = cx.stored_message(message).await?;
                    (stored.conversation, stored.sequence)
                }
                None => continue,
            },
        };
        up_to(cx, conversation, sequence).await?;
        return Ok(Done);
    }
    Err(Failure::missing(wanted))
}

/// Marks a conversation as read up to a message, or up to its newest. A conversation without messages is skipped.
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
    // The server's list has the newest sequence number of each group; private chats come from the archive.
    let groups = cx.client().groups(true).await?;
    let groups = groups
        .iter()
        .filter_map(|group| Some((Conversation::Group(group.uin), group.latest?)));
    let recents = cx.archive().recents(MAX_CONVERSATIONS).await?;
    let private = recents
        .into_iter()
        .filter(|recent| !matches!(recent.conversation, Conversation::Group(_)))
        .map(|recent| (recent.conversation, recent.sequence));
    let all: Vec<_> = groups
        .map(|(group, latest)| (group, Some(latest)))
        .chain(private)
        .collect();
    let cx = &cx;
    let mut marking = stream::iter(all)
        .map(async move |(conversation, sequence)| {
            (conversation, up_to(cx, conversation, sequence).await)
        })
        .buffer_unordered(CONCURRENCY);
    while let Some((conversation, marked)) = marking.next().await {
        match marked {
            Ok(()) => {}
            Err(failure) if matches!(failure.code, Code::Offline | Code::Timeout) => {
                return Err(failure);
            }
            // A conversation that no longer exists has nothing unread.
            Err(failure) => {
                tracing::debug!(%conversation, failure.text, "not marked as read");
            }
        }
    }
    Ok(Done)
}
