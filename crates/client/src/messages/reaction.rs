//! Reactions to group messages. protocol/02 §9

use nekonap_ids::{GroupUin, MessagePlace};
use nekonap_wire::{
    commands::messages::{
        AddReaction, GetReactions, GetReactors, ReactionCount, ReactorPage, RemoveReaction,
    },
    message::Emoji,
    proto::messages::{ReactionRequest, ReactionsRequest, ReactorsRequest},
};

use crate::{client::Client, error::CallError};

impl Client {
    /// Adds a reaction of this account to a group message. Adding an existing reaction is not an error. protocol/02 §9.1
    ///
    /// # Errors
    /// The message is not in a group; the server refuses or does not reply.
    pub async fn add_reaction(&self, message: MessagePlace, emoji: Emoji) -> Result<(), CallError> {
        let request = ReactionRequest::new(group(message)?, message.sequence, emoji);
        let session = self.inner.session()?;
        session.call::<AddReaction>(&request).await.map(drop)
    }

    /// Removes a reaction of this account from a group message. Removing a missing reaction is not an error.
    /// protocol/02 §9.1
    ///
    /// # Errors
    /// The message is not in a group; the server refuses or does not reply.
    pub async fn remove_reaction(
        &self,
        message: MessagePlace,
        emoji: Emoji,
    ) -> Result<(), CallError> {
        let request = ReactionRequest::new(group(message)?, message.sequence, emoji);
        let session = self.inner.session()?;
        session.call::<RemoveReaction>(&request).await.map(drop)
    }

    /// The reactions to a group message, each with the number of accounts that added it. protocol/02 §9.3
    ///
    /// # Errors
    /// The message is not in a group; the server refuses or does not reply.
    pub async fn reactions(&self, message: MessagePlace) -> Result<Vec<ReactionCount>, CallError> {
        let request = ReactionsRequest::new(group(message)?, message.sequence);
        let reply = self.inner.session()?.call::<GetReactions>(&request).await?;
        Ok(reply.counts().collect())
    }

    /// A page of accounts that reacted to a group message with `emoji`. `count` is the page size; `cookie` comes from the
    /// previous page and is empty for the first. protocol/02 §9.2
    ///
    /// # Errors
    /// The message is not in a group; the server refuses or does not reply.
    pub async fn reactors(
        &self,
        message: MessagePlace,
        emoji: Emoji,
        count: u32,
        cookie: &str,
    ) -> Result<ReactorPage, CallError> {
        let request = ReactorsRequest::new(group(message)?, message.sequence, emoji, count, cookie);
        let reply = self.inner.session()?.call::<GetReactors>(&request).await?;
        Ok(reply.page(cookie))
    }
}

fn group(message: MessagePlace) -> Result<GroupUin, CallError> {
    message
        .group()
        .ok_or_else(|| CallError::Invalid("only group messages have reactions".to_owned()))
}
