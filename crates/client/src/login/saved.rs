//! Going online with tickets: those of a saved session, or those that a log-in has just given. protocol/01 §4.1.

use nekonap_wire::{
    commands::session::InfoSync,
    login::{Device, Profile},
    proto::session::InfoSyncRequest,
};

use crate::{error::CallError, session::Session};

/// What the server says to a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Registered {
    /// Online.
    Yes,
    /// These tickets are of no more use; the server's words.
    No(String),
}

/// Registers the session's account as online.
///
/// # Errors
/// A broken connection or no answer; a server that says no is none.
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
        Err(error) => Err(error),
    }
}
