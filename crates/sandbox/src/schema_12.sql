-- Files: their bytes are in the folder `files`, named by SHA-1. The table `blobs` and the column `faces.picture` are moved
-- there and dropped when the world is opened.
CREATE TABLE files (
    sha1 BLOB PRIMARY KEY,
    md5 BLOB NOT NULL,
    size INTEGER NOT NULL,
    -- When it was stored last, Unix seconds.
    time INTEGER NOT NULL,
    -- What the picture says or the voice speaks.
    caption TEXT NOT NULL
) STRICT;

CREATE INDEX files_by_md5 ON files (md5, size);
CREATE INDEX files_by_time ON files (time);

-- SHA-1 of a sticker's picture.
ALTER TABLE faces ADD COLUMN sha1 BLOB;
