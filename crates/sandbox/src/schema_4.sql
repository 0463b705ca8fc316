-- Whether members can sign in to the group.
ALTER TABLE groups ADD COLUMN sign_in INTEGER NOT NULL DEFAULT 1;

-- Who has signed in to a group on which day (the number of the day since 1970, in UTC+8).
CREATE TABLE signs (
    group_uin INTEGER NOT NULL,
    day INTEGER NOT NULL,
    uin INTEGER NOT NULL,
    -- The place in the order of that day, from 1.
    rank INTEGER NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY (group_uin, day, uin)
) WITHOUT ROWID, STRICT;

-- The message that is the group's to-do, and who has completed it.
CREATE TABLE todos (
    group_uin INTEGER PRIMARY KEY,
    sequence INTEGER NOT NULL,
    operator INTEGER NOT NULL,
    time INTEGER NOT NULL
) STRICT;

CREATE TABLE todos_done (
    group_uin INTEGER NOT NULL,
    uin INTEGER NOT NULL,
    PRIMARY KEY (group_uin, uin)
) WITHOUT ROWID, STRICT;
