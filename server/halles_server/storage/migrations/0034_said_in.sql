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
UPDATE chat c SET session = l.session
FROM live_states l JOIN programme p ON p.id = l.session
WHERE c.channel = 'hall' AND c.hall = l.hall AND p.access <> 'public'
  AND c.time_ms BETWEEN
    (SELECT min(at_ms) FROM live_events v
     WHERE v.session = l.session AND v.kind = 'step' AND v.detail ->> 1 = 'open-doors')
    AND coalesce((SELECT max(at_ms) FROM live_events v
     WHERE v.session = l.session AND v.kind = 'step' AND v.detail ->> 1 = 'end'), 9007199254740991);

-- migrate: rollback
