//! Reactions: added, taken back, and who reacted. protocol/02 §9

use nekonap_ids::{GroupUin, Sequence, Uin};
use nekonap_wire::{
    commands::messages::{AddReaction, GetReactions, GetReactors, RemoveReaction},
    proto::messages::{ReactionRequest, ReactionsRequest, ReactorsRequest},
};

use crate::{client::Client, error::CallError};

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

impl Client {
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
}

/// A reaction's kind on the wire.
const fn kind(emoji: bool) -> u32 {
    if emoji { 2 } else { 1 }
}
