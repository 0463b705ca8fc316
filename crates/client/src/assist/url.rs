//! Safety of links. protocol/04 §13.2

use nekonap_wire::{
    commands::assist::{CheckUrl, UrlSafety},
    proto::assist::UrlRequest,
};

use crate::{client::Client, error::CallError};

impl Client {
    /// Asks the server how safe a link is.
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn check_url(&self, url: &str) -> Result<UrlSafety, CallError> {
        let request = UrlRequest::new(self.inner.myself()?.uin, url);
        let session = self.inner.session()?;
        Ok(session.call::<CheckUrl>(&request).await?.safety())
    }
}
