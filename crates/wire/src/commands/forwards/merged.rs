//! Merged forwards: upload and download of their messages (protocol/02 §7).

use std::io::{Read, Write};

use bytes::Bytes;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use nekonap_ids::{Conversation, GroupUin, Uid};
use prost::Message as _;

use crate::{
    bounded,
    command::DecodeError,
    message::Message,
    proto::{
        forwards::{
            Attr, Download, DownloadReply, DownloadRequest, Downloaded, Item, Nodes, Payload, Peer,
            Upload, UploadReply, UploadRequest, Uploaded,
        },
        message::Message as Entry,
    },
};

/// Name of the item that contains the forward's own messages (protocol/02 §7.3).
const MAIN_ITEM: &str = "MultiMsg";

/// Largest decompressed payload, in bytes: a thousand long messages need a fifth of it, so anything larger is an
/// attack.
const LARGEST: u64 = 32 << 20;

pub(super) fn uploaded(reply: &mut UploadReply) {
    let uploaded = reply.uploaded.get_or_insert_default();
    uploaded.res_id.get_or_insert_default();
    let attr = reply.attr.get_or_insert_default();
    attr.sub_cmd.get_or_insert_default();
}

pub(super) fn downloaded(reply: &mut DownloadReply) {
    let downloaded = reply.downloaded.get_or_insert_default();
    downloaded.res_id.get_or_insert_default();
    downloaded.payload.get_or_insert_default();
    let attr = reply.attr.get_or_insert_default();
    attr.sub_cmd.get_or_insert_default();
}

/// `msg_type` of an upload from a private chat and from a group.
const PRIVATE: u32 = 1;
const GROUP: u32 = 3;
/// `sub_cmd` of an upload and of a download.
const UPLOAD: u32 = 4;
const DOWNLOAD: u32 = 2;

/// Attributes of an answer.
fn reply_attr(sub_cmd: u32) -> Attr {
    Attr {
        sub_cmd: Some(sub_cmd),
        client_type: Some(0),
        platform: Some(0),
        proxy_type: Some(0),
    }
}

impl UploadRequest {
    /// Stores a [`pack`]ed payload for a forward that `me` sends to a conversation.
    pub fn new(conversation: Conversation, me: Uid, packed: Vec<u8>) -> Self {
        let group = match conversation {
            Conversation::Group(group) => Some(group),
            Conversation::Friend(_) | Conversation::Temporary { .. } => None,
        };
        Self {
            upload: Some(Upload {
                msg_type: Some(if group.is_some() { GROUP } else { PRIVATE }),
                peer: Some(Peer {
                    uid: Some(group.map_or_else(|| me.to_string(), |group| group.to_string())),
                }),
                group_uin: Some(group.map_or(0, GroupUin::get)),
                payload: Some(packed.into()),
            }),
            attr: Some(Attr {
                sub_cmd: Some(UPLOAD),
                client_type: Some(1),
                platform: Some(7),
                proxy_type: Some(0),
            }),
        }
    }

    /// The packed payload; empty if it is missing.
    pub fn packed(self) -> Bytes {
        let payload = self.upload.and_then(|upload| upload.payload);
        payload.unwrap_or_default()
    }
}

impl UploadReply {
    /// For a server: the payload is stored under this resource id.
    pub fn new(res_id: String) -> Self {
        Self {
            uploaded: Some(Uploaded {
                res_id: Some(res_id),
            }),
            attr: Some(reply_attr(UPLOAD)),
        }
    }

    /// The resource id.
    ///
    /// # Errors
    /// [`DecodeError::Missing`] if the reply contains none.
    pub fn res_id(self) -> Result<String, DecodeError> {
        let res_id = self.uploaded.and_then(|uploaded| uploaded.res_id);
        res_id
            .filter(|id| !id.is_empty())
            .ok_or(DecodeError::Missing("res_id"))
    }
}

