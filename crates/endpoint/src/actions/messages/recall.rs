//! `delete_msg`: recall a message (api/actions §3.1).

use nekonap_client::MessageKey;
use nekonap_ids::{Conversation, MessagePlace};
use nekonap_onebot::{Code, MessageRef};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::Done,
    bot::{Context, now},
    error::{Failure, Result, not_found_is},
    events, guards,
};

/// Parameters of `delete_msg`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DeleteMsg {
    /// Message. In a group, administrators may also recall the messages of members.
    message_id: MessageRef,
}

pub(crate) async fn delete(cx: Context, params: DeleteMsg) -> Result<Done> {
    let message = cx.content(cx.message(params.message_id).await?).await?;
    let (Some(record), Some(sequence)) = (&message.record, message.sequence) else {
        return Err(guards::never_arrived(message.id));
    };
    // The server answers success also to a recall of somebody else's private message, and does nothing
    // (protocol/02 §5.2).
    let private = !matches!(message.conversation, Conversation::Group(_));
    if private && !record.own {
        return Err(Failure::new(
            Code::PermissionDenied,
            "only one's own messages can be recalled in a private chat",
        ));
    }
    let place = MessagePlace {
        conversation: message.conversation,
        sequence,
    };
    let key = MessageKey {
        client_sequence: record.client_sequence,
        random: record.random,
        time: record.time,
    };
    cx.client()
        .recall(place, key)
        .await
        .map_err(not_found_is(Code::MessageNotFound))?;
    // At once, and not only when the notice comes: `get_msg` must say so to whoever asks next.
    let (author, me) = (Some(record.sender), Some(cx.self_id()));
    events::recalled(cx.bot(), message.conversation, sequence, author, me, now()).await?;
    Ok(Done)
}
