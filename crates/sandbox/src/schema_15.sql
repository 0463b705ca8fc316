-- Albums of groups.
CREATE TABLE albums (
    id TEXT PRIMARY KEY,
    group_uin INTEGER NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    creator INTEGER NOT NULL,
    created INTEGER NOT NULL,
    modified INTEGER NOT NULL
) STRICT;

CREATE INDEX albums_by_group ON albums (group_uin);

-- Pictures and videos of albums.
CREATE TABLE album_media (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    lloc TEXT NOT NULL UNIQUE,
    group_uin INTEGER NOT NULL,
    album TEXT NOT NULL,
    -- The upload that it belongs to.
    batch TEXT NOT NULL,
    sha1 BLOB NOT NULL,
    name TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    uploader INTEGER NOT NULL,
    time INTEGER NOT NULL
) STRICT;

CREATE INDEX album_media_by_album ON album_media (album);

CREATE TABLE album_likes (
    group_uin INTEGER NOT NULL,
    album TEXT NOT NULL,
    batch TEXT NOT NULL,
    -- Empty: the whole upload.
    lloc TEXT NOT NULL,
    uin INTEGER NOT NULL,
    PRIMARY KEY (album, batch, lloc, uin)
) WITHOUT ROWID, STRICT;

CREATE TABLE album_comments (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    group_uin INTEGER NOT NULL,
    lloc TEXT NOT NULL,
    uin INTEGER NOT NULL,
    time INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;

CREATE INDEX album_comments_by_lloc ON album_comments (lloc);
