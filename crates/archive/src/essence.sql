-- The essence of groups, as far as its changes were seen.

CREATE TABLE essence (
    place           INTEGER NOT NULL,    -- a group, see place.rs
    sequence        INTEGER NOT NULL,
    random          INTEGER NOT NULL,
    sender          INTEGER,
    operator        INTEGER,
    time            INTEGER NOT NULL,    -- when it became essence, unix seconds
    PRIMARY KEY (place, sequence)
) WITHOUT ROWID;
