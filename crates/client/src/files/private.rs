//! Private files: their addresses. protocol/03 §7.4

use nekonap_wire::{commands::files::DownloadPrivateFile, proto::files::PrivateFileRequest};

use super::{PrivateFileHandle, named};
use crate::{client::Client, error::CallError};

impl Client {
    /// Address of a private file that this account sent or received. `name` is put at its end if the address asks for a
    /// name. It is valid for a limited time. protocol/03 §7.4
    ///
    /// # Errors
    /// The server refuses (no such file, expired), returns no address or does not reply.
    pub async fn private_file_url(
        &self,
        handle: &PrivateFileHandle,
        name: &str,
    ) -> Result<String, CallError> {
        let me = self.inner.myself()?;
        let request = PrivateFileRequest::download(handle, me.uid);
        let session = self.inner.session()?;
        let reply = session.call::<DownloadPrivateFile>(&request).await?;
        let address = reply.address(self.inner.config.web.is_none())?;
        Ok(named(address, name))
    }
}
