//! Files from one person to another. Kept only in the database, for 7 days.

use nekonap_ids::Uin;
use rusqlite::{OptionalExtension, params};

use super::World;
use crate::refusal::Refusal;

/// A file from one person to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PrivateFile {
    pub(crate) uuid: String,
    /// Second half of the download handle.
    pub(crate) crc: String,
    pub(crate) sender: Uin,
    pub(crate) receiver: Uin,
    pub(crate) name: String,
    /// In bytes.
    pub(crate) size: u64,
    pub(crate) md5: Vec<u8>,
    pub(crate) sha1: Vec<u8>,
    /// In Unix seconds, as the other time.
    pub(crate) uploaded: u64,
    pub(crate) expires: u64,
    /// Whether the bytes are there.
    pub(crate) complete: bool,
    /// The key of the upload.
    pub(crate) upload_key: Vec<u8>,
}

impl World {
    /// A private file, also one that is not complete. An expired file is none.
    pub(crate) fn private_file(&self, uuid: &str) -> Result<Option<PrivateFile>, Refusal> {
        let sql = "SELECT uuid, crc, sender, receiver, name, size, md5, sha1, uploaded, expires, complete, upload_key
            FROM private_files WHERE uuid = ?1 AND expires > ?2";
        let now = self.now().cast_signed();
        let found = self.store.read(sql)?.query_row(params![uuid, now], |row| {
            Ok(PrivateFile {
                uuid: row.get(0)?,
                crc: row.get(1)?,
                sender: row.get(2)?,
                receiver: row.get(3)?,
                name: row.get(4)?,
                size: row.get::<_, i64>(5)?.cast_unsigned(),
                md5: row.get(6)?,
                sha1: row.get(7)?,
                uploaded: row.get::<_, i64>(8)?.cast_unsigned(),
                expires: row.get::<_, i64>(9)?.cast_unsigned(),
                complete: row.get(10)?,
                upload_key: row.get(11)?,
            })
        });
        Ok(found.optional()?)
    }

    /// Adds a private file, or changes its completeness, and removes the expired ones.
    pub(crate) fn save_private_file(&mut self, file: &PrivateFile) -> Result<(), Refusal> {
        self.store.write(
            "DELETE FROM private_files WHERE expires <= ?1",
            params![self.now().cast_signed()],
        )?;
        self.store.write(
            "INSERT INTO private_files (uuid, crc, sender, receiver, name, size, md5, sha1, uploaded, expires, complete,
                upload_key)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             ON CONFLICT DO UPDATE SET complete = ?11",
            params![
                file.uuid,
                file.crc,
                file.sender,
                file.receiver,
                file.name,
                file.size.cast_signed(),
                file.md5,
                file.sha1,
                file.uploaded.cast_signed(),
                file.expires.cast_signed(),
                file.complete,
                file.upload_key,
            ],
        )?;
        Ok(())
    }
}
