//! People's Qzones: posts, likes, comments, who is kept out, names, and pictures; kept only in the database.

use nekonap_ids::Uin;
use rusqlite::{OptionalExtension, Row, params};

use super::World;
use crate::refusal::Refusal;

/// Who may see a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Audience {
    /// 1, 4, 16, 64 or 128. api/actions §3.14
    pub(crate) right: u32,
    /// The people of 16 and 128.
    pub(crate) people: Vec<Uin>,
}

/// `ugc_right` values.
impl Audience {
    pub(crate) const EVERYBODY: u32 = 1;
    pub(crate) const FRIENDS: u32 = 4;
    pub(crate) const ONLY: u32 = 16;
    pub(crate) const OWNER: u32 = 64;
    pub(crate) const EXCEPT: u32 = 128;
}

/// A post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QzonePost {
    /// Assigned when it is added.
    pub(crate) number: i64,
    pub(crate) id: String,
    pub(crate) owner: Uin,
    /// In Unix seconds.
    pub(crate) time: u64,
    pub(crate) text: String,
    pub(crate) right: u32,
    /// Ids of its pictures.
    pub(crate) pictures: Vec<String>,
}

/// A comment, or an answer to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QzoneComment {
    /// Number within the post, from 1.
    pub(crate) number: u32,
    /// The comment that is answered; 0: this is a comment.
    pub(crate) parent: u32,
    pub(crate) author: Uin,
    /// In Unix seconds.
    pub(crate) time: u64,
    pub(crate) text: String,
    /// Ids of its pictures.
    pub(crate) pictures: Vec<String>,
}

/// An uploaded picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QzonePicture {
    pub(crate) id: String,
    pub(crate) owner: Uin,
    pub(crate) sha1: Vec<u8>,
    /// `type` of the pages: 1 JPEG, 2 GIF, 3 PNG, 4 BMP, 5 WebP.
    pub(crate) kind: u32,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

const POSTS: &str = "SELECT number, id, owner, time, text, ugc_right, pictures FROM qzone_posts p";
/// Whether ?1 may see a post whose owner is its friend if ?2.
const VISIBLE: &str = "(p.owner = ?1 OR CASE p.ugc_right
        WHEN 1 THEN 1
        WHEN 4 THEN ?2
        WHEN 16 THEN EXISTS (SELECT 1 FROM qzone_audiences a WHERE a.post = p.number AND a.uin = ?1)
        WHEN 128 THEN NOT EXISTS (SELECT 1 FROM qzone_audiences a WHERE a.post = p.number AND a.uin = ?1)
        ELSE 0 END)";

fn post(row: &Row<'_>) -> rusqlite::Result<QzonePost> {
    Ok(QzonePost {
        number: row.get(0)?,
        id: row.get(1)?,
        owner: row.get(2)?,
        time: row.get::<_, i64>(3)?.cast_unsigned(),
        text: row.get(4)?,
        right: row.get(5)?,
        pictures: list(&row.get::<_, String>(6)?),
    })
}

/// The ids in a column.
fn list(column: &str) -> Vec<String> {
    let ids = column.split(',').filter(|id| !id.is_empty());
    ids.map(str::to_owned).collect()
}

