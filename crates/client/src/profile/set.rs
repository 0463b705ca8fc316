//! Changing the account's own profile. protocol/04 §8.1

use nekonap_wire::commands::profile::{ProfileChange, SetProfile};

use crate::{client::Client, error::CallError};

impl Client {
    /// Changes the account's own profile. protocol/04 §8.1
    ///
    /// # Errors
    /// The server refuses (a value is too long or not valid) or does not reply.
    pub async fn set_profile(&self, change: ProfileChange) -> Result<(), CallError> {
        let me = self.inner.myself()?;
        let nickname = change.nickname.clone();
        let session = self.inner.session()?;
        session.call::<SetProfile>(&change.request(me.uin)).await?;
        self.inner.cache.forget_user(me.uin);
        if let Some(nickname) = nickname {
            self.inner.keep_own_name(me.uin, &nickname);
        }
        Ok(())
    }
}
