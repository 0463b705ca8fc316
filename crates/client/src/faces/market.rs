//! Keys of stickers from the sticker shop. protocol/04 §13.12

use nekonap_wire::{commands::faces::GetMarketKeys, proto::faces::MarketKeysRequest};

use crate::{client::Client, error::CallError};

impl Client {
    /// The keys that are needed to send these stickers of the sticker shop, in their order. `ids`: 32 hex digits each.
    ///
    /// # Errors
    /// The server refuses, returns another number of keys or does not reply.
    pub async fn market_keys(&self, ids: Vec<String>) -> Result<Vec<String>, CallError> {
        let count = ids.len();
        let request = MarketKeysRequest::new(ids);
        let session = self.inner.session()?;
        let keys = session.call::<GetMarketKeys>(&request).await?.into_keys();
        if keys.len() != count {
            let text = format!("{} keys of {count} stickers", keys.len());
            return Err(CallError::Malformed(text));
        }
        Ok(keys)
    }
}
