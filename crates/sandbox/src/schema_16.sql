-- Pictures that a search for a word finds.
CREATE TABLE found_pictures (
    number INTEGER PRIMARY KEY,
    -- In lower case.
    word TEXT NOT NULL,
    sha1 BLOB NOT NULL
) STRICT;

CREATE INDEX found_pictures_by_word ON found_pictures (word);
