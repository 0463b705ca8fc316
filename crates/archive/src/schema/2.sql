-- Derived ids are in random order: with the id as the row key, inserts would touch pages all over the file. Rows are
-- numbered in the order of arrival instead, and a separate index maps the id to the row number.

CREATE TABLE numbered (
    number          INTEGER PRIMARY KEY,
    id              INTEGER NOT NULL,
    place           INTEGER NOT NULL,    -- the conversation, see place.rs
    via             INTEGER,             -- the group of a temporary chat
    sequence        INTEGER,             -- NULL: a send without an answer
    recorded        INTEGER NOT NULL,    -- Unix seconds by this machine's clock
    reported        INTEGER NOT NULL DEFAULT 0,  -- as an event
    recalled_at     INTEGER,
    recalled_by     INTEGER,
    sender          INTEGER,             -- NULL: only the place is known, none of the columns below
    own             INTEGER NOT NULL DEFAULT 0,
    time            INTEGER NOT NULL DEFAULT 0,
    client_sequence INTEGER NOT NULL DEFAULT 0,
    random          INTEGER NOT NULL DEFAULT 0,
    elements        BLOB
);
INSERT INTO numbered
    (id, place, via, sequence, recorded, reported, recalled_at, recalled_by, sender, own, time, client_sequence, random,
     elements)
    SELECT id, place, via, sequence, recorded, told, recalled_at, recalled_by, sender, own, time, client_sequence, random,
           elements
    FROM messages ORDER BY recorded, id;
DROP TABLE messages;
ALTER TABLE numbered RENAME TO messages;
CREATE UNIQUE INDEX messages_by_id ON messages (id);
CREATE UNIQUE INDEX messages_by_sequence ON messages (place, sequence) WHERE sequence IS NOT NULL;
CREATE INDEX own_messages_by_random ON messages (place, random) WHERE own = 1;
CREATE INDEX messages_by_age ON messages (recorded);

-- It held the next block of ids, which are derived now.
DROP TABLE facts;
