//! Essence messages of groups. protocol/02 §10, protocol/04 §10.5

use nekonap_ids::{GroupUin, MessagePlace, Sequence, Uin};
use nekonap_wire::{
    command::Refusal,
    commands::extras::{AddEssence, RemoveEssence},
    proto::extras::EssenceRequest,
};
use serde::Deserialize;

use crate::{client::Client, error::CallError, web::Page};

/// An essence message of a group, as listed by QQ's web page. protocol/04 §10.5
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EssenceEntry {
    /// Sequence of the message in the group.
    pub sequence: Sequence,
    /// Random number of the message.
    pub random: u32,
    /// Author of the message; `None` if the page does not name the account.
    pub sender: Option<Uin>,
    /// Name of the author.
    pub sender_name: String,
    /// Time the message was sent, Unix seconds.
    pub time: u64,
    /// Account that added it to the essence; `None` if the page does not name it.
    pub operator: Option<Uin>,
    /// Name of the operator.
    pub operator_name: String,
    /// Time it was added to the essence, Unix seconds.
    pub since: u64,
    /// The text parts of the message, joined.
    pub text: String,
}

/// Entries per page. protocol/04 §10.5
const PAGE: u32 = 50;
/// Maximum number of pages that are read. protocol/04 §10.5
const MAX_PAGES: u32 = 20;

#[derive(Debug, Deserialize)]
struct DigestPage {
    #[serde(default)]
    retcode: i64,
    #[serde(default)]
    retmsg: String,
    data: Option<Digest>,
}

#[derive(Debug, Deserialize)]
struct Digest {
    msg_list: Option<Vec<DigestEntry>>,
    #[serde(default)]
    is_end: bool,
}

#[derive(Debug, Deserialize)]
struct DigestEntry {
    msg_seq: u64,
    msg_random: u32,
    #[serde(default)]
    sender_uin: String,
    #[serde(default)]
    sender_nick: String,
    #[serde(default)]
    sender_time: u64,
    #[serde(default)]
    add_digest_uin: String,
    #[serde(default)]
    add_digest_nick: String,
    #[serde(default)]
    add_digest_time: u64,
    #[serde(default)]
    msg_content: Vec<DigestContent>,
}

#[derive(Debug, Deserialize)]
struct DigestContent {
    #[serde(default)]
    text: String,
}

impl From<DigestEntry> for EssenceEntry {
    fn from(entry: DigestEntry) -> Self {
        Self {
            sequence: Sequence::new(entry.msg_seq),
            random: entry.msg_random,
            sender: entry.sender_uin.parse().ok(),
            sender_name: entry.sender_nick,
            time: entry.sender_time,
            operator: entry.add_digest_uin.parse().ok(),
            operator_name: entry.add_digest_nick,
            since: entry.add_digest_time,
            text: entry
                .msg_content
                .into_iter()
                .map(|content| content.text)
                .collect(),
        }
    }
}

impl Client {
    /// The essence messages of a group, newest first, at most 1,000. They come from QQ's web page, because no command lists
    /// them.
    ///
    /// # Errors
    /// The server returns no key for its pages, or the page refuses (not in that group) or does not reply.
    pub async fn essence(&self, group: GroupUin) -> Result<Vec<EssenceEntry>, CallError> {
        let mut list = Vec::new();
        for page in 0..MAX_PAGES {
            let query = vec![
                ("group_code", group.to_string()),
                ("page_start", page.to_string()),
                ("page_limit", PAGE.to_string()),
            ];
            let list_page = Page::new("/cgi-bin/group_digest/digest_list", query);
            let answer: DigestPage = self.page(&list_page).await?;
            if answer.retcode != 0 {
                return Err(Refusal::new(answer.retcode, answer.retmsg).into());
            }
            let Some(digest) = answer.data else { break };
            let entries = digest.msg_list.unwrap_or_default();
            let end = digest.is_end || entries.is_empty();
            list.extend(entries.into_iter().map(EssenceEntry::from));
            if end {
                break;
            }
        }
        Ok(list)
    }

    /// Adds a group message to the essence. `random` is the random number of the message. protocol/02 §10
    ///
    /// # Errors
    /// The message is not in a group; the server refuses (owners and administrators only) or does not reply.
    pub async fn add_essence(&self, message: MessagePlace, random: u32) -> Result<(), CallError> {
        let request = request(message, random)?;
        let session = self.inner.session()?;
        Ok(session.call::<AddEssence>(&request).await?.outcome()?)
    }

    /// Removes a group message from the essence. `random` is the random number of the message. protocol/02 §10
    ///
    /// # Errors
    /// The message is not in a group; the server refuses (owners and administrators only) or does not reply.
    pub async fn remove_essence(
        &self,
        message: MessagePlace,
        random: u32,
    ) -> Result<(), CallError> {
        let request = request(message, random)?;
        let session = self.inner.session()?;
        Ok(session.call::<RemoveEssence>(&request).await?.outcome()?)
    }
}

fn request(message: MessagePlace, random: u32) -> Result<EssenceRequest, CallError> {
    let group = message
        .group()
        .ok_or_else(|| CallError::Invalid("only group messages can be essence".to_owned()))?;
    Ok(EssenceRequest::new(group, message.sequence, random))
}
