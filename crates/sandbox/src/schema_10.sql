-- Notices of groups: applications and invitations with their state, and what happened to members.
CREATE TABLE group_notices (
    -- About the time in microseconds since 1970.
    sequence INTEGER PRIMARY KEY,
    group_uin INTEGER NOT NULL,
    group_name TEXT NOT NULL,
    kind INTEGER NOT NULL,
    state INTEGER NOT NULL,
    -- Who has it in the list; null: the owner and the administrators.
    receiver INTEGER,
    filtered INTEGER NOT NULL,
    user INTEGER NOT NULL,
    second INTEGER,
    third INTEGER,
    time INTEGER NOT NULL,
    comment TEXT NOT NULL
) STRICT;

CREATE INDEX group_notices_by_group ON group_notices (group_uin, user);
