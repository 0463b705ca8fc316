//! Sending, taking back, reacting, poking. protocol/02 §4, §5, §9, protocol/04 §3.9.

use std::time::{SystemTime, UNIX_EPOCH};

use nekonap_ids::{Conversation, GroupUin, Sequence, Uid, Uin};
use nekonap_wire::{
    commands::messages::{
        AddReaction, GetReactions, GetReactors, Poke, RecallGroupMessage, RecallPrivateMessage,
        RemoveReaction, SendMessage,
    },
    message::{
        Destination, Element, Mention, MentionTarget, Outgoing, Text, ThrowResult, message_uid,
    },
    proto::messages::{
        PokeRequest, ReactionRequest, ReactionsRequest, ReactorsRequest, RecallGroupFlags,
        RecallGroupRequest, RecallGroupTarget, RecallPrivateFlags, RecallPrivateRequest,
        RecallPrivateTarget,
    },
};

use tokio::time::timeout;

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

/// A message that the server took.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// Its shared sequence.
    pub sequence: Sequence,
    /// Private: its own number, which recalls and quotes need; 0 in groups.
    pub client_sequence: u32,
    /// Its random.
    pub random: u32,
    /// When, unix seconds.
    pub time: u64,
    /// What a dice or rock-paper-scissors in it came to.
    pub thrown: Option<Element>,
}

/// What a recall needs to know of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// The shared sequence.
    pub sequence: Sequence,
    /// Private: the sender's own number.
    pub client_sequence: u32,
    /// The random.
    pub random: u32,
    /// When it was said, unix seconds.
    pub time: u64,
}

/// A reaction that a message has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reactions {
    /// The face's id, or the emoji's code point in decimal.
    pub code: String,
    /// Whether `code` is an emoji.
    pub emoji: bool,
    /// How many people.
    pub count: u32,
}

