-- Posts in people's Qzones.
CREATE TABLE qzone_posts (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    owner INTEGER NOT NULL,
    time INTEGER NOT NULL,
    text TEXT NOT NULL,
    -- 1 everybody, 4 friends, 16 those in the list, 64 the owner, 128 everybody but those in the list.
    ugc_right INTEGER NOT NULL,
    -- Ids of pictures, separated by commas.
    pictures TEXT NOT NULL
) STRICT;

CREATE INDEX qzone_posts_by_owner ON qzone_posts (owner, number);

-- The people in the lists of posts.
CREATE TABLE qzone_audiences (
    post INTEGER NOT NULL,
    uin INTEGER NOT NULL,
    PRIMARY KEY (post, uin)
) WITHOUT ROWID, STRICT;

CREATE TABLE qzone_likes (
    post INTEGER NOT NULL,
    uin INTEGER NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY (post, uin)
) WITHOUT ROWID, STRICT;

-- Comments, and the answers to them.
CREATE TABLE qzone_comments (
    post INTEGER NOT NULL,
    number INTEGER NOT NULL,
    -- The comment that is answered; 0: this is a comment.
    parent INTEGER NOT NULL,
    author INTEGER NOT NULL,
    time INTEGER NOT NULL,
    text TEXT NOT NULL,
    -- Ids of pictures, separated by commas.
    pictures TEXT NOT NULL,
    PRIMARY KEY (post, number)
) WITHOUT ROWID, STRICT;

CREATE TABLE qzone_bans (
    owner INTEGER NOT NULL,
    uin INTEGER NOT NULL,
    PRIMARY KEY (owner, uin)
) WITHOUT ROWID, STRICT;

-- Names and descriptions of Qzones.
CREATE TABLE qzone_spaces (
    owner INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL
) STRICT;

-- Uploaded pictures; the bytes are in `files`.
CREATE TABLE qzone_pictures (
    id TEXT PRIMARY KEY,
    owner INTEGER NOT NULL,
    sha1 BLOB NOT NULL,
    kind INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
