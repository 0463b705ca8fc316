-- Ids are in random order, so an index over all of them makes each insert change a page of its own. The ids of the newest
-- rows are in memory only; the others are moved here in batches, see new_ids.rs. An entry is valid if the row with its
-- number has its id: entries of deleted rows are deleted later.
CREATE TABLE settled_ids (
    id              INTEGER PRIMARY KEY,
    number          INTEGER NOT NULL
);
CREATE TABLE settled (
    one             INTEGER PRIMARY KEY CHECK (one = 1),
    through         INTEGER NOT NULL,    -- the ids of all rows up to this number are in settled_ids
    batch           INTEGER NOT NULL,    -- the rows after it, up to this number, are being moved
    moved           INTEGER NOT NULL,    -- of these, the ids up to this one are in settled_ids
    cleaned         INTEGER NOT NULL     -- settled_ids has no entry of a deleted row below this number
);
INSERT INTO settled_ids SELECT id, number FROM messages ORDER BY id;
INSERT INTO settled SELECT 1, coalesce(max(number), 0), coalesce(max(number), 0), 0, coalesce(min(number), 0) FROM messages;
DROP INDEX messages_by_id;
