//! The files of groups: a tree of folders, one level deep, and the files in it. Kept only in the database.

use nekonap_ids::{GroupUin, Uin};
use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;

use super::World;
use crate::refusal::Refusal;

/// Id of the root folder.
pub(crate) const ROOT: &str = "/";

/// A file of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct GroupFile {
    /// Begins with `/`.
    pub(crate) id: String,
    #[serde(skip)]
    pub(crate) group: GroupUin,
    /// Id of the folder; [`ROOT`] is the root.
    pub(crate) folder: String,
    pub(crate) name: String,
    /// In bytes.
    pub(crate) size: u64,
    #[serde(serialize_with = "as_hex")]
    pub(crate) md5: Vec<u8>,
    #[serde(serialize_with = "as_hex")]
    pub(crate) sha1: Vec<u8>,
    pub(crate) uploader: Uin,
    /// In Unix seconds, as the two other times.
    pub(crate) uploaded: u64,
    pub(crate) modified: u64,
    /// 0 for a permanent file.
    pub(crate) expires: u64,
    /// How often it was downloaded.
    pub(crate) downloads: u32,
    /// Whether the bytes are there.
    #[serde(skip)]
    pub(crate) complete: bool,
    /// The key of the upload.
    #[serde(skip)]
    pub(crate) upload_key: Vec<u8>,
}

/// A folder of group files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct GroupFolder {
    /// Begins with `/`.
    pub(crate) id: String,
    #[serde(skip)]
    pub(crate) group: GroupUin,
    pub(crate) name: String,
    /// In Unix seconds, as the other time.
    pub(crate) created: u64,
    pub(crate) creator: Uin,
    pub(crate) modified: u64,
    pub(crate) modifier: Uin,
    /// Number of files in it.
    pub(crate) files: u32,
    /// Bytes of these files.
    pub(crate) used: u64,
}

/// What the permanent files of a group take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UsedSpace {
    pub(crate) files: u32,
    /// In bytes.
    pub(crate) bytes: u64,
}

#[allow(clippy::ptr_arg)] // The type that `serialize_with` requires.
fn as_hex<S: serde::Serializer>(bytes: &Vec<u8>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&hex::encode(bytes))
}

const FILE: &str = "SELECT id, group_uin, folder, name, size, md5, sha1, uploader, uploaded, modified, expires, downloads,
    complete, upload_key FROM group_files ";

fn file(row: &Row<'_>) -> rusqlite::Result<GroupFile> {
    let number = |at: usize| Ok::<_, rusqlite::Error>(row.get::<_, i64>(at)?.cast_unsigned());
    Ok(GroupFile {
        id: row.get(0)?,
        group: row.get(1)?,
        folder: row.get(2)?,
        name: row.get(3)?,
        size: number(4)?,
        md5: row.get(5)?,
        sha1: row.get(6)?,
        uploader: row.get(7)?,
        uploaded: number(8)?,
        modified: number(9)?,
        expires: number(10)?,
        downloads: row.get(11)?,
        complete: row.get(12)?,
        upload_key: row.get(13)?,
    })
}

const FOLDER: &str = "SELECT id, group_uin, name, created, creator, modified, modifier,
    (SELECT count(*) FROM group_files f WHERE f.group_uin = d.group_uin AND f.folder = d.id AND f.complete
        AND (f.expires = 0 OR f.expires > ?1)),
    (SELECT coalesce(sum(size), 0) FROM group_files f WHERE f.group_uin = d.group_uin AND f.folder = d.id
        AND f.complete AND (f.expires = 0 OR f.expires > ?1))
    FROM group_folders d ";

fn folder(row: &Row<'_>) -> rusqlite::Result<GroupFolder> {
    let number = |at: usize| Ok::<_, rusqlite::Error>(row.get::<_, i64>(at)?.cast_unsigned());
    Ok(GroupFolder {
        id: row.get(0)?,
        group: row.get(1)?,
        name: row.get(2)?,
        created: number(3)?,
        creator: row.get(4)?,
        modified: number(5)?,
        modifier: row.get(6)?,
        files: row.get(7)?,
        used: number(8)?,
    })
}

impl World {
    /// A file of any group, also one that is not complete. An expired file is none.
    pub(crate) fn find_group_file(&self, id: &str) -> Result<Option<GroupFile>, Refusal> {
        let sql = format!("{FILE} WHERE id = ?1 AND (expires = 0 OR expires > ?2)");
        let now = self.now().cast_signed();
        let found = self.store.read(&sql)?.query_row(params![id, now], file);
        Ok(found.optional()?)
    }

    /// A complete file of a group.
    ///
    /// # Errors
    /// The group has no such file.
    pub(crate) fn group_file(&self, group: GroupUin, id: &str) -> Result<GroupFile, Refusal> {
        self.find_group_file(id)?
            .filter(|file| file.group == group && file.complete)
            .ok_or_else(|| Refusal::not_found(format!("group {group} has no file {id:?}")))
    }

