-- A conversation is one number, see place.rs. Numbers that are unsigned on the wire keep their bits.

CREATE TABLE messages (
    id              INTEGER PRIMARY KEY,
    place           INTEGER NOT NULL,
    via             INTEGER,             -- the group of a temporary chat
    sequence        INTEGER,             -- NULL: a send whose answer has not come
    recorded        INTEGER NOT NULL,    -- unix seconds here, for keep.rs
    told            INTEGER NOT NULL DEFAULT 0,  -- reported as an event
    recalled_at     INTEGER,
    recalled_by     INTEGER,
    sender          INTEGER,             -- NULL: only the id is known, nothing of the below
    own             INTEGER NOT NULL DEFAULT 0,
    time            INTEGER NOT NULL DEFAULT 0,
    client_sequence INTEGER NOT NULL DEFAULT 0,
    random          INTEGER NOT NULL DEFAULT 0,
    elements        BLOB
);
CREATE UNIQUE INDEX messages_by_sequence ON messages (place, sequence) WHERE sequence IS NOT NULL;
CREATE INDEX own_messages_by_random ON messages (place, random) WHERE own = 1;
CREATE INDEX messages_by_age ON messages (recorded);

CREATE TABLE places (
    place           INTEGER PRIMARY KEY,
    last_sequence   INTEGER NOT NULL,    -- of what arrived; 0: nothing yet
    newest          INTEGER NOT NULL,    -- the id of the newest message
    newest_via      INTEGER,
    newest_sequence INTEGER,
    newest_time     INTEGER NOT NULL,
    newest_sender   INTEGER NOT NULL
);

CREATE TABLE facts (
    name            TEXT PRIMARY KEY,
    value           INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO facts (name, value) VALUES ('messages', 0), ('events', 0);
