-- Each insert costs as much as the indexes that it updates. Only sends without an answer are found by their random, and
-- old messages are found by their row number, which is in the order of recording.
DROP INDEX own_messages_by_random;
CREATE INDEX unanswered_sends ON messages (place, random) WHERE own = 1 AND sequence IS NULL;
DROP INDEX messages_by_age;
