//! Albums of groups with their pictures, likes and comments. Kept only in the database.

use nekonap_ids::{GroupUin, Uin};
use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;

use super::World;
use crate::refusal::Refusal;

/// SHA-1 of a picture.
type Sha1 = [u8; 20];

/// An album of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Album {
    pub(crate) id: String,
    #[serde(skip)]
    pub(crate) group: GroupUin,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) creator: Uin,
    /// In Unix seconds, as the other times.
    pub(crate) created: u64,
    pub(crate) modified: u64,
    /// Time of the newest picture; 0 if there is none.
    pub(crate) last_upload: u64,
    /// Number of pictures.
    pub(crate) count: u64,
}

/// A picture of an album.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct AlbumMedium {
    /// Number in the order of the uploads.
    #[serde(skip)]
    pub(crate) number: i64,
    pub(crate) lloc: String,
    #[serde(skip)]
    pub(crate) group: GroupUin,
    #[serde(skip)]
    pub(crate) album: String,
    /// The upload that it belongs to.
    pub(crate) batch: String,
    #[serde(serialize_with = "as_hex")]
    pub(crate) sha1: Sha1,
    pub(crate) name: String,
    /// In pixels, as the height.
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) uploader: Uin,
    /// In Unix seconds.
    pub(crate) time: u64,
}

/// A comment on a picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct AlbumComment {
    #[serde(skip)]
    pub(crate) id: i64,
    pub(crate) by: Uin,
    /// In Unix seconds.
    pub(crate) time: u64,
    pub(crate) text: String,
}

fn as_hex<S: serde::Serializer>(bytes: &Sha1, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&hex::encode(bytes))
}

const ALBUM: &str = "SELECT id, group_uin, name, description, creator, created, modified,
    (SELECT coalesce(max(time), 0) FROM album_media m WHERE m.album = a.id),
    (SELECT count(*) FROM album_media m WHERE m.album = a.id)
    FROM albums a ";

fn album(row: &Row<'_>) -> rusqlite::Result<Album> {
    let number = |at: usize| Ok::<_, rusqlite::Error>(row.get::<_, i64>(at)?.cast_unsigned());
    Ok(Album {
        id: row.get(0)?,
        group: row.get(1)?,
        name: row.get(2)?,
        description: row.get(3)?,
        creator: row.get(4)?,
        created: number(5)?,
        modified: number(6)?,
        last_upload: number(7)?,
        count: number(8)?,
    })
}

const MEDIUM: &str =
    "SELECT number, lloc, group_uin, album, batch, sha1, name, width, height, uploader, time
    FROM album_media ";

fn medium(row: &Row<'_>) -> rusqlite::Result<AlbumMedium> {
    Ok(AlbumMedium {
        number: row.get(0)?,
        lloc: row.get(1)?,
        group: row.get(2)?,
        album: row.get(3)?,
        batch: row.get(4)?,
        sha1: row.get(5)?,
        name: row.get(6)?,
        width: row.get(7)?,
        height: row.get(8)?,
        uploader: row.get(9)?,
        time: row.get::<_, i64>(10)?.cast_unsigned(),
    })
}

impl World {
    /// The albums of a group, newest first.
    pub(crate) fn albums(&self, group: GroupUin) -> Result<Vec<Album>, Refusal> {
        let sql = format!("{ALBUM} WHERE group_uin = ?1 ORDER BY rowid DESC");
        let mut statement = self.store.read(&sql)?;
        let rows = statement.query_map(params![group], album)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// An album of a group.
    ///
    /// # Errors
    /// The group has no such album.
    pub(crate) fn album(&self, group: GroupUin, id: &str) -> Result<Album, Refusal> {
        let sql = format!("{ALBUM} WHERE group_uin = ?1 AND id = ?2");
        let found = self.store.read(&sql)?.query_row(params![group, id], album);
        found
            .optional()?
            .ok_or_else(|| Refusal::not_found(format!("group {group} has no album {id:?}")))
    }

    /// Adds an album.
    pub(crate) fn add_album(&mut self, album: &Album) -> Result<(), Refusal> {
        self.store.write(
            "INSERT INTO albums (id, group_uin, name, description, creator, created, modified)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                album.id,
                album.group,
                album.name,
                album.description,
                album.creator,
                album.created.cast_signed(),
                album.modified.cast_signed(),
            ],
        )?;
        Ok(())
    }

