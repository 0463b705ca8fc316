//! Signing in to groups. protocol/04 §7.1

use nekonap_ids::GroupUin;
use nekonap_wire::{commands::extras::SignIn, proto::extras::SignRequest};

use crate::{client::Client, error::CallError};

impl Client {
    /// Signs the account in to a group for the day. It is no error if it has already signed in. protocol/04 §7.1
    ///
    /// # Errors
    /// The server refuses (not in that group; the group does not allow it) or does not reply.
    pub async fn sign_in_group(&self, group: GroupUin) -> Result<(), CallError> {
        let me = self.inner.myself()?;
        let request = SignRequest::new(group, me.uin);
        let session = self.inner.session()?;
        Ok(session.call::<SignIn>(&request).await?.outcome()?)
    }
}
