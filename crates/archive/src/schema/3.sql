-- Arrival counter of the newest message: orders conversations whose newest messages have the same second.
ALTER TABLE places ADD COLUMN newest_arrival INTEGER NOT NULL DEFAULT 0;
