-- In which live session something was said to a hall: whom that was not for reads it afterwards neither
-- depends: 0033_answers_told

-- migrate: apply

ALTER TABLE chat DROP CONSTRAINT chat_channel_check;
ALTER TABLE chat ADD CONSTRAINT chat_channel_check
    CHECK (channel IN ('nearby', 'hall', 'booth', 'backstage')
           AND (channel = 'booth') = (booth IS NOT NULL)
           AND (channel <> 'backstage' OR session IS NOT NULL)
           AND (channel IN ('hall', 'backstage') OR session IS NULL));

-- What is kept so far, of the live sessions that are not for everybody.
WITH spans AS MATERIALIZED (
    SELECT l.session, l.hall,
           min(v.at_ms) FILTER (WHERE v.detail ->> 1 = 'open-doors') AS begun,
           max(v.at_ms) FILTER (WHERE v.detail ->> 1 = 'end') AS ended
    FROM live_states l
    JOIN programme p ON p.id = l.session AND p.access <> 'public'
    JOIN live_events v ON v.session = l.session AND v.kind = 'step'
    GROUP BY l.session, l.hall
)
UPDATE chat c SET session = s.session
FROM spans s
WHERE c.channel = 'hall' AND c.hall = s.hall AND c.time_ms BETWEEN s.begun AND coalesce(s.ended, 9007199254740991);

-- One's own lines are looked for when a recording is left.
CREATE INDEX chat_said_by ON chat (account, time_ms) WHERE channel = 'hall';

-- migrate: rollback
