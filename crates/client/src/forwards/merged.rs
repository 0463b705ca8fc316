//! Merged forwards: messages that the server stores under a resource id. protocol/02 §7.

use nekonap_ids::{Conversation, GroupUin, Sequence, Uin};
use nekonap_wire::{
    commands::forwards::{DownloadForward, UploadForward, pack, unpack},
    message::{Element, Message as Wire, Party, Place, SenderNames},
    proto::forwards::{DownloadRequest, Payload, UploadRequest},
};

use crate::{client::Client, error::CallError};

/// One message of a merged forward. Its creator chooses all fields; the server does not check them.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Displayed sender; `None` if not given.
    pub sender: Option<Uin>,
    /// Displayed name.
    pub name: String,
    /// Displayed time, Unix seconds.
    pub time: u64,
    /// Message elements.
    pub elements: Vec<Element>,
    /// Group of the message; `None` if not given.
    pub group: Option<GroupUin>,
}

/// The messages of a merged forward and of all forwards nested in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Nest {
    /// Messages of the forward itself.
    pub nodes: Vec<Node>,
    /// Messages of each nested forward, at any depth, with the `uniseq` of that forward.
    pub nested: Vec<(String, Vec<Node>)>,
}

impl Client {
    /// Stores the messages of a merged forward for a conversation. Returns the resource id, which is valid in all
    /// conversations.
    ///
    /// # Errors
    /// The server refuses or does not reply.
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

    /// Fetches the messages of a merged forward; `None` if the id does not exist or has expired.
    ///
    /// # Errors
    /// The server refuses or does not reply, or the stored data is not a forward.
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
    /// The wire message of this node, which has index `at`.
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
        // Rising numbers of seven digits: clients that sort by sequence keep the order.
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
