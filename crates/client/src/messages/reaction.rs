//! Reactions to group messages: added, taken back, who and which. protocol/02 §9

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
    /// Adds a reaction to a group message. Adding one that is there already is no error. protocol/02 §9.1
    ///
    /// # Errors
    /// The message is not in a group; the server refuses or does not answer.
    pub async fn add_reaction(&self, message: MessagePlace, emoji: Emoji) -> Result<(), CallError> {
        let request = ReactionRequest::new(group(message)?, message.sequence, emoji);
        let session = self.inner.session()?;
        session.call::<AddReaction>(&request).await.map(drop)
    }

    /// Takes this account's reaction to a group message back. Taking back one that is not there is no error.
    /// protocol/02 §9.1
    ///
    /// # Errors
    /// The message is not in a group; the server refuses or does not answer.
    pub async fn remove_reaction(
        &self,
        message: MessagePlace,
        emoji: Emoji,
    ) -> Result<(), CallError> {
        let request = ReactionRequest::new(group(message)?, message.sequence, emoji);
        let session = self.inner.session()?;
        session.call::<RemoveReaction>(&request).await.map(drop)
    }

    /// The reactions that a group message has, each with how many people. protocol/02 §9.3
    ///
    /// # Errors
    /// The message is not in a group; the server refuses or does not answer.
    pub async fn reactions(&self, message: MessagePlace) -> Result<Vec<ReactionCount>, CallError> {
        let request = ReactionsRequest::new(group(message)?, message.sequence);
        let reply = self.inner.session()?.call::<GetReactions>(&request).await?;
        Ok(reply.counts().collect())
    }

    /// A page of `count` people who reacted to a group message with `emoji`. `cookie` is that of the previous page, empty
    /// for the first. protocol/02 §9.2
    ///
    /// # Errors
    /// The message is not in a group; the server refuses or does not answer.
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

/// The group of a message that is to be reacted to.
fn group(message: MessagePlace) -> Result<GroupUin, CallError> {
    message
        .group()
        .ok_or_else(|| CallError::Invalid("only group messages have reactions".to_owned()))
}
