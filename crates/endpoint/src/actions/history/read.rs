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

/// How many conversations `_mark_all_as_read` marks: those that spoke last.
const MOST: u32 = 1_000;
/// How many of them are marked at once.
const AT_ONCE: usize = 8;

/// Parameters of the three actions: one of the ids.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct MarkRead {
    /// Other person of a private chat.
    #[schemars(example = 10_002)]
    user_id: Option<Uin>,
    /// Group.
    group_id: Option<GroupUin>,
    /// Message: its conversation is marked as read up to it.
    message_id: Option<MessageRef>,
}

/// What names a conversation.
#[derive(Debug, Clone, Copy)]
enum By {
    User,
    Group,
    Message,
}

pub(crate) async fn private(cx: Context, params: MarkRead) -> Result<Done> {
    mark(&cx, params, [By::User, By::Message, By::Group], "user_id").await
}

pub(crate) async fn group(cx: Context, params: MarkRead) -> Result<Done> {
    mark(&cx, params, [By::Group, By::Message, By::User], "group_id").await
}

pub(crate) async fn any(cx: Context, params: MarkRead) -> Result<Done> {
    mark(
        &cx,
        params,
        [By::Message, By::Group, By::User],
        "message_id",
    )
    .await
}

/// Marks the conversation that the first given id names, in this order; `wanted` is missing when there is none.
async fn mark(cx: &Context, params: MarkRead, order: [By; 3], wanted: &str) -> Result<Done> {
    for by in order {
        let (conversation, sequence) = match by {
            By::User => match params.user_id {
                Some(user) => {
                    cx.user(user).await?;
                    (Conversation::Friend(user), None)
                }
                None => continue,
            },
            By::Group => match params.group_id {
                Some(group) => {
                    cx.group(group).await?;
                    (Conversation::Group(group), None)
                }
                None => continue,
            },
            By::Message => match params.message_id {
                Some(message) => {
                    let stored = cx.kept_message(message).await?;
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
    // The server's list of groups says how far each is; private chats are those that spoke, as far as is remembered.
    let groups = cx.client().groups(true).await?;
    let groups = groups
        .iter()
        .filter_map(|group| Some((Conversation::Group(group.uin), group.latest?)));
    let recents = cx.archive().recents(MOST).await?;
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
        .buffer_unordered(AT_ONCE);
    while let Some((conversation, marked)) = marking.next().await {
        match marked {
            Ok(()) => {}
            Err(failure) if matches!(failure.code, Code::Offline | Code::Timeout) => {
                return Err(failure);
            }
            // A conversation that is no more has nothing unread.
            Err(failure) => {
                tracing::debug!(%conversation, failure.text, "not marked as read");
            }
        }
    }
    Ok(Done)
}
