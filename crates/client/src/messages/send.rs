//! Sending. protocol/02 §4

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
    session::Waiting,
};

/// A message that is queued for the socket, and whose answer has not come yet. Dropped, the message goes out all the
/// same.
pub struct Sending {
    client: Client,
    conversation: Conversation,
    waiting: Waiting<SendMessage>,
    random: u32,
    client_sequence: u32,
}

/// A message that the server has taken.
#[derive(Debug, Clone, PartialEq)]
pub struct SentMessage {
    /// Where it is.
    pub place: MessagePlace,
    /// What a recall needs besides.
    pub key: MessageKey,
    /// The dice or rock-paper-scissors in it, as the server threw it.
    pub thrown: Option<Element>,
}

impl Sending {
    /// The number by which the message's echo is known.
    pub fn random(&self) -> u32 {
        self.random
    }

    /// Private: the message's own number; 0 in groups.
    pub fn client_sequence(&self) -> u32 {
        self.client_sequence
    }

    /// Waits for the server's answer.
    ///
    /// # Errors
    /// A refusal, or no answer: [`CallError::maybe_delivered`] says whether the server may have the message.
    pub async fn sent(self) -> Result<SentMessage, SendError> {
        let receipt = self.waiting.reply().await?;
        // Success without a sequence: swallowed by the server, and seen by nobody (protocol/02 §4.2).
        let sequence = receipt
            .sequence
            .ok_or_else(|| CallError::Malformed("taken, but given no sequence".to_owned()))?;
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
    /// Queues a message for the socket. Messages of one conversation go out in the order in which this was first
    /// polled; different conversations do not wait for each other.
    ///
    /// # Errors
    /// There is no session, nobody is known by that number, or the messages before this one do not get on: nothing was
    /// sent.
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
        let elements = self.followed(conversation, elements);
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
        let waiting = session.ask::<SendMessage>(&message).await?;
        drop(ticket);
        Ok(Sending {
            client: self.clone(),
            conversation,
            waiting,
            random,
            client_sequence,
        })
    }

    /// A quote in a group, followed by the mention of its sender under the name that the group knows.
    fn followed(&self, conversation: Conversation, mut elements: Vec<Element>) -> Vec<Element> {
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

    /// Tells the resolver; when it is far behind, history may tell the message once more.
    fn hint(&self, hint: Hint) {
        let _ = self.inner.hints.try_send(hint);
    }
}
