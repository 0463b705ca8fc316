//! `delete_msg`: recall a message (api/actions §3.1).

use nekonap_client::{Role, Target};
use nekonap_ids::Conversation;
use nekonap_onebot::{Code, MessageRef};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::Done,
    bot::{Context, now},
    error::{Failure, Result},
    events,
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
        return Err(Failure::new(
            Code::MessageNotFound,
            "the message never reached the server",
        ));
    };
    if !record.own {
        may_recall(&cx, message.conversation, record.sender).await?;
    }
    let target = Target {
        sequence,
        client_sequence: record.client_sequence,
        random: record.random,
        time: record.time,
    };
    cx.client().recall(message.conversation, target).await?;
    // At once, and not only when the notice comes: `get_msg` must say so to whoever asks next.
    let (author, me) = (Some(record.sender), Some(cx.self_id()));
    events::recalled(cx.bot(), message.conversation, sequence, author, me, now()).await?;
    Ok(Done)
}

/// Somebody else's message: in a group whose owner we are, or whose admin while they are not.
async fn may_recall(
    cx: &Context,
    conversation: Conversation,
    sender: nekonap_ids::Uin,
) -> Result<()> {
    let denied = |text: &str| Err(Failure::new(Code::PermissionDenied, text));
    let Conversation::Group(group) = conversation else {
        return denied("only one's own messages can be recalled in a private chat");
    };
    let role = async |uin| -> Result<Role> {
        let member = cx.client().member(group, uin, false).await?;
        Ok(member.map_or(Role::Member, |member| member.role))
    };
    match (role(cx.self_id()).await?, role(sender).await?) {
        (Role::Owner, _) | (Role::Admin, Role::Member) => Ok(()),
        _ => denied("recalling it takes the right over its author in that group"),
    }
}
