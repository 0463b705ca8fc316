//! The files of the world: rows in the database, bytes [on disk](super::disk). protocol/03 §11

use std::{io, io::Write, path::PathBuf};

use nekonap_media::{Hashes, hash};
use rusqlite::{OptionalExtension, Row, params};

use super::{
    World,
    disk::{NewFile, Sha1},
};
use crate::refusal::Refusal;

/// The files that are neither among the files of a group nor in an album.
const UNUSED: &str =
    "WHERE sha1 NOT IN (SELECT sha1 FROM group_files UNION SELECT sha1 FROM album_media)";
/// Maximum number of files outside of groups' files and albums; older ones are removed.
const MAX_FILES: u64 = 20_000;
/// Maximum size of these files together, in bytes; older ones are removed.
const MAX_BYTES: u64 = 100 << 30;

/// A file that the world has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredFile {
    pub(crate) sha1: Sha1,
    pub(crate) md5: [u8; 16],
    /// Bytes.
    pub(crate) size: u64,
    /// When it was stored last, Unix seconds.
    pub(crate) time: u64,
    /// What the picture says or the voice speaks (api/sandbox §3); empty if nothing is known.
    pub(crate) caption: String,
}

impl World {
    /// Stores a file. `caption`: what the picture says or the voice speaks; an empty one leaves an earlier one.
    ///
    /// # Errors
    /// The disk cannot be written, or the database fails.
    pub(crate) fn store_file(&mut self, bytes: &[u8], caption: &str) -> Result<Hashes, Refusal> {
        let hashes = hash(bytes);
        if self.file(&hashes.sha1)?.is_none() {
            let written = self.disk.create().and_then(|mut file| {
                file.write_all(bytes)?;
                self.disk.keep(file, &hashes.sha1)
            });
            written.map_err(|error| broken(&error))?;
        }
        self.insert_file(&hashes, caption)?;
        Ok(hashes)
    }

    /// Stores a file that was written to the disk, with the hashes of its bytes.
    ///
    /// # Errors
    /// The disk cannot be written, or the database fails.
    pub(crate) fn adopt_file(&mut self, file: NewFile, hashes: &Hashes) -> Result<(), Refusal> {
        if self.file(&hashes.sha1)?.is_none() {
            let kept = self.disk.keep(file, &hashes.sha1);
            kept.map_err(|error| broken(&error))?;
        }
        self.insert_file(hashes, "")
    }

    fn insert_file(&mut self, hashes: &Hashes, caption: &str) -> Result<(), Refusal> {
        self.touched_files.push(hashes.sha1);
        self.store.write(
            "INSERT INTO files (sha1, md5, size, time, caption) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT DO UPDATE SET time = excluded.time,
                     caption = CASE excluded.caption WHEN '' THEN caption ELSE excluded.caption END",
            params![
                hashes.sha1,
                hashes.md5,
                hashes.size.cast_signed(),
                self.now().cast_signed(),
                caption
            ],
        )?;
        self.remove_oldest_files(MAX_FILES, MAX_BYTES)
    }

