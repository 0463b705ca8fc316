//! `set_essence_msg`, `delete_essence_msg`, `get_essence_msg_list` (api/actions §3.7).

use nekonap_archive::Record;
use nekonap_client::{EssenceEntry, Role};
use nekonap_ids::{Conversation, GroupUin, MessageId, Sequence, Uin};
use nekonap_onebot::{Code, Form, Message, MessageRef, Segment, segments::Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    actions::{KeyResult, groups::info},
    bot::Context,
    error::{Failure, Result},
    incoming, segments,
};

/// Parameters of `set_essence_msg`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetEssenceMsg {
    /// Message of a group.
    message_id: MessageRef,
}

/// Parameters of `delete_essence_msg`: a message, or the three numbers of an entry of `get_essence_msg_list`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DeleteEssenceMsg {
    /// Essence message. Required unless the other three parameters are given.
    #[schemars(example = 1_840_293)]
    message_id: Option<MessageRef>,
    /// Group of the message.
    group_id: Option<GroupUin>,
    /// Sequence of the message in the group.
    msg_seq: Option<u64>,
    /// Random number of the message.
    msg_random: Option<u32>,
}

/// Parameters of `get_essence_msg_list`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetEssenceMsgList {
    /// Group.
    group_id: GroupUin,
}

/// An essence message of a group.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EssenceMsg {
    /// Id of the message.
    message_id: MessageId,
    /// Sequence of the message in the group.
    msg_seq: u64,
    /// Random number of the message.
    msg_random: u32,
    /// Author of the message; 0 if unknown.
    sender_id: u64,
    /// Name of the author.
    sender_nick: String,
    /// When the message was sent, unix seconds.
    sender_time: u64,
    /// Who made it an essence message; 0 if unknown.
    operator_id: u64,
    /// Name of that person.
    operator_nick: String,
    /// When it became an essence message, unix seconds.
    operator_time: u64,
    /// Content of the message, always an array.
    #[schemars(with = "Vec<Segment>")]
    content: Value,
}

pub(crate) async fn set(cx: Context, params: SetEssenceMsg) -> Result<KeyResult> {
    let (group, sequence, record) = place(&cx, params.message_id).await?;
    may_change(&cx, group).await?;
    cx.client()
        .set_essence(group, sequence, record.random, true)
        .await?;
    Ok(KeyResult::default())
}

pub(crate) async fn delete(cx: Context, params: DeleteEssenceMsg) -> Result<KeyResult> {
    let named = (params.group_id, params.msg_seq, params.msg_random);
    let (group, sequence, random) = match (named, params.message_id) {
        ((Some(group), Some(sequence), Some(random)), _) => {
            (group, Sequence::new(sequence), random)
        }
        (_, Some(message)) => {
            let (group, sequence, record) = place(&cx, message).await?;
            (group, sequence, record.random)
        }
        (_, None) => return Err(Failure::missing("message_id")),
    };
    may_change(&cx, group).await?;
    cx.client()
        .set_essence(group, sequence, random, false)
        .await?;
    Ok(KeyResult::default())
}

/// The list, from QQ's own web page, all pages: no command gives it (protocol/02 §10).
pub(crate) async fn list(cx: Context, params: GetEssenceMsgList) -> Result<Vec<EssenceMsg>> {
    let group = params.group_id;
    info::known(&cx, group).await?;
    let mut list = Vec::new();
    for essence in cx.client().essence(group).await? {
        list.push(entry(&cx, group, essence).await?);
    }
    Ok(list)
}

async fn entry(cx: &Context, group: GroupUin, essence: EssenceEntry) -> Result<EssenceMsg> {
    let named = cx.at(Conversation::Group(group), essence.sequence).await?;
    let id = named.id;
    // A message that is gone is still in the list, with what the page shows of it.
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

/// Whether the account may change a group's essence: its owner and its administrators may.
async fn may_change(cx: &Context, group: GroupUin) -> Result<()> {
    info::known(cx, group).await?;
    let me = cx.client().member(group, cx.self_id(), false).await?;
    match me.map(|me| me.role) {
        Some(Role::Member) => Err(Failure::new(
            Code::PermissionDenied,
            format!("changing the essence of group {group} takes an administrator"),
        )),
        _ => Ok(()),
    }
}

/// Where a group message is, and what it is: the server checks its random.
async fn place(cx: &Context, message: MessageRef) -> Result<(GroupUin, Sequence, Record)> {
    let stored = cx.content(cx.message(message).await?).await?;
    match (stored.conversation, stored.sequence, stored.record) {
        (Conversation::Group(group), Some(sequence), Some(record)) => Ok((group, sequence, record)),
        (Conversation::Group(_), ..) => Err(crate::bot::unknown(message)),
        _ => Err(Failure::new(
            Code::NotSupported,
            "only group messages can be essence",
        )),
    }
}
