-- What hosts and speakers of a live session say among themselves: a fourth channel of the chat
-- depends: 0030_answers

-- migrate: apply

ALTER TABLE chat ADD COLUMN session text REFERENCES programme ON DELETE CASCADE;
ALTER TABLE chat DROP CONSTRAINT chat_channel_check;
ALTER TABLE chat ADD CONSTRAINT chat_channel_check
    CHECK (channel IN ('nearby', 'hall', 'booth', 'backstage')
           AND (channel = 'booth') = (booth IS NOT NULL) AND (channel = 'backstage') = (session IS NOT NULL));
CREATE INDEX chat_backstage ON chat (session, id) WHERE channel = 'backstage';

-- migrate: rollback
