//! Storage of files and of the messages of forwards.

use nekonap_ids::Uin;
use nekonap_media::Hashes;
use rusqlite::{OptionalExtension, params};

use super::World;
use crate::refusal::Refusal;

/// Maximum number of stored forwards; older ones are removed.
const MAX_LONG_MESSAGES: u32 = 20_000;
/// Maximum number of stored files; older ones are removed.
const MAX_BLOBS: u32 = 2_000;

impl World {
    /// Stores the messages of a merged forward under a new resource id.
    pub(crate) fn store_long_message(
        &mut self,
        uploader: Uin,
        payload: &[u8],
    ) -> Result<String, Refusal> {
        use base64::{Engine, engine::general_purpose::STANDARD};
        // 64 characters of base64 (protocol/02 §7.1).
        let id = STANDARD.encode(rand::random::<[u8; 48]>());
        let time = self.now().cast_signed();
        self.store.write(
            "INSERT INTO long_messages (res_id, uploader, time, payload) VALUES (?1, ?2, ?3, ?4)",
            params![id, uploader, time, payload],
        )?;
        self.store.write("DELETE FROM long_messages WHERE rowid IN
                    (SELECT rowid FROM long_messages ORDER BY time DESC, rowid DESC LIMIT -1 OFFSET ?1)", params![MAX_LONG_MESSAGES])?;
        Ok(id)
    }

    /// The messages of a forward, in the uploaded form.
    pub(crate) fn long_message(&self, res_id: &str) -> Result<Option<Vec<u8>>, Refusal> {
        Ok(self
            .store
            .read("SELECT payload FROM long_messages WHERE res_id = ?1")?
            .query_row(params![res_id], |row| row.get(0))
            .optional()?)
    }

    /// Stores the bytes of a file.
    pub(crate) fn keep_content(&mut self, hashes: &Hashes, bytes: &[u8]) -> Result<(), Refusal> {
        self.store_blob(&hashes.sha1, "", bytes)
    }

    /// Whether the bytes of a file of this size are stored.
    pub(crate) fn has_content(&self, sha1: &[u8], size: u64) -> Result<bool, Refusal> {
        let sql = "SELECT 1 FROM blobs WHERE sha1 = ?1 AND length(bytes) = ?2";
        Ok(self
            .store
            .read(sql)?
            .exists(params![sha1, size.cast_signed()])?)
    }

    /// The bytes of a file.
    pub(crate) fn content(&self, sha1: &[u8]) -> Result<Option<Vec<u8>>, Refusal> {
        Ok(self
            .store
            .read("SELECT bytes FROM blobs WHERE sha1 = ?1")?
            .query_row(params![sha1], |row| row.get(0))
            .optional()?)
    }

    /// Stores a file under its SHA-1, with the text that the picture or voice contains.
    pub(crate) fn store_blob(
        &mut self,
        sha1: &[u8],
        caption: &str,
        bytes: &[u8],
    ) -> Result<(), Refusal> {
        self.store.write(
            "INSERT INTO blobs (sha1, time, caption, bytes) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET time = excluded.time, caption = excluded.caption",
            params![sha1, self.now().cast_signed(), caption, bytes],
        )?;
        self.store.write(
            "DELETE FROM blobs WHERE rowid IN
                    (SELECT rowid FROM blobs ORDER BY time DESC, rowid DESC LIMIT -1 OFFSET ?1)",
            params![MAX_BLOBS],
        )?;
        Ok(())
    }
}
