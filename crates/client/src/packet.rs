//! Commands whose encoding is the caller's (api/actions §3.16, `send_packet`).

use bytes::Bytes;
use nekonap_wire::command::Header;

use crate::{client::Client, error::CallError};

impl Client {
    /// Sends a command with this name and body as the account, and returns the body of the reply. Nothing is known about the
    /// command: its effects are the caller's business. It is signed if the sign provider wants commands of this name.
    ///
    /// # Errors
    /// The server refuses the command with a return code, or the call fails. A refusal inside the body is not an error.
    pub async fn call_packet(&self, command: &str, body: Bytes) -> Result<Bytes, CallError> {
        let session = self.inner.session()?;
        let command = command.to_owned().into();
        let pending = session.send_payload(command, Header::Session, body).await?;
        pending.reply().await
    }

    /// Sends a command as [`call_packet`](Self::call_packet), and resolves when it is queued for the socket. A reply is dropped.
    ///
    /// # Errors
    /// The client is offline, or the command cannot be queued.
    pub async fn send_packet(&self, command: &str, body: Bytes) -> Result<(), CallError> {
        let session = self.inner.session()?;
        let command = command.to_owned().into();
        let pending = session.send_payload(command, Header::Session, body).await?;
        drop(pending);
        Ok(())
    }
}
