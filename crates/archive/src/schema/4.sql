-- Events for connections that were away. Rows are deleted from the oldest on, see journal.rs.
CREATE TABLE events (
    position        INTEGER PRIMARY KEY,  -- in the event log
    time            INTEGER NOT NULL,     -- Unix seconds, from which the window of a connection is measured
    own             INTEGER NOT NULL,     -- caused by the account itself
    number          INTEGER NOT NULL,     -- events written up to this one
    written         INTEGER NOT NULL,     -- bytes written up to this one
    json            TEXT NOT NULL,        -- with messages as arrays
    raw             TEXT
);

-- The connections that want these events.
CREATE TABLE subscribers (
    name            TEXT PRIMARY KEY,
    span            INTEGER NOT NULL,     -- seconds that unread events are kept
    own             INTEGER NOT NULL,     -- wants own events
    raw             INTEGER NOT NULL,     -- wants raw
    waits           INTEGER NOT NULL,     -- resumes at `acknowledged`
    begins          INTEGER NOT NULL,     -- events up to this position came before the subscription
    acknowledged    INTEGER NOT NULL      -- events up to this position were acknowledged
) WITHOUT ROWID;
