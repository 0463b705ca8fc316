-- What the server knows about web hosts.
CREATE TABLE hosts (
    -- In lower case.
    host TEXT PRIMARY KEY,
    safe INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

-- On how many days each account was online, and the last of them, counted from 1970.
CREATE TABLE login_days (
    uin INTEGER PRIMARY KEY,
    days INTEGER NOT NULL,
    last INTEGER NOT NULL
) STRICT;
