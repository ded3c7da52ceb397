-- What is said at a booth: a third channel of the chat
-- depends: 0013_host_replays

-- migrate: apply

ALTER TABLE chat ADD COLUMN booth text REFERENCES booths ON DELETE CASCADE;
ALTER TABLE chat DROP CONSTRAINT chat_channel_check;
ALTER TABLE chat ADD CONSTRAINT chat_channel_check
    CHECK (channel IN ('nearby', 'hall', 'booth') AND (channel = 'booth') = (booth IS NOT NULL));
CREATE INDEX chat_booth ON chat (booth, id) WHERE channel = 'booth';

-- migrate: rollback