    /// Removes an album with its pictures, likes and comments.
    pub(crate) fn remove_album(&mut self, id: &str) -> Result<(), Refusal> {
        for sql in [
            "DELETE FROM album_comments WHERE lloc IN (SELECT lloc FROM album_media WHERE album = ?1)",
            "DELETE FROM album_likes WHERE album = ?1",
            "DELETE FROM album_media WHERE album = ?1",
            "DELETE FROM albums WHERE id = ?1",
        ] {
            self.store.write(sql, params![id])?;
        }
        Ok(())
    }

    /// The pictures of an album, newest first: at most `limit` of those before the number `before`.
    pub(crate) fn album_media(
        &self,
        album: &str,
        before: i64,
        limit: u32,
    ) -> Result<Vec<AlbumMedium>, Refusal> {
        let sql =
            format!("{MEDIUM} WHERE album = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3");
        let mut statement = self.store.read(&sql)?;
        let rows = statement.query_map(params![album, before, limit], medium)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A picture of any album.
    pub(crate) fn find_album_medium(&self, lloc: &str) -> Result<Option<AlbumMedium>, Refusal> {
        let sql = format!("{MEDIUM} WHERE lloc = ?1");
        let found = self.store.read(&sql)?.query_row(params![lloc], medium);
        Ok(found.optional()?)
    }

    /// Adds a picture; its number is ignored.
    pub(crate) fn add_album_medium(&mut self, medium: &AlbumMedium) -> Result<(), Refusal> {
        self.store.write(
            "INSERT INTO album_media (lloc, group_uin, album, batch, sha1, name, width, height, uploader, time)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                medium.lloc,
                medium.group,
                medium.album,
                medium.batch,
                medium.sha1,
                medium.name,
                medium.width,
                medium.height,
                medium.uploader,
                medium.time.cast_signed(),
            ],
        )?;
        Ok(())
    }

    /// Removes a picture with its likes and comments.
    pub(crate) fn remove_album_medium(&mut self, lloc: &str) -> Result<(), Refusal> {
        for sql in [
            "DELETE FROM album_comments WHERE lloc = ?1",
            "DELETE FROM album_likes WHERE lloc = ?1",
            "DELETE FROM album_media WHERE lloc = ?1",
        ] {
            self.store.write(sql, params![lloc])?;
        }
        Ok(())
    }

    /// Who likes an upload, or with `lloc` one picture of it.
    pub(crate) fn album_likes(
        &self,
        album: &str,
        batch: &str,
        lloc: &str,
    ) -> Result<Vec<Uin>, Refusal> {
        let mut statement = self.store.read(
            "SELECT uin FROM album_likes WHERE album = ?1 AND batch = ?2 AND lloc = ?3 ORDER BY uin",
        )?;
        let rows = statement.query_map(params![album, batch, lloc], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Adds or removes a like. Returns whether this was a change.
    pub(crate) fn like_album_medium(
        &mut self,
        (group, album, batch, lloc): (GroupUin, &str, &str, &str),
        uin: Uin,
        set: bool,
    ) -> Result<bool, Refusal> {
        let changed = if set {
            self.store.write(
                "INSERT OR IGNORE INTO album_likes (group_uin, album, batch, lloc, uin) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![group, album, batch, lloc, uin],
            )?
        } else {
            self.store.write(
                "DELETE FROM album_likes WHERE album = ?1 AND batch = ?2 AND lloc = ?3 AND uin = ?4",
                params![album, batch, lloc, uin],
            )?
        };
        Ok(changed == 1)
    }

    /// The comments on a picture, oldest first, at most 1,000.
    pub(crate) fn album_comments(&self, lloc: &str) -> Result<Vec<AlbumComment>, Refusal> {
        let mut statement = self.store.read(
            "SELECT number, uin, time, text FROM album_comments WHERE lloc = ?1 ORDER BY number LIMIT 1000",
        )?;
        let rows = statement.query_map(params![lloc], |row| {
            Ok(AlbumComment {
                id: row.get(0)?,
                by: row.get(1)?,
                time: row.get::<_, i64>(2)?.cast_unsigned(),
                text: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Adds a comment. Returns its id.
    pub(crate) fn add_album_comment(
        &mut self,
        (group, lloc): (GroupUin, &str),
        by: Uin,
        text: &str,
    ) -> Result<i64, Refusal> {
        self.store.write(
            "INSERT INTO album_comments (group_uin, lloc, uin, time, text) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![group, lloc, by, self.now().cast_signed(), text],
        )?;
        let newest = "SELECT max(number) FROM album_comments";
        Ok(self.store.read(newest)?.query_row([], |row| row.get(0))?)
    }
}
