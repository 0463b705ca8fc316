-- The member's own remark for the group.
ALTER TABLE members ADD COLUMN remark TEXT NOT NULL DEFAULT '';

-- People whose applications to join a group are refused, because they were removed from it for ever.
CREATE TABLE refused (
    group_uin INTEGER NOT NULL,
    uin INTEGER NOT NULL,
    PRIMARY KEY (group_uin, uin)
) WITHOUT ROWID, STRICT;
