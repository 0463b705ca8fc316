//! Stickers that people have saved, and pictures for words. They are kept only in the database and among the files.

use nekonap_ids::Uin;
use rusqlite::{OptionalExtension, params};

use super::{Sha1, World};
use crate::refusal::{Refusal, code};

/// How many stickers a person can save.
pub(crate) const MAX_FACES: u32 = 500;

impl World {
    /// Ids of a person's stickers, newest first.
    pub(crate) fn faces(&self, owner: Uin) -> Result<Vec<String>, Refusal> {
        let mut statement = self
            .store
            .read("SELECT face_id FROM faces WHERE uin = ?1 ORDER BY number DESC")?;
        let rows = statement.query_map(params![owner], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Saves a stored picture as a sticker. One that the person already has becomes the newest.
    pub(crate) fn save_face(
        &mut self,
        owner: Uin,
        face_id: &str,
        picture: &Sha1,
    ) -> Result<(), Refusal> {
        self.remove_face(owner, face_id)?;
        let count: u32 = self
            .store
            .read("SELECT count(*) FROM faces WHERE uin = ?1")?
            .query_row(params![owner], |row| row.get(0))?;
        if count >= MAX_FACES {
            let text = format!("a person can save at most {MAX_FACES} stickers");
            return Err(Refusal::not_allowed(code::TOO_LARGE, text));
        }
        self.store.write(
            "INSERT INTO faces (uin, face_id, sha1) VALUES (?1, ?2, ?3)",
            params![owner, face_id, picture],
        )?;
        Ok(())
    }

    /// Removes a sticker; returns whether the person had it.
    pub(crate) fn remove_face(&mut self, owner: Uin, face_id: &str) -> Result<bool, Refusal> {
        let had = self.face(owner, face_id)?.is_some();
        if had {
            self.store.write(
                "DELETE FROM faces WHERE uin = ?1 AND face_id = ?2",
                params![owner, face_id],
            )?;
        }
        Ok(had)
    }

    /// Sets what a person says about a sticker; returns whether the person has it.
    pub(crate) fn describe_face(
        &mut self,
        owner: Uin,
        face_id: &str,
        description: &str,
    ) -> Result<bool, Refusal> {
        let has = self.face(owner, face_id)?.is_some();
        if has {
            self.store.write(
                "UPDATE faces SET description = ?3 WHERE uin = ?1 AND face_id = ?2",
                params![owner, face_id, description],
            )?;
        }
        Ok(has)
    }

    /// Ids and descriptions of a person's stickers, newest first.
    pub(crate) fn described_faces(&self, owner: Uin) -> Result<Vec<(String, String)>, Refusal> {
        let sql = "SELECT face_id, description FROM faces WHERE uin = ?1 ORDER BY number DESC";
        let mut statement = self.store.read(sql)?;
        let rows = statement.query_map(params![owner], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The picture of a sticker.
    pub(crate) fn face(&self, owner: Uin, face_id: &str) -> Result<Option<Sha1>, Refusal> {
        Ok(self
            .store
            .read("SELECT sha1 FROM faces WHERE uin = ?1 AND face_id = ?2")?
            .query_row(params![owner, face_id], |row| row.get(0))
            .optional()?)
    }
}
