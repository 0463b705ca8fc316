//! `set_essence_msg`, `delete_essence_msg`, `get_essence_msg_list` (api/actions §3.7).

use nekonap_archive::Stored;
use nekonap_client::{EssenceEntry, Role};
use nekonap_ids::{Conversation, GroupUin, MessageId, MessagePlace, Sequence, Uin};
use nekonap_onebot::{Code, Form, Message, MessageRef, Segment, segments::Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    actions::KeyResult,
    bot::Context,
    error::{Failure, Result, not_found_is},
    guards, incoming, segments,
};

/// Parameters of `set_essence_msg`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetEssenceMsg {
    /// Id of a group message.
    message_id: MessageRef,
}

/// Parameters of `delete_essence_msg`: a message id, or the three numbers of an entry of `get_essence_msg_list`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DeleteEssenceMsg {
    /// Id of the essence message. Required unless the other three parameters are given.
    #[schemars(example = 1_840_293)]
    message_id: Option<MessageRef>,
    /// Group that the message was sent in.
    group_id: Option<GroupUin>,
    /// Sequence number of the message in the group.
    msg_seq: Option<u64>,
    /// Random number that the sender's client gave the message.
    msg_random: Option<u32>,
}

/// Parameters of `get_essence_msg_list`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetEssenceMsgList {
    /// Group to list.
    group_id: GroupUin,
}

/// An essence message of a group.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EssenceMsg {
    /// Id of the message.
    message_id: MessageId,
    /// Sequence number of the message in the group.
    msg_seq: u64,
    /// Random number that the sender's client gave the message.
    msg_random: u32,
    /// QQ number of the author; 0 if unknown.
    sender_id: u64,
    /// Name of the author.
    sender_nick: String,
    /// Time the message was sent, Unix seconds.
    sender_time: u64,
    /// QQ number of the person who made it an essence message; 0 if unknown.
    operator_id: u64,
    /// Name of that person.
    operator_nick: String,
    /// Time it became an essence message, Unix seconds.
    operator_time: u64,
    /// Content of the message, always an array.
    #[schemars(with = "Vec<Segment>")]
    content: Value,
}

pub(crate) async fn set(cx: Context, params: SetEssenceMsg) -> Result<KeyResult> {
    let stored = cx.message(params.message_id).await?;
    let (group, sequence, random) = place(&cx, stored).await?;
    cx.require(group, Role::Admin).await?;
    cx.client()
        .add_essence(MessagePlace::in_group(group, sequence), random)
        .await
        .map_err(not_found_is(Code::MessageNotFound))?;
    Ok(KeyResult::default())
}

pub(crate) async fn delete(cx: Context, params: DeleteEssenceMsg) -> Result<KeyResult> {
    let named = (params.group_id, params.msg_seq, params.msg_random);
    let (group, sequence, random) = match (named, params.message_id) {
        ((Some(group), Some(sequence), Some(random)), _) => {
            (group, Sequence::new(sequence), random)
        }
        (_, Some(message)) => {
            // A recalled message may still be an essence message.
            place(&cx, cx.stored_message(message).await?).await?
        }
        (_, None) => return Err(Failure::missing("message_id")),
    };
    cx.require(group, Role::Admin).await?;
    cx.client()
        .remove_essence(MessagePlace::in_group(group, sequence), random)
        .await
        .map_err(not_found_is(Code::MessageNotFound))?;
    Ok(KeyResult::default())
}

/// All pages of the list, from QQ's web page: there is no command for it (protocol/02 §10).
pub(crate) async fn list(cx: Context, params: GetEssenceMsgList) -> Result<Vec<EssenceMsg>> {
    let group = params.group_id;
    cx.group(group).await?;
    let mut list = Vec::new();
    for essence in cx.client().essence(group).await? {
        list.push(entry(&cx, group, essence).await?);
    }
    Ok(list)
}

async fn entry(cx: &Context, group: GroupUin, essence: EssenceEntry) -> Result<EssenceMsg> {
    let named = cx.at(Conversation::Group(group), essence.sequence).await?;
    let id = named.id;
    // The list still contains deleted messages, with the content that the page shows.
    let record = match cx.content(named).await {
        Ok(stored) => stored.record,
        Err(failure) if failure.code == Code::MessageNotFound => None,
        Err(failure) => return Err(failure),
    };
    let content = match &record {
        Some(record) => {
            let elements = incoming::elements(record)?;
            let place = Some(Conversation::Group(group));
            segments::read(cx.bot(), place, &elements).await
        }
        None => Message(vec![Segment::Text(Text { text: essence.text })]),
    };
    Ok(EssenceMsg {
        message_id: id,
        msg_seq: essence.sequence.get(),
        msg_random: essence.random,
        sender_id: essence.sender.map_or(0, Uin::get),
        sender_nick: essence.sender_name,
        sender_time: essence.time,
        operator_id: essence.operator.map_or(0, Uin::get),
        operator_nick: essence.operator_name,
        operator_time: essence.since,
        content: content.to_value(Form::Array),
    })
}

/// The place of a group message, and its random number, which the server checks.
async fn place(cx: &Context, stored: Stored) -> Result<(GroupUin, Sequence, u32)> {
    let (group, sequence) = Context::group_place(&stored, "essence")?;
    let stored = cx.content(stored).await?;
    match stored.record {
        Some(record) => Ok((group, sequence, record.random)),
        None => Err(guards::no_message(stored.id)),
    }
}
