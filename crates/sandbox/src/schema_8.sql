-- Stickers that people have saved.
CREATE TABLE faces (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    uin INTEGER NOT NULL,
    face_id TEXT NOT NULL UNIQUE,
    picture BLOB NOT NULL
) STRICT;

CREATE INDEX faces_by_uin ON faces (uin, number);
