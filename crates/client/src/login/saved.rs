//! Registration with the tickets of a saved session or of a log-in. protocol/01 §4.1.

use nekonap_wire::{
    commands::session::InfoSync,
    login::{Device, Profile},
    proto::session::InfoSyncRequest,
};

use crate::{error::CallError, session::Session};

/// Result of a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Registered {
    /// The account is online.
    Yes,
    /// The tickets are invalid. Holds the server's text.
    No(String),
}

/// Registers the session's account as online.
///
/// # Errors
/// The connection breaks or no reply arrives. A refusal is [`Registered::No`].
pub(crate) async fn register(
    session: &Session,
    profile: &Profile,
    device: &Device,
) -> Result<Registered, CallError> {
    let request = InfoSyncRequest::new(profile, device, rand::random());
    match session.call::<InfoSync>(&request).await {
        Ok(reply) => Ok(reply
            .refused()
            .map_or(Registered::Yes, |words| Registered::No(words.to_owned()))),
        Err(CallError::Refused(refusal)) => Ok(Registered::No(refusal.to_string())),
        Err(CallError::Expired(text)) => Ok(Registered::No(text)),
        Err(error) => Err(error),
    }
}
