-- A live session's state is where its entry is
-- depends: 0031_backstage

-- migrate: apply

-- Entries that were moved after something had been prepared: from now on their states go with them.
UPDATE live_states l SET hall = p.hall, stage = p.stage FROM programme p
WHERE p.id = l.session AND l.phase NOT IN ('doors', 'live', 'paused', 'closing')
  AND (l.hall, l.stage) <> (p.hall, p.stage);

-- migrate: rollback
