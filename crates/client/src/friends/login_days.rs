//! On how many days an account was online. protocol/04 §3.10

use nekonap_ids::Uin;
use nekonap_wire::{commands::friends::GetLoginDays, proto::friends::JsonRequest};

use crate::{client::Client, error::CallError};

impl Client {
    /// On how many days an account was online; `None` if the server does not say it. Cached for 60 s; `fresh` bypasses the
    /// cache.
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn login_days(&self, uin: Uin, fresh: bool) -> Result<Option<u32>, CallError> {
        let cache = &self.inner.cache;
        if let Some(known) = cache.login_days(uin).filter(|_| !fresh) {
            return Ok(Some(known));
        }
        let request = JsonRequest::login_days(uin);
        let session = self.inner.session()?;
        let reply = session.call::<GetLoginDays>(&request).await?;
        let days = reply.login_days(uin)?;
        if let Some(days) = days {
            cache.keep_login_days(uin, days);
        }
        Ok(days)
    }
}
