-- The world's tables. In a conversation's key, kind 0 is a group (a is its number, b is 0), and kind 1 is a private chat
-- (a is the smaller account number, b the other).
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE people (
    uin INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    nickname TEXT NOT NULL,
    signature TEXT NOT NULL,
    sex INTEGER NOT NULL,
    birthday TEXT NOT NULL,
    status TEXT NOT NULL,
    registered INTEGER NOT NULL
) STRICT;

CREATE TABLE categories (
    owner INTEGER NOT NULL,
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (owner, id)
) WITHOUT ROWID, STRICT;

CREATE TABLE friends (
    owner INTEGER NOT NULL,
    friend INTEGER NOT NULL,
    category INTEGER NOT NULL,
    remark TEXT NOT NULL,
    PRIMARY KEY (owner, friend)
) WITHOUT ROWID, STRICT;

CREATE TABLE groups (
    group_uin INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    owner INTEGER NOT NULL,
    created INTEGER NOT NULL,
    muted INTEGER NOT NULL,
    -- The newest sequence of a notice. The newest sequence of a message is in `messages`.
    sequence INTEGER NOT NULL
) STRICT;

CREATE TABLE members (
    group_uin INTEGER NOT NULL,
    uin INTEGER NOT NULL,
    role INTEGER NOT NULL,
    card TEXT NOT NULL,
    title TEXT NOT NULL,
    level INTEGER NOT NULL,
    joined INTEGER NOT NULL,
    last_spoke INTEGER NOT NULL,
    muted_until INTEGER NOT NULL,
    PRIMARY KEY (group_uin, uin)
) WITHOUT ROWID, STRICT;

CREATE TABLE messages (
    kind INTEGER NOT NULL,
    a INTEGER NOT NULL,
    b INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    random INTEGER NOT NULL,
    client_sequence INTEGER NOT NULL,
    sender INTEGER NOT NULL,
    time INTEGER NOT NULL,
    -- The group of a temporary session, or 0.
    through INTEGER NOT NULL,
    recalled INTEGER NOT NULL,
    -- Encoded by wire::message::encode_list.
    elements BLOB NOT NULL,
    PRIMARY KEY (kind, a, b, sequence)
) WITHOUT ROWID, STRICT;

CREATE TABLE reactions (
    group_uin INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    code TEXT NOT NULL,
    uin INTEGER NOT NULL,
    emoji INTEGER NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY (group_uin, sequence, code, uin)
) WITHOUT ROWID, STRICT;

CREATE TABLE essence (
    group_uin INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    operator INTEGER NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY (group_uin, sequence)
) WITHOUT ROWID, STRICT;

-- The messages of merged forwards, in the uploaded form.
CREATE TABLE long_messages (
    res_id TEXT PRIMARY KEY,
    uploader INTEGER NOT NULL,
    time INTEGER NOT NULL,
    payload BLOB NOT NULL
) STRICT;

CREATE INDEX long_messages_by_time ON long_messages (time);

CREATE TABLE reads (
    reader INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    a INTEGER NOT NULL,
    b INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (reader, kind, a, b)
) WITHOUT ROWID, STRICT;

-- Sessions. An expired or revoked session keeps its key, so that the server can report that it has ended
-- (protocol/01 §1.9).
CREATE TABLE sessions (
    number INTEGER PRIMARY KEY,
    uin INTEGER NOT NULL,
    d2 BLOB NOT NULL UNIQUE,
    d2_key BLOB NOT NULL,
    tgt BLOB NOT NULL,
    a1 BLOB NOT NULL,
    guid BLOB NOT NULL,
    device TEXT NOT NULL,
    state INTEGER NOT NULL
) STRICT;

-- Files that people sent, by SHA-1.
CREATE TABLE blobs (
    sha1 BLOB PRIMARY KEY,
    time INTEGER NOT NULL,
    caption TEXT NOT NULL,
    bytes BLOB NOT NULL
) STRICT;

CREATE INDEX blobs_by_time ON blobs (time);
