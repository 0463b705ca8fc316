-- Pictures of accounts (kind 0) and groups (kind 1), by SHA-1.
CREATE TABLE portraits (
    kind INTEGER NOT NULL,
    number INTEGER NOT NULL,
    sha1 BLOB NOT NULL,
    PRIMARY KEY (kind, number)
) STRICT;
