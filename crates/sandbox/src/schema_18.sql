-- Robots: accounts whose messages have buttons.
CREATE TABLE robots (
    uin INTEGER PRIMARY KEY,
    app_id INTEGER NOT NULL UNIQUE
) STRICT;

-- What robots answer when their buttons are pressed: a message, and a text for the presser; each can be empty.
CREATE TABLE robot_answers (
    robot INTEGER NOT NULL,
    button TEXT NOT NULL,
    text TEXT NOT NULL,
    prompt TEXT NOT NULL,
    PRIMARY KEY (robot, button)
) WITHOUT ROWID, STRICT;

-- How often which button of which message was pressed.
CREATE TABLE presses (
    group_uin INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    button TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (group_uin, sequence, button)
) WITHOUT ROWID, STRICT;

-- What people say about their stickers.
ALTER TABLE faces ADD COLUMN description TEXT NOT NULL DEFAULT '';
