//! `set_essence_msg`, `delete_essence_msg` (`api/actions.md` §3.7).

use nekonap_ids::{Conversation, GroupUin, Sequence};
use nekonap_onebot::{Code, MessageRef};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::KeyResult,
    bot::Context,
    error::{Failure, Result},
};

/// What `set_essence_msg` takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetEssenceMsg {
    message_id: MessageRef,
}

/// What `delete_essence_msg` takes: a message, or the three numbers that `get_essence_msg_list` gives.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DeleteEssenceMsg {
    message_id: Option<MessageRef>,
    group_id: Option<GroupUin>,
    msg_seq: Option<u64>,
    msg_random: Option<u32>,
}

pub(crate) async fn set(cx: Context, params: SetEssenceMsg) -> Result<KeyResult> {
    let (group, sequence, random) = place(&cx, params.message_id).await?;
    cx.client()
        .set_essence(group, sequence, random, true)
        .await?;
    Ok(KeyResult::default())
}

pub(crate) async fn delete(cx: Context, params: DeleteEssenceMsg) -> Result<KeyResult> {
    let named = (params.group_id, params.msg_seq, params.msg_random);
    let (group, sequence, random) = match (named, params.message_id) {
        ((Some(group), Some(sequence), Some(random)), _) => {
            (group, Sequence::new(sequence), random)
        }
        (_, Some(message)) => place(&cx, message).await?,
        (_, None) => return Err(Failure::missing("message_id")),
    };
    cx.client()
        .set_essence(group, sequence, random, false)
        .await?;
    Ok(KeyResult::default())
}

/// Where a group message is, and its random, which the server checks.
async fn place(cx: &Context, message: MessageRef) -> Result<(GroupUin, Sequence, u32)> {
    let stored = cx.content(cx.message(message).await?).await?;
    match (stored.conversation, stored.sequence, &stored.record) {
        (Conversation::Group(group), Some(sequence), Some(record)) => {
            Ok((group, sequence, record.random))
        }
        (Conversation::Group(_), ..) => Err(Failure::new(
            Code::MessageNotFound,
            format!("there is no message {message}"),
        )),
        _ => Err(Failure::new(
            Code::NotSupported,
            "only group messages can be essence",
        )),
    }
}