    /// Removes the oldest files while there are too many.
    fn remove_oldest_files(&mut self, most: u64, most_bytes: u64) -> Result<(), Refusal> {
        loop {
            let (count, bytes) = self
                .store
                .read(&format!("SELECT count(*), total(size) FROM files {UNUSED}"))?
                .query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, f64>(1)?)))?;
            // Far below the number where a float loses a byte.
            #[allow(clippy::cast_precision_loss)]
            if count.cast_unsigned() <= most && bytes <= most_bytes as f64 || count <= 1 {
                return Ok(());
            }
            let oldest: Sha1 = self
                .store
                .read(&format!(
                    "SELECT sha1 FROM files {UNUSED} ORDER BY time, rowid LIMIT 1"
                ))?
                .query_row([], |row| row.get(0))?;
            self.remove_file(&oldest)?;
        }
    }

    /// Removes a file. Its bytes are removed after the commit.
    fn remove_file(&mut self, sha1: &Sha1) -> Result<(), Refusal> {
        self.touched_files.push(*sha1);
        self.store
            .write("DELETE FROM files WHERE sha1 = ?1", params![sha1])?;
        Ok(())
    }

    /// The file with this SHA-1.
    pub(crate) fn file(&self, sha1: &Sha1) -> Result<Option<StoredFile>, Refusal> {
        let found = self
            .store
            .read("SELECT sha1, md5, size, time, caption FROM files WHERE sha1 = ?1")?
            .query_row(params![sha1], read)
            .optional()?;
        Ok(found)
    }

    /// The file with this MD5, and with this size if one is given.
    pub(crate) fn file_by_md5(
        &self,
        md5: &[u8; 16],
        size: Option<u64>,
    ) -> Result<Option<StoredFile>, Refusal> {
        let found = self
            .store
            .read(
                "SELECT sha1, md5, size, time, caption FROM files
                 WHERE md5 = ?1 AND (?2 IS NULL OR size = ?2) ORDER BY time DESC LIMIT 1",
            )?
            .query_row(params![md5, size.map(u64::cast_signed)], read)
            .optional()?;
        Ok(found)
    }

    /// The newest files, newest first.
    pub(crate) fn newest_files(&self, limit: u32) -> Result<Vec<StoredFile>, Refusal> {
        let mut statement = self.store.read(
            "SELECT sha1, md5, size, time, caption FROM files ORDER BY time DESC, rowid DESC LIMIT ?1",
        )?;
        let rows = statement.query_map(params![limit], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether the world has a file of this size.
    pub(crate) fn has_content(&self, sha1: &[u8], size: u64) -> Result<bool, Refusal> {
        let Ok(sha1) = sha1.try_into() else {
            return Ok(false);
        };
        let file = self.file(sha1)?;
        Ok(file.is_some_and(|file| file.size == size))
    }

    /// Where the bytes of a file are on the disk.
    pub(crate) fn file_path(&self, sha1: &Sha1) -> PathBuf {
        self.disk.path(sha1)
    }

    /// A new file for bytes that arrive in pieces.
    pub(crate) fn new_file(&self) -> Result<NewFile, Refusal> {
        self.disk.create().map_err(|error| broken(&error))
    }

    /// After a commit or a rollback: removes the bytes of files that have no row.
    pub(super) fn remove_untracked_files(&mut self) {
        for sha1 in std::mem::take(&mut self.touched_files) {
            match self.file(&sha1) {
                Ok(None) => self.disk.remove(&sha1),
                Ok(Some(_)) => {}
                Err(refusal) => tracing::warn!(error = refusal.text, "a file cannot be looked up"),
            }
        }
    }

    /// At the start: moves files of older versions out of the database, and makes rows and disk agree.
    pub(super) fn settle_files(&mut self) -> Result<(), Refusal> {
        self.begin()?;
        self.move_blobs()?;
        self.move_stickers()?;
        let on_disk = self.disk.list().map_err(|error| broken(&error))?;
        let kept: Vec<Sha1> = {
            let mut statement = self.store.read_once("SELECT sha1 FROM files")?;
            let rows = statement.query_map([], |row| row.get(0))?;
            rows.collect::<rusqlite::Result<_>>()?
        };
        for sha1 in &kept {
            if !self.disk.path(sha1).is_file() {
                tracing::warn!(sha1 = hex::encode(sha1), "the bytes of a file are missing");
                self.remove_file(sha1)?;
            }
        }
        self.touched_files.extend(on_disk);
        self.commit()
    }

    /// Files were in the table `blobs` up to version 10 of the schema.
    fn move_blobs(&mut self) -> Result<(), Refusal> {
        if !self.has_column("blobs", "bytes")? {
            return Ok(());
        }
        for row in self.row_ids("blobs")? {
            let (caption, bytes): (String, Vec<u8>) = self
                .store
                .read("SELECT caption, bytes FROM blobs WHERE rowid = ?1")?
                .query_row(params![row], |row| Ok((row.get(0)?, row.get(1)?)))?;
            self.store_file(&bytes, &caption)?;
        }
        self.store.write("DROP TABLE blobs", [])?;
        Ok(())
    }

    /// Pictures of stickers were in the table `faces` up to version 10 of the schema.
    fn move_stickers(&mut self) -> Result<(), Refusal> {
        if !self.has_column("faces", "picture")? {
            return Ok(());
        }
        for row in self.row_ids("faces")? {
            let picture: Vec<u8> = self
                .store
                .read("SELECT picture FROM faces WHERE rowid = ?1")?
                .query_row(params![row], |row| row.get(0))?;
            let hashes = self.store_file(&picture, "")?;
            self.store.write(
                "UPDATE faces SET sha1 = ?1 WHERE rowid = ?2",
                params![hashes.sha1, row],
            )?;
        }
        self.store
            .write("ALTER TABLE faces DROP COLUMN picture", [])?;
        Ok(())
    }

    fn has_column(&self, table: &str, column: &str) -> Result<bool, Refusal> {
        let count: u32 = self
            .store
            .read_once("SELECT count(*) FROM pragma_table_info(?1) WHERE name = ?2")?
            .query_row(params![table, column], |row| row.get(0))?;
        Ok(count > 0)
    }

    fn row_ids(&self, table: &str) -> Result<Vec<i64>, Refusal> {
        let mut statement = self
            .store
            .read_once(&format!("SELECT rowid FROM {table} ORDER BY rowid"))?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredFile> {
    Ok(StoredFile {
        sha1: row.get(0)?,
        md5: row.get(1)?,
        size: row.get::<_, i64>(2)?.cast_unsigned(),
        time: row.get::<_, i64>(3)?.cast_unsigned(),
        caption: row.get(4)?,
    })
}

fn broken(error: &io::Error) -> Refusal {
    Refusal::broken(&format!(
        "the files of the world cannot be written: {error}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        testing::{group, uin, world},
        world::{GroupFile, ROOT},
    };

    fn bytes_of(world: &World, sha1: &Sha1) -> Option<Vec<u8>> {
        std::fs::read(world.file_path(sha1)).ok()
    }

    #[test]
    fn stored_file_is_found_by_both_hashes_and_keeps_its_caption() {
        let mut world = world();
        let hashes = world.store_file(b"abc", "three letters").expect("stored");
        world.store_file(b"abc", "").expect("stored again");
        let file = world.file(&hashes.sha1).expect("read").expect("there");
        assert_eq!((file.size, file.caption.as_str()), (3, "three letters"));
        for (size, found) in [(None, true), (Some(3), true), (Some(4), false)] {
            let file = world.file_by_md5(&hashes.md5, size).expect("read");
            assert_eq!(file.is_some(), found);
        }
        assert_eq!(bytes_of(&world, &hashes.sha1).as_deref(), Some(&b"abc"[..]));
    }

    #[test]
    fn file_of_a_refused_job_is_removed() {
        let mut world = world();
        let mark = world.mark();
        world.begin().expect("begun");
        let refused: Result<(), Refusal> = world.in_savepoint(|world| {
            world.store_file(b"refused", "")?;
            Err(Refusal::bad_request("no"))
        });
        refused.expect_err("refused");
        let kept = world.store_file(b"kept", "").expect("stored");
        world.commit().expect("committed");
        assert_eq!(bytes_of(&world, &hash(b"refused").sha1), None);
        assert!(bytes_of(&world, &kept.sha1).is_some());
        world.begin().expect("begun");
        let lost = world.store_file(b"lost", "").expect("stored");
        world.roll_back(&mark);
        assert_eq!(bytes_of(&world, &lost.sha1), None);
    }

    fn group_file() -> GroupFile {
        GroupFile {
            id: "/a".to_owned(),
            group: group(20001),
            folder: ROOT.to_owned(),
            name: "a".to_owned(),
            size: 3,
            complete: true,
            md5: Vec::new(),
            sha1: Vec::new(),
            uploader: uin(10002),
            uploaded: 0,
            modified: 0,
            expires: 0,
            downloads: 0,
            upload_key: Vec::new(),
        }
    }

    #[test]
    fn oldest_files_make_room() {
        let mut world = world();
        let files: Vec<Sha1> = [&b"one"[..], b"two", b"three"]
            .iter()
            .map(|bytes| world.store_file(bytes, "").expect("stored").sha1)
            .collect();
        world.remove_oldest_files(2, 100).expect("removed");
        world.remove_untracked_files();
        assert_eq!(bytes_of(&world, &files[0]), None);
        let group_file = GroupFile {
            sha1: files[1].to_vec(),
            ..group_file()
        };
        world.add_group_file(&group_file).expect("added");
        world.remove_oldest_files(1, 5).expect("removed");
        world.remove_untracked_files();
        assert!(bytes_of(&world, &files[1]).is_some(), "a group file");
        world.remove_group_file(&group_file.id).expect("removed");
        world.remove_oldest_files(2, 5).expect("removed");
        world.remove_untracked_files();
        assert_eq!(bytes_of(&world, &files[1]), None);
        assert!(bytes_of(&world, &files[2]).is_some());
    }
}
