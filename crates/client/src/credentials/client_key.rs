//! The client key, with which web pages log the account in. protocol/04 §9.1

use std::{fmt, time::Duration};

use nekonap_wire::{commands::credentials::GetClientKey, proto::credentials::ClientKeyRequest};

use crate::{client::Client, error::CallError};

/// A key with which web pages log the account in. It is a secret: `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientKey {
    /// The key.
    pub key: String,
    /// Index of the key, which pages want beside it.
    pub index: u32,
    /// How long it is valid.
    pub lifetime: Duration,
}

impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ClientKey");
        shown.field("lifetime", &self.lifetime);
        shown.finish_non_exhaustive()
    }
}

impl Client {
    /// A new client key. protocol/04 §9.1
    ///
    /// # Errors
    /// The server refuses, does not reply, or gives no key.
    pub async fn client_key(&self) -> Result<ClientKey, CallError> {
        let session = self.inner.session()?;
        let reply = session.call::<GetClientKey>(&ClientKeyRequest {}).await?;
        let (index, lifetime) = (reply.key_index(), reply.seconds());
        let key = reply
            .client_key()
            .ok_or_else(|| CallError::Malformed("no client key".to_owned()))?;
        Ok(ClientKey {
            key,
            index,
            lifetime: Duration::from_secs(lifetime.into()),
        })
    }
}
