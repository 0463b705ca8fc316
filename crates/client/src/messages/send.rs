//! Sends. protocol/02 §4

use nekonap_ids::{Conversation, MessagePlace};
use nekonap_wire::{
    commands::messages::SendMessage,
    message::{Destination, Element, Mention, MentionTarget, Outgoing, Text, ThrowResult},
};
use tokio::time::timeout;

use super::recall::MessageKey;
use crate::{
    client::Client,
    error::{CallError, SendError},
    events::resolve::Hint,
    session::PendingReply,
};

/// A message that is queued for the socket and whose reply is pending. Dropping it does not cancel the send.
pub struct Sending {
    client: Client,
    conversation: Conversation,
    pending: PendingReply<SendMessage>,
    random: u32,
    client_sequence: u32,
}

/// A message that the server accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct SentMessage {
    /// Place of the message.
    pub place: MessagePlace,
    /// Fields that a recall needs besides the place.
    pub key: MessageKey,
    /// Result of the dice or rock-paper-scissors in the message, as thrown by the server.
    pub thrown: Option<Element>,
}

impl Sending {
    /// Random number of the message; its echo has the same one.
    pub fn random(&self) -> u32 {
        self.random
    }

    /// Client sequence of a private message; 0 in groups.
    pub fn client_sequence(&self) -> u32 {
        self.client_sequence
    }

    /// Waits for the reply to the send.
    ///
    /// # Errors
    /// The server refuses or does not reply. [`CallError::maybe_delivered`] returns whether it may have the message.
    pub async fn sent(self) -> Result<SentMessage, SendError> {
        let receipt = self.pending.reply().await?;
        // Success without a sequence: the server discarded the message (protocol/02 §4.2).
        let sequence = receipt
            .sequence
            .ok_or_else(|| CallError::Malformed("accepted, but without a sequence".to_owned()))?;
        self.client.hint(Hint {
            conversation: self.conversation,
            sequence,
        });
        Ok(SentMessage {
            place: MessagePlace {
                conversation: self.conversation,
                sequence,
            },
            key: MessageKey {
                client_sequence: self.client_sequence,
                random: self.random,
                time: u64::from(receipt.time),
            },
            thrown: receipt
                .thrown
                .and_then(|thrown| ThrowResult::decode(&thrown))
                .map(Element::Face),
        })
    }
}

impl Client {
    /// Queues a message for the socket. Messages of one conversation are queued in the order in which the returned
    /// futures were first polled; conversations do not wait for each other.
    ///
    /// # Errors
    /// There is no session, the uid of the peer is unknown, or the previous messages of the conversation are blocked.
    /// Nothing was sent.
    pub async fn send(
        &self,
        conversation: Conversation,
        elements: Vec<Element>,
    ) -> Result<Sending, SendError> {
        let ticket = self.inner.sends.draw(conversation);
        timeout(self.inner.config.timings.reply, ticket.reached())
            .await
            .map_err(|_| CallError::Busy)?;
        let session = self.inner.session()?;
        let to = self.destination(conversation).await?;
        let elements = self.with_mention(conversation, elements);
        let random = rand::random_range(1..=u32::MAX);
        let client_sequence = match conversation {
            Conversation::Group(_) => 0,
            Conversation::Friend(_) | Conversation::Temporary { .. } => {
                rand::random_range(10_000..=99_999)
            }
        };
        let message = Outgoing {
            to,
            elements,
            client_sequence,
            random,
        };
        let pending = session.send_request::<SendMessage>(&message).await?;
        drop(ticket);
        Ok(Sending {
            client: self.clone(),
            conversation,
            pending,
            random,
            client_sequence,
        })
    }

    /// Inserts a mention of the quoted sender, under the name known in the group, after a quote in a group.
    fn with_mention(&self, conversation: Conversation, mut elements: Vec<Element>) -> Vec<Element> {
        let (Conversation::Group(group), Some(Element::Reply(reply))) =
            (conversation, elements.first())
        else {
            return elements;
        };
        let named = reply
            .sender
            .and_then(|sender| self.inner.cache.name_in(group, sender));
        if let Some(name) = named {
            let mention = Mention {
                target: MentionTarget::Member {
                    uin: None,
                    uid: reply.sender_uid,
                },
                text: format!("@{name}"),
            };
            let follow = [Element::Mention(mention), Element::Text(Text::new(" "))];
            elements.splice(1..1, follow);
        }
        elements
    }

    async fn destination(&self, conversation: Conversation) -> Result<Destination, CallError> {
        Ok(match conversation {
            Conversation::Group(group) => Destination::Group(group),
            Conversation::Friend(peer) => Destination::Friend {
                uin: Some(peer),
                uid: Some(self.uid_of(peer, None).await?),
            },
            Conversation::Temporary { group, peer } => Destination::Temporary {
                group,
                uin: Some(peer),
                uid: Some(self.uid_of(peer, Some(group)).await?),
            },
        })
    }

    /// Notifies the resolver. If its queue is full, the message may later be reported from history.
    fn hint(&self, hint: Hint) {
        let _ = self.inner.hints.try_send(hint);
    }
}
