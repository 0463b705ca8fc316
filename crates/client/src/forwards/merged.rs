//! Merged forwards: their messages, stored by the server under a resource id. protocol/02 §7.

use nekonap_ids::{Conversation, GroupUin, Sequence, Uin};
use nekonap_wire::{
    commands::forwards::{DownloadForward, MAIN_ITEM, UploadForward, pack, unpack},
    message::{Element, Message as Wire, Party, Place, SenderNames},
    proto::forwards::{
        Attr, Download, DownloadRequest, Item, Nodes, Payload, Peer, Upload, UploadRequest,
    },
};

use crate::{client::Client, error::CallError, messages::text};

/// One message of a merged forward. Its sender and name are whatever its maker says: the server stores them unread.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The shown sender; `None` where it is not told.
    pub sender: Option<Uin>,
    /// The shown name.
    pub name: String,
    /// The shown time, unix seconds.
    pub time: u64,
    /// What it says.
    pub elements: Vec<Element>,
    /// The group it was said in, where it is told.
    pub group: Option<GroupUin>,
}

/// The messages of a merged forward, and of those inside it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Nest {
    /// Its own messages.
    pub nodes: Vec<Node>,
    /// Those of every forward inside it, however deep, by its `uniseq`.
    pub nested: Vec<(String, Vec<Node>)>,
}

/// `msg_type` of an upload from a private chat.
const PRIVATE: u32 = 1;
/// `msg_type` of an upload from a group.
const GROUP: u32 = 3;

impl Client {
    /// Stores messages for a merged forward in a conversation; the resource id, which works in any.
    ///
    /// # Errors
    /// The server refuses or does not answer.
    pub async fn upload_forward(
        &self,
        conversation: Conversation,
        nest: &Nest,
    ) -> Result<String, CallError> {
        let me = self.inner.myself()?;
        let group = conversation
            .group()
            .filter(|_| conversation.peer().is_none());
        let item = |name: &str, nodes: &[Node]| Item {
            file_name: Some(name.to_owned()),
            nodes: Some(Nodes {
                messages: nodes
                    .iter()
                    .enumerate()
                    .map(|(at, node)| node.encode(at, group, Party::new(me.uin, me.uid)))
                    .collect(),
            }),
        };
        let mut items = vec![item(MAIN_ITEM, &nest.nodes)];
        items.extend(nest.nested.iter().map(|(name, nodes)| item(name, nodes)));
        let payload = Payload { items };
        let packed = tokio::task::spawn_blocking(move || pack(&payload))
            .await
            .map_err(|error| CallError::Invalid(error.to_string()))?;
        let request = UploadRequest {
            upload: Some(Upload {
                msg_type: Some(if group.is_some() { GROUP } else { PRIVATE }),
                peer: Some(Peer {
                    uid: Some(group.map_or_else(|| text(me.uid), |group| group.to_string())),
                }),
                group_uin: Some(group.map_or(0, GroupUin::get)),
                payload: Some(packed.into()),
            }),
            attr: Some(Attr {
                sub_cmd: Some(4),
                client_type: Some(1),
                platform: Some(7),
                proxy_type: Some(0),
            }),
        };
        let reply = self
            .inner
            .session()?
            .call::<UploadForward>(&request)
            .await?;
        reply
            .uploaded
            .and_then(|uploaded| uploaded.res_id)
            .filter(|id| !id.is_empty())
            .ok_or_else(|| CallError::Malformed("no resource id".to_owned()))
    }

    /// Fetches the messages of a merged forward; `None` where there is none by that id, or it has expired.
    ///
    /// # Errors
    /// The server refuses or does not answer, or what it stores is no forward.
    pub async fn download_forward(&self, res_id: &str) -> Result<Option<Nest>, CallError> {
        let me = self.inner.myself()?;
        let request = DownloadRequest {
            download: Some(Download {
                peer: Some(Peer {
                    uid: Some(text(me.uid)),
                }),
                res_id: Some(res_id.to_owned()),
                acquire: Some(1),
            }),
            attr: Some(Attr {
                sub_cmd: Some(2),
                client_type: Some(0),
                platform: Some(0),
                proxy_type: Some(0),
            }),
        };
        let reply = self
            .inner
            .session()?
            .call::<DownloadForward>(&request)
            .await?;
        let packed = reply
            .downloaded
            .and_then(|downloaded| downloaded.payload)
            .unwrap_or_default();
        if packed.is_empty() {
            return Ok(None);
        }
        let payload = tokio::task::spawn_blocking(move || unpack(&packed))
            .await
            .map_err(|error| CallError::Malformed(error.to_string()))?
            .map_err(|error| CallError::Malformed(error.to_string()))?;
        Ok(Some(nest(payload)))
    }
}

/// The item named `MultiMsg`, else the first, is the forward itself.
fn nest(payload: Payload) -> Nest {
    let mut items: Vec<(String, Vec<Node>)> = payload
        .items
        .into_iter()
        .map(|item| {
            let messages = item.nodes.unwrap_or_default().messages;
            let nodes = messages
                .iter()
                .map(|node| Node::from(Wire::decode_node(node)))
                .collect();
            (item.file_name.unwrap_or_default(), nodes)
        })
        .collect();
    if items.is_empty() {
        return Nest::default();
    }
    let main = items
        .iter()
        .position(|(name, _)| name == MAIN_ITEM)
        .unwrap_or(0);
    let (_, nodes) = items.remove(main);
    Nest {
        nodes,
        nested: items,
    }
}

impl Node {
    fn encode(
        &self,
        at: usize,
        group: Option<GroupUin>,
        me: Party,
    ) -> nekonap_wire::proto::message::Message {
        let place = match group {
            Some(group) => Place::Group {
                group,
                group_name: String::new(),
                card: self.name.clone(),
                card_is_card: false,
                role: None,
            },
            None => Place::Forwarded {
                name: self.name.clone(),
            },
        };
        // Seven digits, rising, which keeps the order wherever it is sorted by.
        let sequence = 1_000_000 + u64::try_from(at).unwrap_or(0);
        Wire {
            place,
            from: Party {
                uin: self.sender,
                uid: None,
            },
            names: SenderNames::default(),
            to: me,
            sequence: Sequence::new(sequence),
            client_sequence: u32::try_from(sequence).unwrap_or(0),
            random: rand::random_range(1..=u32::MAX),
            time: self.time,
            elements: self.elements.clone(),
        }
        .encode_node()
    }
}

impl From<Wire> for Node {
    fn from(message: Wire) -> Self {
        let (name, group) = match message.place {
            Place::Group { card, group, .. } => (card, Some(group)),
            Place::Forwarded { name } => (name, None),
            Place::Temporary { group } => (String::new(), Some(group)),
            Place::Friend => (String::new(), None),
        };
        Self {
            sender: message.from.uin,
            name,
            time: message.time,
            elements: message.elements,
            group,
        }
    }
}
