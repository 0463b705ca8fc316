-- The account's favourites, which no server keeps.
CREATE TABLE collections (
    number          INTEGER PRIMARY KEY AUTOINCREMENT,
    created         INTEGER NOT NULL,    -- Unix milliseconds by this machine's clock
    brief           TEXT NOT NULL,
    content         TEXT NOT NULL
);
