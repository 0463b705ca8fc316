//! Mini-app cards. protocol/04 §11.3

use nekonap_wire::{
    commands::cards::{MakeMiniAppCard, MiniApp},
    proto::cards::MiniAppRequest,
};

use crate::{client::Client, error::CallError, login::now};

impl Client {
    /// The card of a mini-app, as JSON text of `appName`, `appView`, `ver`, `desc`, `prompt`, `metaData` and `config`.
    /// protocol/04 §11.3
    ///
    /// # Errors
    /// The server refuses, returns no card or does not reply.
    pub async fn mini_app_card(&self, app: MiniApp) -> Result<String, CallError> {
        let request = MiniAppRequest::new(app, now().saturating_mul(1_000));
        let session = self.inner.session()?;
        let json = session.call::<MakeMiniAppCard>(&request).await?.outcome()?;
        if json.is_empty() {
            return Err(CallError::Malformed(
                "the answer contains no card".to_owned(),
            ));
        }
        Ok(json)
    }
}
