-- How people join a group (protocol/04 §6.10), and whether it can be found.
ALTER TABLE groups ADD COLUMN join_option INTEGER NOT NULL DEFAULT 2;
ALTER TABLE groups ADD COLUMN question TEXT NOT NULL DEFAULT '';
ALTER TABLE groups ADD COLUMN answer TEXT NOT NULL DEFAULT '';
ALTER TABLE groups ADD COLUMN hide_from_words INTEGER NOT NULL DEFAULT 0;
ALTER TABLE groups ADD COLUMN hide_from_number INTEGER NOT NULL DEFAULT 0;
