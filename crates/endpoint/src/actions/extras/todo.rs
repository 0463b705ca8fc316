//! `set_group_todo`, `complete_group_todo`, `cancel_group_todo` (api/actions §3.7).

use nekonap_client::Role;
use nekonap_ids::{GroupUin, Sequence};
use nekonap_onebot::{Code, MessageRef};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::Done,
    bot::Context,
    error::{Failure, Result, not_found_is},
};

/// Parameters of the three actions. One of `message_id` and `message_seq` is required.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GroupTodo {
    /// Number of the group.
    group_id: GroupUin,
    /// Id of the message.
    message_id: Option<MessageRef>,
    /// Sequence number of the message in the group, or its id. Used in place of `message_id` if both are given.
    message_seq: Option<MessageRef>,
}

pub(crate) async fn set(cx: Context, params: GroupTodo) -> Result<Done> {
    let group = params.group_id;
    cx.require(group, Role::Admin).await?;
    let sequence = sequence(&cx, &params).await?;
    cx.client()
        .set_todo(group, sequence)
        .await
        .map_err(not_found_is(Code::MessageNotFound))?;
    Ok(Done)
}

pub(crate) async fn complete(cx: Context, params: GroupTodo) -> Result<Done> {
    let group = params.group_id;
    cx.group(group).await?;
    let sequence = sequence(&cx, &params).await?;
    cx.client()
        .complete_todo(group, sequence)
        .await
        .map_err(not_found_is(Code::MessageNotFound))?;
    Ok(Done)
}

pub(crate) async fn cancel(cx: Context, params: GroupTodo) -> Result<Done> {
    let group = params.group_id;
    cx.require(group, Role::Admin).await?;
    let sequence = sequence(&cx, &params).await?;
    cx.client()
        .cancel_todo(group, sequence)
        .await
        .map_err(not_found_is(Code::MessageNotFound))?;
    Ok(Done)
}

/// The sequence of the message in its group. A number is an id if the group has a message with it.
async fn sequence(cx: &Context, params: &GroupTodo) -> Result<Sequence> {
    let (reference, may_be_sequence) = match (params.message_seq, params.message_id) {
        (Some(sequence), _) => (sequence, true),
        (None, Some(id)) => (id, false),
        (None, None) => return Err(Failure::missing("message_id")),
    };
    let unknown = || {
        let text = format!(
            "there is no message {reference} in group {}",
            params.group_id
        );
        Failure::new(Code::MessageNotFound, text)
    };
    match cx.stored_message(reference).await {
        Ok(stored) if stored.conversation.group() == Some(params.group_id) => {
            return stored.sequence.ok_or_else(unknown);
        }
        Ok(_) => {}
        Err(failure) if failure.code == Code::MessageNotFound => {}
        Err(failure) => return Err(failure),
    }
    u64::try_from(reference.get())
        .ok()
        .filter(|sequence| may_be_sequence && *sequence != 0)
        .map(Sequence::new)
        .ok_or_else(unknown)
}
