//! Uploads of pictures to albums that are not complete. Kept in memory only.

use std::{collections::VecDeque, sync::Arc};

use nekonap_ids::{GroupUin, Uin};

use super::{NewFile, Partial};

/// Maximum number of uploads; the oldest is dropped.
const MAX_UPLOADS: usize = 128;

/// Where a picture goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AlbumUpload {
    pub(crate) account: Uin,
    pub(crate) group: GroupUin,
    pub(crate) album: String,
    pub(crate) batch: String,
    pub(crate) title: String,
    pub(crate) md5: [u8; 16],
}

/// The uploads, oldest first.
#[derive(Default)]
pub(crate) struct AlbumUploads(VecDeque<(String, AlbumUpload, Arc<Partial>)>);

impl AlbumUploads {
    /// Begins an upload. Returns its session.
    pub(crate) fn begin(&mut self, upload: AlbumUpload, size: u64, file: NewFile) -> String {
        if self.0.len() >= MAX_UPLOADS {
            self.0.pop_front();
        }
        let session = hex::encode(rand::random::<[u8; 16]>());
        let partial = Arc::new(Partial::new(size, Some(file)));
        self.0.push_back((session.clone(), upload, partial));
        session
    }

    /// The pieces of an upload by this account.
    pub(crate) fn find(&self, session: &str, account: Uin) -> Option<Arc<Partial>> {
        let found = self
            .0
            .iter()
            .find(|(known, upload, _)| known == session && upload.account == account);
        found.map(|(_, _, partial)| Arc::clone(partial))
    }

    /// Ends an upload.
    pub(crate) fn end(&mut self, session: &str) -> Option<AlbumUpload> {
        let at = self.0.iter().position(|(known, ..)| known == session)?;
        self.0.remove(at).map(|(_, upload, _)| upload)
    }
}