/// One page of those who reacted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reactors {
    /// Who.
    pub people: Vec<Uin>,
    /// For the next page; may be empty.
    pub cookie: String,
    /// Whether it is the first page.
    pub first: bool,
    /// Whether there is no other.
    pub last: bool,
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
    pub async fn sent(self) -> Result<Sent, SendError> {
        let sent = self.waiting.reply().await?;
        // Success without a sequence: swallowed by the server, and seen by nobody (protocol/02 §4.2).
        let sequence = sent
            .sequence
            .ok_or_else(|| CallError::Malformed("taken, but given no sequence".to_owned()))?;
        self.client.hint(Hint {
            conversation: self.conversation,
            sequence,
        });
        Ok(Sent {
            sequence,
            client_sequence: self.client_sequence,
            random: self.random,
            time: u64::from(sent.time),
            thrown: sent
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
        let turn = timeout(
            self.inner.config.timings.reply,
            self.inner.lanes.turn(conversation),
        )
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
        drop(turn);
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
            .and_then(|sender| self.inner.cache.name(group, sender));
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

    /// Takes a message back. protocol/02 §5
    ///
    /// # Errors
    /// The server refuses (too old, no right), or does not answer.
    pub async fn recall(
        &self,
        conversation: Conversation,
        target: Target,
    ) -> Result<(), CallError> {
        let session = self.inner.session()?;
        let peer = match conversation {
            Conversation::Group(group) => {
                let request = RecallGroupRequest {
                    r#type: Some(1),
                    group_uin: Some(group.get()),
                    target: Some(RecallGroupTarget {
                        sequence: Some(target.sequence.get()),
                        random: Some(target.random),
                        field_3: Some(0),
                    }),
                    flags: Some(RecallGroupFlags { field_1: Some(0) }),
                };
                return session.call::<RecallGroupMessage>(&request).await;
            }
            Conversation::Friend(peer) => self.uid_of(peer, None).await?,
            Conversation::Temporary { group, peer } => self.uid_of(peer, Some(group)).await?,
        };
        let request = RecallPrivateRequest {
            r#type: Some(1),
            target_uid: Some(peer.as_str().to_owned()),
            target: Some(RecallPrivateTarget {
                client_seq: Some(u64::from(target.client_sequence)),
                random: Some(target.random),
                msg_uid: Some(message_uid(target.random)),
                time: Some(u32::try_from(target.time).unwrap_or(u32::MAX)),
                field_5: Some(0),
                nt_seq: Some(target.sequence.get()),
            }),
            flags: Some(RecallPrivateFlags {
                field_1: Some(false),
                field_2: Some(false),
            }),
            field_6: Some(false),
        };
        session
            .call::<RecallPrivateMessage>(&request)
            .await
            .map(drop)
    }

    /// Adds a reaction to a group message, or takes it back. protocol/02 §9.1
    ///
    /// # Errors
    /// The server refuses or does not answer.
    pub async fn react(
        &self,
        group: GroupUin,
        sequence: Sequence,
        code: &str,
        emoji: bool,
        add: bool,
    ) -> Result<(), CallError> {
        let request = ReactionRequest {
            group_uin: Some(group.get()),
            sequence: Some(sequence.get()),
            code: Some(code.to_owned()),
            kind: Some(kind(emoji)),
            field_6: Some(false),
            field_7: Some(false),
        };
        let session = self.inner.session()?;
        if add {
            session.call::<AddReaction>(&request).await.map(drop)
        } else {
            session.call::<RemoveReaction>(&request).await.map(drop)
        }
    }

    /// Which reactions a group message has. protocol/02 §9.3
    ///
    /// # Errors
    /// The server refuses or does not answer.
    pub async fn reactions(
        &self,
        group: GroupUin,
        sequence: Sequence,
    ) -> Result<Vec<Reactions>, CallError> {
        let request = ReactionsRequest {
            group_uin: Some(group.get()),
            sequence: Some(sequence.get()),
            field_4: Some(String::new()),
            field_5: Some(0),
            field_6: None,
            field_8: Some(0),
            field_12: Some(1),
        };
        let reply = self.inner.session()?.call::<GetReactions>(&request).await?;
        let reactions = reply.reactions.into_iter().filter_map(|reaction| {
            // Entries without a count are suggestions.
            let count = reaction.count.filter(|count| *count > 0)?;
            Some(Reactions {
                code: reaction.code?,
                emoji: reaction.kind == Some(kind(true)),
                count,
            })
        });
        Ok(reactions.collect())
    }

    /// Who reacted in one way, a page of them. protocol/02 §9.2
    ///
    /// # Errors
    /// The server refuses or does not answer.
    pub async fn reactors(
        &self,
        group: GroupUin,
        sequence: Sequence,
        code: &str,
        _emoji: bool,
        count: u32,
        cookie: &str,
    ) -> Result<Reactors, CallError> {
        let request = ReactorsRequest {
            group_uin: Some(group.get()),
            sequence: Some(sequence.get()),
            chat_kind: Some(1),
            code: Some(code.to_owned()),
            cookie: Some(cookie.to_owned()),
            field_7: Some(0),
            count: Some(count),
        };
        let reply = self.inner.session()?.call::<GetReactors>(&request).await?;
        Ok(Reactors {
            people: reply
                .reactors
                .iter()
                .filter_map(|reactor| Uin::new(reactor.uin?).ok())
                .collect(),
            cookie: reply.cookie.unwrap_or_default(),
            first: reply.first_page.unwrap_or(cookie.is_empty()),
            last: reply.last_page.unwrap_or(true),
        })
    }

    /// Pokes somebody in a conversation. protocol/04 §3.9
    ///
    /// # Errors
    /// The server refuses (not friends, switched off) or does not answer.
    pub async fn poke(&self, conversation: Conversation, target: Uin) -> Result<(), CallError> {
        let request = PokeRequest {
            to_uin: Some(target.get()),
            group: conversation
                .group()
                .filter(|_| conversation.peer().is_none())
                .map(GroupUin::get),
            chat_uin: conversation.peer().map(Uin::get),
            kind: Some(0),
        };
        self.inner.session()?.call::<Poke>(&request).await.map(drop)
    }

    /// Tells the resolver; when it is far behind, history may tell the message once more.
    fn hint(&self, hint: Hint) {
        let _ = self.inner.hints.try_send(hint);
    }
}

/// A reaction's kind on the wire.
const fn kind(emoji: bool) -> u32 {
    if emoji { 2 } else { 1 }
}

/// A uid as requests hold it.
pub(crate) fn text(uid: Uid) -> String {
    uid.as_str().to_owned()
}

/// Unix seconds.
pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
