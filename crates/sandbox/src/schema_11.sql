-- Folders of group files, one level deep.
CREATE TABLE group_folders (
    id TEXT PRIMARY KEY,
    group_uin INTEGER NOT NULL,
    name TEXT NOT NULL,
    created INTEGER NOT NULL,
    creator INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    modifier INTEGER NOT NULL,
    UNIQUE (group_uin, name)
) STRICT;

-- Group files, and those that are announced but not uploaded yet.
CREATE TABLE group_files (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    group_uin INTEGER NOT NULL,
    -- `/` is the root.
    folder TEXT NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    md5 BLOB NOT NULL,
    sha1 BLOB NOT NULL,
    uploader INTEGER NOT NULL,
    uploaded INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    -- 0 is never.
    expires INTEGER NOT NULL,
    downloads INTEGER NOT NULL,
    -- Whether the bytes are there.
    complete INTEGER NOT NULL,
    -- The key of the upload.
    upload_key BLOB NOT NULL
) STRICT;

CREATE INDEX group_files_by_folder ON group_files (group_uin, folder);

-- Files from one person to another.
CREATE TABLE private_files (
    uuid TEXT PRIMARY KEY,
    crc TEXT NOT NULL,
    sender INTEGER NOT NULL,
    receiver INTEGER NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    md5 BLOB NOT NULL,
    sha1 BLOB NOT NULL,
    uploaded INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    upload_key BLOB NOT NULL
) WITHOUT ROWID, STRICT;
