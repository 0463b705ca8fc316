-- The newest friend request of each person to each other person.
CREATE TABLE friend_requests (
    asker INTEGER NOT NULL,
    target INTEGER NOT NULL,
    time INTEGER NOT NULL,
    comment TEXT NOT NULL,
    source TEXT NOT NULL,
    -- Filtered out by the server, and why.
    doubtful INTEGER NOT NULL,
    warning TEXT NOT NULL,
    state INTEGER NOT NULL,
    PRIMARY KEY (asker, target)
) WITHOUT ROWID, STRICT;

CREATE INDEX friend_requests_by_target ON friend_requests (target);
