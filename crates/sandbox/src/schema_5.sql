-- Likes of profiles: how many one person has given another. `day` counts the days of UTC+8 since 1970.
CREATE TABLE likes (
    target INTEGER NOT NULL,
    liker INTEGER NOT NULL,
    total INTEGER NOT NULL,
    latest INTEGER NOT NULL,
    day INTEGER NOT NULL,
    today INTEGER NOT NULL,
    -- Likes since the target looked at them last.
    unseen INTEGER NOT NULL,
    PRIMARY KEY (target, liker)
) WITHOUT ROWID, STRICT;

CREATE INDEX likes_by_liker ON likes (liker);

-- When people looked at their likes last.
CREATE TABLE like_visits (
    uin INTEGER PRIMARY KEY,
    time INTEGER NOT NULL
) STRICT;

-- People who cannot reach the owner.
CREATE TABLE blocked (
    owner INTEGER NOT NULL,
    uin INTEGER NOT NULL,
    PRIMARY KEY (owner, uin)
) WITHOUT ROWID, STRICT;
