//! `get_friend_msg_history`, `get_group_msg_history`: messages of a conversation, fetched from the server
//! (api/actions §3.3).

use std::collections::BTreeMap;

use nekonap_client::{Message, message::ReactionMark};
use nekonap_ids::{Conversation, GroupUin, Sequence, Uin};
use nekonap_onebot::{ChatMessage, Code, MessageRef};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    bot::Context,
    error::{Failure, Result},
    incoming::{self, With},
};

/// The most messages that one request to the server returns (protocol/02 §6.5).
const PAGE_SIZE: u64 = 30;
/// The most messages of one answer.
const MAX_COUNT: u64 = 1_000;
/// A search ends after this many consecutive pages without a message (protocol/02 §6.5).
const MAX_EMPTY_PAGES: u32 = 12;

/// Parameters of `get_friend_msg_history`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetFriendMsgHistory {
    /// QQ number of the other person of the private chat.
    user_id: Uin,
    #[serde(flatten)]
    window: Window,
}

/// Parameters of `get_group_msg_history`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetGroupMsgHistory {
    /// Number of the group.
    group_id: GroupUin,
    #[serde(flatten)]
    window: Window,
}

/// The range of messages that a call asks for.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Window {
    /// First or last message of the window: a message id of this conversation, or a sequence number (`real_seq`). If
    /// absent or 0, the window ends with the newest message.
    message_seq: Option<MessageRef>,
    /// Number of messages, at most 1,000; 0 or less returns none.
    #[serde(default = "twenty")]
    count: i64,
    /// With `message_seq`: true returns that message and older ones, false that message and newer ones. Without it, a
    /// group returns older messages and a private chat newer ones.
    #[serde(rename = "reverseOrder")]
    reverse_order_camel: Option<bool>,
    /// The same as `reverseOrder`; it is enough that one of them is true.
    reverse_order: Option<bool>,
    /// Whether merged forwards are fetched and put into `content` of their segment.
    #[serde(default = "yes")]
    parse_mult_msg: bool,
    /// Whether `url` of media segments is left empty.
    #[serde(default)]
    disable_get_url: bool,
}

const fn twenty() -> i64 {
    20
}

const fn yes() -> bool {
    true
}

/// A page of history.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct History {
    /// Messages, oldest first.
    #[schemars(with = "Vec<ChatMessage>")]
    messages: Vec<Value>,
}

pub(crate) async fn friend(cx: Context, params: GetFriendMsgHistory) -> Result<History> {
    let user = params.user_id;
    cx.user(user).await?;
    page(&cx, Conversation::Friend(user), &params.window, false).await
}

pub(crate) async fn group(cx: Context, params: GetGroupMsgHistory) -> Result<History> {
    let group = params.group_id;
    cx.group(group).await?;
    page(&cx, Conversation::Group(group), &params.window, true).await
}

/// `older`: the direction from an anchor if the call does not specify one.
async fn page(cx: &Context, place: Conversation, window: &Window, older: bool) -> Result<History> {
    let count = u64::try_from(window.count).unwrap_or(0).min(MAX_COUNT);
    if count == 0 {
        return Ok(History {
            messages: Vec::new(),
        });
    }
    let older = match (window.reverse_order_camel, window.reverse_order) {
        (None, None) => older,
        (one, other) => one == Some(true) || other == Some(true),
    };
    let Some(newest) = cx
        .client()
        .newest(place)
        .await?
        .filter(|newest| newest.get() > 0)
    else {
        return Ok(History {
            messages: Vec::new(),
        });
    };
    let anchor = match window.message_seq.filter(|anchor| anchor.get() != 0) {
        Some(anchor) => Some(resolve(cx, place, anchor, newest).await?),
        None => None,
    };
    let found = match anchor {
        Some(anchor) if !older => newer(cx, place, anchor, newest, count).await?,
        anchor => backwards(cx, place, anchor.unwrap_or(newest), count).await?,
    };
    let with = With {
        forwards: window.parse_mult_msg,
        urls: !window.disable_get_url,
    };
    let messages = incoming::fetched(cx, found, with).await?;
    Ok(History { messages })
}

/// The sequence number of an anchor: a message id of this conversation, or a sequence number that it has reached.
async fn resolve(
    cx: &Context,
    place: Conversation,
    anchor: MessageRef,
    newest: Sequence,
) -> Result<Sequence> {
    let unknown = || {
        Failure::new(
            Code::MessageNotFound,
            format!("there is no message {anchor} in that conversation"),
        )
    };
    match cx.stored_message(anchor).await {
        Ok(stored) if stored.conversation.counted_in() == place.counted_in() => {
            return stored.sequence.ok_or_else(unknown);
        }
        Ok(_) => {}
        Err(failure) if failure.code == Code::MessageNotFound => {}
        Err(failure) => return Err(failure),
    }
    u64::try_from(anchor.get())
        .ok()
        .map(Sequence::new)
        .filter(|sequence| *sequence <= newest)
        .ok_or_else(unknown)
}

/// A message with its reactions.
type Found = (Message, Vec<ReactionMark>);

/// Up to `count` messages that end with `end`, oldest first. Sequence numbers without a message are not counted.
async fn backwards(
    cx: &Context,
    place: Conversation,
    end: Sequence,
    count: u64,
) -> Result<Vec<Found>> {
    let mut found = BTreeMap::new();
    let mut end = end.get();
    let mut empty = 0;
    while end > 0 && (found.len() as u64) < count && empty < MAX_EMPTY_PAGES {
        let start = end.saturating_sub(PAGE_SIZE - 1).max(1);
        empty = fetch(cx, place, start, end, &mut found)
            .await?
            .map_or(empty + 1, |()| 0);
        end = start - 1;
    }
    let surplus = found
        .len()
        .saturating_sub(usize::try_from(count).unwrap_or(usize::MAX));
    Ok(found.into_values().skip(surplus).collect())
}

/// Up to `count` messages from `start` on, not beyond the newest.
async fn newer(
    cx: &Context,
    place: Conversation,
    start: Sequence,
    newest: Sequence,
    count: u64,
) -> Result<Vec<Found>> {
    let mut found = BTreeMap::new();
    let mut start = start.get();
    let mut empty = 0;
    while start <= newest.get() && (found.len() as u64) < count && empty < MAX_EMPTY_PAGES {
        let end = (start + PAGE_SIZE - 1).min(newest.get());
        empty = fetch(cx, place, start, end, &mut found)
            .await?
            .map_or(empty + 1, |()| 0);
        start = end + 1;
    }
    Ok(found
        .into_values()
        .take(usize::try_from(count).unwrap_or(usize::MAX))
        .collect())
}

/// Fetches one page into `found`. Returns `None` if the page has no message.
async fn fetch(
    cx: &Context,
    place: Conversation,
    start: u64,
    end: u64,
    found: &mut BTreeMap<Sequence, Found>,
) -> Result<Option<()>> {
    let page = cx
        .client()
        .history_with_reactions(place, Sequence::new(start)..=Sequence::new(end))
        .await?;
    let some = (!page.is_empty()).then_some(());
    let page = page.into_iter();
    found.extend(page.map(|(message, reactions)| (message.sequence, (message, reactions))));
    Ok(some)
}