impl World {
    /// Adds a post, with its audience. Its number is ignored.
    pub(crate) fn add_qzone_post(&self, post: &QzonePost, people: &[Uin]) -> Result<(), Refusal> {
        self.store.write(
            "INSERT INTO qzone_posts (id, owner, time, text, ugc_right, pictures) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                post.id,
                post.owner,
                post.time.cast_signed(),
                post.text,
                post.right,
                post.pictures.join(","),
            ],
        )?;
        let number = self
            .store
            .read("SELECT number FROM qzone_posts WHERE id = ?1")?
            .query_row(params![post.id], |row| row.get(0))?;
        self.set_qzone_people(number, people)
    }

    /// Stores text, right, pictures and audience of a post that exists.
    pub(crate) fn update_qzone_post(
        &self,
        post: &QzonePost,
        people: &[Uin],
    ) -> Result<(), Refusal> {
        self.store.write(
            "UPDATE qzone_posts SET text = ?2, ugc_right = ?3, pictures = ?4 WHERE number = ?1",
            params![post.number, post.text, post.right, post.pictures.join(",")],
        )?;
        self.set_qzone_people(post.number, people)
    }

    fn set_qzone_people(&self, post: i64, people: &[Uin]) -> Result<(), Refusal> {
        self.store
            .write("DELETE FROM qzone_audiences WHERE post = ?1", params![post])?;
        for uin in people {
            self.store.write(
                "INSERT OR IGNORE INTO qzone_audiences (post, uin) VALUES (?1, ?2)",
                params![post, uin],
            )?;
        }
        Ok(())
    }

    /// Removes a post with everything that belongs to it.
    pub(crate) fn remove_qzone_post(&self, post: i64) -> Result<(), Refusal> {
        for sql in [
            "DELETE FROM qzone_audiences WHERE post = ?1",
            "DELETE FROM qzone_likes WHERE post = ?1",
            "DELETE FROM qzone_comments WHERE post = ?1",
            "DELETE FROM qzone_posts WHERE number = ?1",
        ] {
            self.store.write(sql, params![post])?;
        }
        Ok(())
    }

    /// The post with an id.
    pub(crate) fn qzone_post(&self, id: &str) -> Result<Option<QzonePost>, Refusal> {
        let sql = format!("{POSTS} WHERE id = ?1");
        let mut statement = self.store.read(&sql)?;
        let id = id.to_ascii_lowercase();
        Ok(statement.query_row(params![id], post).optional()?)
    }

    /// The people in the list of a post.
    pub(crate) fn qzone_people(&self, post: i64) -> Result<Vec<Uin>, Refusal> {
        let sql = "SELECT uin FROM qzone_audiences WHERE post = ?1 ORDER BY uin";
        let mut statement = self.store.read(sql)?;
        let rows = statement.query_map(params![post], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether a person may see a post.
    pub(crate) fn sees_qzone_post(&self, viewer: Uin, post: &QzonePost) -> Result<bool, Refusal> {
        let sql = format!("SELECT 1 FROM qzone_posts p WHERE number = ?3 AND {VISIBLE}");
        let friend = self.are_friends(viewer, post.owner);
        let mut statement = self.store.read(&sql)?;
        Ok(statement.exists(params![viewer, friend, post.number])?)
    }

    /// The posts of a person that another one may see, newest first: at most `limit` from `position` on, and how many there are.
    pub(crate) fn qzone_posts(
        &self,
        owner: Uin,
        viewer: Uin,
        position: u32,
        limit: u32,
    ) -> Result<(Vec<QzonePost>, u64), Refusal> {
        let friend = self.are_friends(viewer, owner);
        let sql = format!("SELECT count(*) FROM qzone_posts p WHERE p.owner = ?3 AND {VISIBLE}");
        let total: i64 = self
            .store
            .read(&sql)?
            .query_row(params![viewer, friend, owner], |row| row.get(0))?;
        let sql = format!(
            "{POSTS} WHERE p.owner = ?3 AND {VISIBLE} ORDER BY p.number DESC LIMIT ?4 OFFSET ?5"
        );
        let mut statement = self.store.read(&sql)?;
        let rows = statement.query_map(params![viewer, friend, owner, limit, position], post)?;
        Ok((
            rows.collect::<rusqlite::Result<_>>()?,
            total.cast_unsigned(),
        ))
    }

    /// The posts of a person's friends that the person may see, newest first: at most `limit` with a number below `below`,
    /// without the first `skipped`.
    pub(crate) fn qzone_feed(
        &self,
        viewer: Uin,
        below: i64,
        skipped: usize,
        limit: usize,
    ) -> Result<Vec<QzonePost>, Refusal> {
        let sql = format!("{POSTS} WHERE p.number < ?1 ORDER BY p.number DESC");
        let mut statement = self.store.read(&sql)?;
        let mut rows = statement.query(params![below])?;
        let mut found = Vec::new();
        let mut skipped = skipped;
        while found.len() < limit
            && let Some(row) = rows.next()?
        {
            let post = post(row)?;
            if self.are_friends(viewer, post.owner) && self.sees_qzone_post(viewer, &post)? {
                if skipped > 0 {
                    skipped -= 1;
                } else {
                    found.push(post);
                }
            }
        }
        Ok(found)
    }

    /// Who likes a post, in the order of their numbers.
    pub(crate) fn qzone_likes(&self, post: i64) -> Result<Vec<Uin>, Refusal> {
        let sql = "SELECT uin FROM qzone_likes WHERE post = ?1 ORDER BY uin";
        let mut statement = self.store.read(sql)?;
        let rows = statement.query_map(params![post], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Adds or removes a like. Returns whether this was a change.
    pub(crate) fn set_qzone_like(&self, post: i64, uin: Uin, like: bool) -> Result<bool, Refusal> {
        let changed = if like {
            self.store.write(
                "INSERT OR IGNORE INTO qzone_likes (post, uin, time) VALUES (?1, ?2, ?3)",
                params![post, uin, self.now().cast_signed()],
            )?
        } else {
            self.store.write(
                "DELETE FROM qzone_likes WHERE post = ?1 AND uin = ?2",
                params![post, uin],
            )?
        };
        Ok(changed == 1)
    }

    /// Adds a comment or an answer. Its number is the next of the post, and is returned.
    pub(crate) fn add_qzone_comment(
        &self,
        post: i64,
        comment: &QzoneComment,
    ) -> Result<u32, Refusal> {
        let number: u32 = self
            .store
            .read("SELECT coalesce(max(number), 0) + 1 FROM qzone_comments WHERE post = ?1")?
            .query_row(params![post], |row| row.get(0))?;
        self.store.write(
            "INSERT INTO qzone_comments (post, number, parent, author, time, text, pictures)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                post,
                number,
                comment.parent,
                comment.author,
                comment.time.cast_signed(),
                comment.text,
                comment.pictures.join(","),
            ],
        )?;
        Ok(number)
    }

    /// The comments and answers below a post, oldest first.
    pub(crate) fn qzone_comments(&self, post: i64) -> Result<Vec<QzoneComment>, Refusal> {
        let mut statement = self.store.read(
            "SELECT number, parent, author, time, text, pictures FROM qzone_comments
             WHERE post = ?1 ORDER BY number",
        )?;
        let rows = statement.query_map(params![post], |row| {
            Ok(QzoneComment {
                number: row.get(0)?,
                parent: row.get(1)?,
                author: row.get(2)?,
                time: row.get::<_, i64>(3)?.cast_unsigned(),
                text: row.get(4)?,
                pictures: list(&row.get::<_, String>(5)?),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How many comments a post has, without the answers.
    pub(crate) fn count_qzone_comments(&self, post: i64) -> Result<u32, Refusal> {
        Ok(self
            .store
            .read("SELECT count(*) FROM qzone_comments WHERE post = ?1 AND parent = 0")?
            .query_row(params![post], |row| row.get(0))?)
    }

    /// Keeps a person out of a Qzone, or lifts that. Returns whether this was a change.
    pub(crate) fn set_qzone_ban(
        &self,
        owner: Uin,
        uin: Uin,
        banned: bool,
    ) -> Result<bool, Refusal> {
        let sql = if banned {
            "INSERT OR IGNORE INTO qzone_bans (owner, uin) VALUES (?1, ?2)"
        } else {
            "DELETE FROM qzone_bans WHERE owner = ?1 AND uin = ?2"
        };
        Ok(self.store.write(sql, params![owner, uin])? == 1)
    }

    /// Who is kept out of a Qzone.
    pub(crate) fn qzone_bans(&self, owner: Uin) -> Result<Vec<Uin>, Refusal> {
        let sql = "SELECT uin FROM qzone_bans WHERE owner = ?1 ORDER BY uin";
        let mut statement = self.store.read(sql)?;
        let rows = statement.query_map(params![owner], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Name and description of a Qzone; empty if they were never set.
    pub(crate) fn qzone_space(&self, owner: Uin) -> Result<(String, String), Refusal> {
        let sql = "SELECT name, description FROM qzone_spaces WHERE owner = ?1";
        let mut statement = self.store.read(sql)?;
        let found = statement.query_row(params![owner], |row| Ok((row.get(0)?, row.get(1)?)));
        Ok(found.optional()?.unwrap_or_default())
    }

    /// Sets name and description of a Qzone.
    pub(crate) fn set_qzone_space(
        &self,
        owner: Uin,
        name: &str,
        description: &str,
    ) -> Result<(), Refusal> {
        self.store.write(
            "INSERT INTO qzone_spaces (owner, name, description) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET name = excluded.name, description = excluded.description",
            params![owner, name, description],
        )?;
        Ok(())
    }

    /// Adds an uploaded picture whose bytes are stored.
    pub(crate) fn add_qzone_picture(&self, picture: &QzonePicture) -> Result<(), Refusal> {
        self.store.write(
            "INSERT INTO qzone_pictures (id, owner, sha1, kind, width, height) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                picture.id,
                picture.owner,
                picture.sha1,
                picture.kind,
                picture.width,
                picture.height,
            ],
        )?;
        Ok(())
    }

    /// The uploaded picture with an id.
    pub(crate) fn qzone_picture(&self, id: &str) -> Result<Option<QzonePicture>, Refusal> {
        let sql = "SELECT id, owner, sha1, kind, width, height FROM qzone_pictures WHERE id = ?1";
        let mut statement = self.store.read(sql)?;
        let found = statement.query_row(params![id], |row| {
            Ok(QzonePicture {
                id: row.get(0)?,
                owner: row.get(1)?,
                sha1: row.get(2)?,
                kind: row.get(3)?,
                width: row.get(4)?,
                height: row.get(5)?,
            })
        });
        Ok(found.optional()?)
    }
}
