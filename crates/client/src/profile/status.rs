//! The account's own online status. protocol/04 §8.2

use std::sync::{Mutex, PoisonError};

use nekonap_ids::Uin;
use nekonap_wire::commands::profile::{OwnStatus, SetStatus};

use crate::{
    client::{Client, Inner},
    error::CallError,
    session::Session,
};

/// The status that was set last, and by which account: the server forgets it with the connection.
#[derive(Default)]
pub(crate) struct SetStatuses(Mutex<Option<(Uin, OwnStatus)>>);

impl SetStatuses {
    fn set(&self, account: Uin, status: OwnStatus) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((account, status));
    }

    fn of(&self, account: Uin) -> Option<OwnStatus> {
        let set = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, status) = set.as_ref().filter(|(setter, _)| *setter == account)?;
        Some(status.clone())
    }
}

impl Client {
    /// Sets the account's online status. It is set again after each reconnection, until the client shuts down.
    ///
    /// # Errors
    /// The server refuses (it does not know the status) or does not reply.
    pub async fn set_status(&self, status: OwnStatus) -> Result<(), CallError> {
        let me = self.inner.myself()?;
        let session = self.inner.session()?;
        session.call::<SetStatus>(&status).await?;
        self.inner.cache.forget_user(me.uin);
        self.inner.statuses.set(me.uin, status);
        Ok(())
    }
}

/// Sets the last status again, on a new connection. A failure is logged: the account is online all the same.
pub(crate) async fn restore(inner: &Inner, session: &Session, account: Uin) {
    if let Some(status) = inner.statuses.of(account)
        && let Err(error) = session.call::<SetStatus>(&status).await
    {
        tracing::warn!(%error, "the online status cannot be set again");
    }
}