impl DownloadRequest {
    /// Fetches the payload of a resource id, for the account `me`.
    pub fn new(me: Uid, res_id: &str) -> Self {
        Self {
            download: Some(Download {
                peer: Some(Peer {
                    uid: Some(me.to_string()),
                }),
                res_id: Some(res_id.to_owned()),
                acquire: Some(1),
            }),
            attr: Some(Attr {
                sub_cmd: Some(DOWNLOAD),
                client_type: Some(0),
                platform: Some(0),
                proxy_type: Some(0),
            }),
        }
    }

    /// The resource id; empty if it is missing.
    pub fn res_id(self) -> String {
        let res_id = self.download.and_then(|download| download.res_id);
        res_id.unwrap_or_default()
    }
}

impl DownloadReply {
    /// For a server: the packed payload of a resource id; empty if nothing is stored under it.
    pub fn new(res_id: String, packed: Vec<u8>) -> Self {
        Self {
            downloaded: Some(Downloaded {
                res_id: Some(res_id),
                payload: Some(packed.into()),
            }),
            attr: Some(reply_attr(DOWNLOAD)),
        }
    }

    /// The packed payload; `None` if nothing is stored under that id.
    pub fn packed(self) -> Option<Bytes> {
        let payload = self.downloaded.and_then(|downloaded| downloaded.payload);
        payload.filter(|packed| !packed.is_empty())
    }
}

impl Payload {
    /// Builds the payload from the messages of a forward and, by `uniseq`, of every forward inside it.
    pub fn new<'a>(
        nodes: &[Message],
        nested: impl IntoIterator<Item = (&'a str, &'a [Message])>,
    ) -> Self {
        let encode = |nodes: &[Message]| nodes.iter().map(Message::encode_node).collect();
        let mut items = vec![Item::main(encode(nodes))];
        items.extend(
            nested
                .into_iter()
                .map(|(uniseq, nodes)| Item::nested(uniseq, encode(nodes))),
        );
        Self { items }
    }

    /// Item of the forward itself: the one with the main name, otherwise the first.
    pub fn main(&self) -> Option<&Item> {
        let named = |item: &&Item| item.file_name.as_deref() == Some(MAIN_ITEM);
        self.items.iter().find(named).or(self.items.first())
    }

    /// Decodes the messages of the forward itself ([`main`](Self::main)), and of every forward inside it by its
    /// `uniseq`.
    pub fn read(&self) -> (Vec<Message>, Vec<(String, Vec<Message>)>) {
        let Some(main) = self.main() else {
            return <_>::default();
        };
        let others = self.items.iter().filter(|item| !std::ptr::eq(*item, main));
        let nested = others.map(|item| (item.file_name.clone().unwrap_or_default(), item.read()));
        (main.read(), nested.collect())
    }
}

impl Item {
    /// The item of the forward itself.
    pub fn main(nodes: Vec<Entry>) -> Self {
        Self::nested(MAIN_ITEM, nodes)
    }

    /// The item of a forward inside it.
    pub fn nested(uniseq: &str, nodes: Vec<Entry>) -> Self {
        Self {
            file_name: Some(uniseq.to_owned()),
            nodes: Some(Nodes { messages: nodes }),
        }
    }

    fn read(&self) -> Vec<Message> {
        let nodes = self.nodes.iter().flat_map(|nodes| &nodes.messages);
        nodes.map(Message::decode_node).collect()
    }
}

/// Compresses a payload for an upload.
pub fn pack(payload: &Payload) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing into memory cannot fail.
    let written = encoder.write_all(&payload.encode_to_vec());
    debug_assert!(written.is_ok());
    encoder.finish().unwrap_or_default()
}

/// Decompresses and decodes an uploaded payload.
///
/// # Errors
/// [`DecodeError`] if the bytes are not gzip, decompress to more than 32 MiB, or are not a payload.
pub fn unpack(packed: &[u8]) -> Result<Payload, DecodeError> {
    let mut bytes = Vec::new();
    GzDecoder::new(packed)
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| DecodeError::Invalid("payload"))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST) {
        return Err(DecodeError::Invalid("payload"));
    }
    bounded::decode(&bytes)
}
