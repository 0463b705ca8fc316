//! The to-do of a group. protocol/04 §7.2

use nekonap_ids::{GroupUin, Sequence};
use nekonap_wire::{
    commands::extras::{CancelTodo, CompleteTodo, GetTodo, SetTodo},
    proto::extras::{GetTodoRequest, TodoRequest},
};

use crate::{client::Client, error::CallError};

impl Client {
    /// Makes a message the to-do of its group, in place of an earlier one. protocol/04 §7.2
    ///
    /// # Errors
    /// The server refuses (owner and administrators only; no such message) or does not reply.
    pub async fn set_todo(&self, group: GroupUin, sequence: Sequence) -> Result<(), CallError> {
        let request = TodoRequest::new(group, sequence);
        let session = self.inner.session()?;
        session.call::<SetTodo>(&request).await.map(drop)
    }

    /// Completes the to-do of a group for this account. protocol/04 §7.2
    ///
    /// # Errors
    /// The server refuses (the message is not the group's to-do) or does not reply.
    pub async fn complete_todo(
        &self,
        group: GroupUin,
        sequence: Sequence,
    ) -> Result<(), CallError> {
        let request = TodoRequest::new(group, sequence);
        let session = self.inner.session()?;
        session.call::<CompleteTodo>(&request).await.map(drop)
    }

    /// Removes the to-do of a group. protocol/04 §7.2
    ///
    /// # Errors
    /// The server refuses (owner and administrators only; the message is not the group's to-do) or does not reply.
    pub async fn cancel_todo(&self, group: GroupUin, sequence: Sequence) -> Result<(), CallError> {
        let request = TodoRequest::new(group, sequence);
        let session = self.inner.session()?;
        session.call::<CancelTodo>(&request).await.map(drop)
    }

    /// The message that is the to-do of a group; `None` if there is none. protocol/04 §7.2
    ///
    /// # Errors
    /// The server refuses (not in that group) or does not reply.
    pub async fn todo(&self, group: GroupUin) -> Result<Option<Sequence>, CallError> {
        let request = GetTodoRequest::new(group);
        let session = self.inner.session()?;
        Ok(session.call::<GetTodo>(&request).await?.sequence())
    }
}
