//! Merged forwards: their messages, stored by the server under a resource id. protocol/02 §7.

use nekonap_ids::{Conversation, GroupUin, Sequence, Uin};
use nekonap_wire::{
    commands::forwards::{DownloadForward, UploadForward, pack, unpack},
    message::{Element, Message as Wire, Party, Place, SenderNames},
    proto::forwards::{DownloadRequest, Payload, UploadRequest},
};

use crate::{client::Client, error::CallError};

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
        let group = match conversation {
            Conversation::Group(group) => Some(group),
            Conversation::Friend(_) | Conversation::Temporary { .. } => None,
        };
        let wire = |nodes: &[Node]| -> Vec<Wire> {
            let nodes = nodes.iter().enumerate();
            nodes
                .map(|(at, node)| node.to_wire(at, group, Party::new(me.uin, me.uid)))
                .collect()
        };
        let nodes = wire(&nest.nodes);
        let nested: Vec<(&str, Vec<Wire>)> = nest
            .nested
            .iter()
            .map(|(uniseq, nodes)| (uniseq.as_str(), wire(nodes)))
            .collect();
        let nested = nested.iter().map(|(uniseq, nodes)| (*uniseq, &nodes[..]));
        let payload = Payload::new(&nodes, nested);
        let packed = tokio::task::spawn_blocking(move || pack(&payload))
            .await
            .map_err(|error| CallError::Invalid(error.to_string()))?;
        let request = UploadRequest::new(conversation, me.uid, packed);
        let reply = self
            .inner
            .session()?
            .call::<UploadForward>(&request)
            .await?;
        Ok(reply.res_id()?)
    }

    /// Fetches the messages of a merged forward; `None` where there is none by that id, or it has expired.
    ///
    /// # Errors
    /// The server refuses or does not answer, or what it stores is no forward.
    pub async fn download_forward(&self, res_id: &str) -> Result<Option<Nest>, CallError> {
        let me = self.inner.myself()?;
        let request = DownloadRequest::new(me.uid, res_id);
        let reply = self
            .inner
            .session()?
            .call::<DownloadForward>(&request)
            .await?;
        let Some(packed) = reply.packed() else {
            return Ok(None);
        };
        let payload = tokio::task::spawn_blocking(move || unpack(&packed))
            .await
            .map_err(|error| CallError::Malformed(error.to_string()))?
            .map_err(|error| CallError::Malformed(error.to_string()))?;
        let (nodes, nested) = payload.read();
        let nodes_of = |messages: Vec<Wire>| messages.into_iter().map(Node::from).collect();
        Ok(Some(Nest {
            nodes: nodes_of(nodes),
            nested: nested
                .into_iter()
                .map(|(uniseq, messages)| (uniseq, nodes_of(messages)))
                .collect(),
        }))
    }
}

impl Node {
    /// The message that stands for it, the one after `at` others.
    fn to_wire(&self, at: usize, group: Option<GroupUin>, me: Party) -> Wire {
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
