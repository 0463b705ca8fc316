-- Conversations of the same second are ordered by the arrival of their newest messages: a counter.
ALTER TABLE places ADD COLUMN newest_arrival INTEGER NOT NULL DEFAULT 0;