    /// The complete files in a folder, newest first.
    pub(crate) fn group_files(
        &self,
        group: GroupUin,
        folder: &str,
    ) -> Result<Vec<GroupFile>, Refusal> {
        let sql = format!(
            "{FILE} WHERE group_uin = ?1 AND folder = ?2 AND complete AND (expires = 0 OR expires > ?3)
             ORDER BY number DESC"
        );
        let mut statement = self.store.read(&sql)?;
        let rows = statement.query_map(params![group, folder, self.now().cast_signed()], file)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The folders of a group, newest first.
    pub(crate) fn group_folders(&self, group: GroupUin) -> Result<Vec<GroupFolder>, Refusal> {
        let sql = format!("{FOLDER} WHERE group_uin = ?2 ORDER BY rowid DESC");
        let mut statement = self.store.read(&sql)?;
        let rows = statement.query_map(params![self.now().cast_signed(), group], folder)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A folder of a group.
    ///
    /// # Errors
    /// The group has no such folder.
    pub(crate) fn group_folder(&self, group: GroupUin, id: &str) -> Result<GroupFolder, Refusal> {
        let sql = format!("{FOLDER} WHERE group_uin = ?2 AND id = ?3");
        let params = params![self.now().cast_signed(), group, id];
        let found = self.store.read(&sql)?.query_row(params, folder);
        found
            .optional()?
            .ok_or_else(|| Refusal::not_found(format!("group {group} has no folder {id:?}")))
    }

    /// What the complete permanent files of a group take.
    pub(crate) fn group_file_space(&self, group: GroupUin) -> Result<UsedSpace, Refusal> {
        let sql = "SELECT count(*), coalesce(sum(size), 0) FROM group_files
            WHERE group_uin = ?1 AND expires = 0 AND complete";
        let space = self.store.read(sql)?.query_row(params![group], |row| {
            Ok(UsedSpace {
                files: row.get(0)?,
                bytes: row.get::<_, i64>(1)?.cast_unsigned(),
            })
        })?;
        Ok(space)
    }

    /// Adds a file, and removes the expired ones of all groups.
    pub(crate) fn add_group_file(&mut self, file: &GroupFile) -> Result<(), Refusal> {
        self.store.write(
            "DELETE FROM group_files WHERE expires != 0 AND expires <= ?1",
            params![self.now().cast_signed()],
        )?;
        self.store.write(
            "INSERT INTO group_files (id, group_uin, folder, name, size, md5, sha1, uploader, uploaded, modified, expires,
                downloads, complete, upload_key)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            params![
                file.id,
                file.group,
                file.folder,
                file.name,
                file.size.cast_signed(),
                file.md5,
                file.sha1,
                file.uploader,
                file.uploaded.cast_signed(),
                file.modified.cast_signed(),
                file.expires.cast_signed(),
                file.downloads,
                file.complete,
                file.upload_key,
            ],
        )?;
        Ok(())
    }

    /// Changes the name, the folder, the times, the number of downloads or the completeness of a file.
    pub(crate) fn update_group_file(&mut self, file: &GroupFile) -> Result<(), Refusal> {
        self.store.write(
            "UPDATE group_files SET folder = ?2, name = ?3, uploaded = ?4, modified = ?5, expires = ?6, downloads = ?7,
                complete = ?8 WHERE id = ?1",
            params![
                file.id,
                file.folder,
                file.name,
                file.uploaded.cast_signed(),
                file.modified.cast_signed(),
                file.expires.cast_signed(),
                file.downloads,
                file.complete,
            ],
        )?;
        Ok(())
    }

    /// Removes a file. Its bytes stay as long as the store keeps them.
    pub(crate) fn remove_group_file(&mut self, id: &str) -> Result<(), Refusal> {
        self.store
            .write("DELETE FROM group_files WHERE id = ?1", params![id])?;
        Ok(())
    }

    /// Adds a folder, or changes its name, its time and who changed it.
    pub(crate) fn save_group_folder(&mut self, folder: &GroupFolder) -> Result<(), Refusal> {
        self.store.write(
            "INSERT INTO group_folders (id, group_uin, name, created, creator, modified, modifier)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (id) DO UPDATE SET name = ?3, modified = ?6, modifier = ?7",
            params![
                folder.id,
                folder.group,
                folder.name,
                folder.created.cast_signed(),
                folder.creator,
                folder.modified.cast_signed(),
                folder.modifier,
            ],
        )?;
        Ok(())
    }

    /// Removes a folder.
    pub(crate) fn remove_group_folder(&mut self, id: &str) -> Result<(), Refusal> {
        self.store
            .write("DELETE FROM group_folders WHERE id = ?1", params![id])?;
        Ok(())
    }
}
