//! Storage of the messages of forwards.

use nekonap_ids::Uin;
use rusqlite::{OptionalExtension, params};

use super::World;
use crate::refusal::Refusal;

/// Maximum number of stored forwards; older ones are removed.
const MAX_LONG_MESSAGES: u32 = 20_000;

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
}
