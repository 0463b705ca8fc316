//! `get_recent_contact`: the most recent conversations, with their last message (api/actions §3.3).

use nekonap_archive::Recent;
use nekonap_ids::Conversation;
use nekonap_onebot::ChatMessage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{bot::Context, config::Profile, error::Result, guards::long_id, incoming};

/// The most conversations of one answer.
const MAX_COUNT: i64 = 1_000;

/// Parameters of `get_recent_contact`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetRecentContact {
    /// Number of conversations, at most 1,000.
    #[serde(default = "ten")]
    count: i64,
}

const fn ten() -> i64 {
    10
}

/// A conversation and its last message.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecentContact {
    /// Last message. The misspelled name is NapCat's.
    #[schemars(with = "ChatMessage")]
    lastest_msg: Value,
    /// Number of the other person or of the group; a string with `napcat-4.18` as response profile.
    peer_uin: PeerUin,
    /// The account's remark for the person or the group; may be empty.
    remark: String,
    /// Time the last message was sent, Unix seconds as a decimal string.
    msg_time: String,
    /// 1 private chat, 2 group, 100 temporary chat.
    chat_type: u32,
    /// Long id of the last message, as a decimal string.
    msg_id: String,
    /// Nickname of the sender of the last message.
    send_nick_name: String,
    /// Card of that sender in the group; empty in private chats.
    send_member_name: String,
    /// Name of the person or the group.
    peer_name: String,
}

/// A number, or a string with the response profile `napcat-4.18` (api/actions §1.7).
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
enum PeerUin {
    Number(u64),
    Text(String),
}

pub(crate) async fn get(cx: Context, params: GetRecentContact) -> Result<Vec<RecentContact>> {
    let count = u32::try_from(params.count.clamp(0, MAX_COUNT)).unwrap_or(0);
    let mut contacts = Vec::new();
    for recent in cx.archive().recents(count).await? {
        contacts.push(contact(&cx, &recent).await?);
    }
    Ok(contacts)
}

async fn contact(cx: &Context, recent: &Recent) -> Result<RecentContact> {
    // By sequence number: after the message is deleted, its id may belong to another message.
    let stored = match recent.sequence {
        Some(sequence) => cx.archive().at(recent.conversation, sequence).await?,
        None => cx.archive().message(recent.message).await?,
    };
    let last = incoming::last(cx, recent, stored).await?;
    let client = cx.client();
    // The list is kept locally: names that only the server has are empty while it cannot be reached.
    let (peer, chat_type, remark, peer_name) = match recent.conversation {
        Conversation::Group(group) => {
            let known = client.group(group, false).await.ok().flatten();
            let remark = known
                .as_ref()
                .map(|known| known.remark.clone())
                .unwrap_or_default();
            (
                group.get(),
                2,
                remark,
                known.map(|known| known.name).unwrap_or_default(),
            )
        }
        Conversation::Friend(peer) => {
            let friends = client.friends(false).await.ok();
            let remark = friends
                .and_then(|friends| Some(friends.friend(peer)?.remark.clone()))
                .unwrap_or_default();
            (
                peer.get(),
                1,
                remark,
                incoming::nickname(cx.bot(), peer).await,
            )
        }
        Conversation::Temporary { peer, .. } => (
            peer.get(),
            100,
            String::new(),
            incoming::nickname(cx.bot(), peer).await,
        ),
    };
    let text = |key: &str| last["sender"][key].as_str().unwrap_or_default().to_owned();
    Ok(RecentContact {
        peer_uin: match cx.profile() {
            Profile::NapcatV4 => PeerUin::Number(peer),
            Profile::Napcat418 => PeerUin::Text(peer.to_string()),
        },
        remark,
        msg_time: recent.time.to_string(),
        chat_type,
        msg_id: long_id(recent.message).to_string(),
        send_nick_name: text("nickname"),
        send_member_name: text("card"),
        peer_name,
        lastest_msg: last,
    })
}
