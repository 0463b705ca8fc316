//! `delete_msg`: recalls a message (api/actions §3.1).

use nekonap_client::MessageKey;
use nekonap_ids::{Conversation, MessagePlace, Sequence};
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
    /// Id of the message. In a group, administrators can also recall messages of members.
    message_id: MessageRef,
}

pub(crate) async fn delete(cx: Context, params: DeleteMsg) -> Result<Done> {
    let known = cx.message(params.message_id).await?;
    let message = match (cx.content(known.clone()).await, known.sequence) {
        (Err(failure), Some(sequence))
            if failure.code == Code::MessageNotFound
                && matches!(known.conversation, Conversation::Group(_)) =>
        {
            return line(&cx, known.conversation, sequence).await;
        }
        (message, _) => message?,
    };
    let (Some(record), Some(sequence)) = (&message.record, message.sequence) else {
        return Err(guards::never_arrived(message.id));
    };
    // For another person's private message the server answers success and does nothing (protocol/02 §5.2).
    let private = !matches!(message.conversation, Conversation::Group(_));
    if private && !record.own {
        return Err(Failure::new(
            Code::PermissionDenied,
            "in a private chat only own messages can be recalled",
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
    // Recorded here and not only when the notice arrives, so that the next `get_msg` already reports the recall.
    let (author, me) = (Some(record.sender), Some(cx.self_id()));
    events::recalled(cx.bot(), message.conversation, sequence, author, me, now()).await?;
    Ok(Done)
}

/// Recalls what is in no history, such as a grey line: the server finds it by its place. The notice reports the recall.
async fn line(cx: &Context, conversation: Conversation, sequence: Sequence) -> Result<Done> {
    let place = MessagePlace {
        conversation,
        sequence,
    };
    cx.client()
        .recall(place, MessageKey::default())
        .await
        .map_err(not_found_is(Code::MessageNotFound))?;
    Ok(Done)
}
