-- The notices of groups, in the order of their rowids.
CREATE TABLE notices (
    group_uin INTEGER NOT NULL,
    id TEXT NOT NULL,
    sender INTEGER NOT NULL,
    time INTEGER NOT NULL,
    text TEXT NOT NULL,
    newcomers INTEGER NOT NULL,
    pinned INTEGER NOT NULL,
    confirm_required INTEGER NOT NULL,
    show_edit_card INTEGER NOT NULL,
    tip_window_type INTEGER NOT NULL,
    PRIMARY KEY (group_uin, id)
) STRICT;

-- Who has read which notice.
CREATE TABLE notices_read (
    group_uin INTEGER NOT NULL,
    id TEXT NOT NULL,
    uin INTEGER NOT NULL,
    PRIMARY KEY (group_uin, id, uin)
) WITHOUT ROWID, STRICT;

-- Who has or had which honour of a group, by its number on the web page (protocol/04 §10.3), in the order of the rowids.
CREATE TABLE honors (
    group_uin INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    uin INTEGER NOT NULL,
    time INTEGER NOT NULL,
    days INTEGER NOT NULL,
    PRIMARY KEY (group_uin, kind, uin)
) STRICT;
