//! Cards that recommend a person or a group. protocol/04 §11.1, §11.2

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    commands::cards::{GetGroupCard, GetPersonCard},
    proto::cards::{GroupCardRequest, PersonCardRequest},
};

use crate::{client::Client, error::CallError};

/// The card of a group, and a link that invites into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupCard {
    /// The card, as JSON text.
    pub json: String,
    /// The link; empty if the server gives none.
    pub url: String,
}

impl Client {
    /// The card of a person, as JSON text. `telephone` is shown with it; empty for none. protocol/04 §11.1
    ///
    /// # Errors
    /// The server refuses (no such account), returns no card or does not reply.
    pub async fn person_card(&self, uin: Uin, telephone: &str) -> Result<String, CallError> {
        let request = PersonCardRequest::new(uin, telephone);
        let session = self.inner.session()?;
        let reply = session.call::<GetPersonCard>(&request).await?;
        reply.json.filter(|json| !json.is_empty()).ok_or_else(empty)
    }

    /// The card of a group that the account is in. `parameter` is passed to its link; it may be empty. protocol/04 §11.2
    ///
    /// # Errors
    /// The server refuses (not in that group), returns no card or does not reply.
    pub async fn group_card(
        &self,
        group: GroupUin,
        parameter: &str,
    ) -> Result<GroupCard, CallError> {
        let request = GroupCardRequest::new(group, parameter);
        let session = self.inner.session()?;
        let reply = session.call::<GetGroupCard>(&request).await?.outcome()?;
        let json = reply.json.filter(|json| !json.is_empty());
        Ok(GroupCard {
            json: json.ok_or_else(empty)?,
            url: reply.url.unwrap_or_default(),
        })
    }
}

fn empty() -> CallError {
    CallError::Malformed("the answer contains no card".to_owned())
}
