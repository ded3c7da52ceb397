-- A live session's state is where its entry is; why a replay was taken back is not kept for ever
-- depends: 0031_backstage

-- migrate: apply

-- Entries that were moved after something had been prepared: from now on their states go with them.
UPDATE live_states l SET hall = p.hall, stage = p.stage FROM programme p
WHERE p.id = l.session AND l.phase NOT IN ('doors', 'live', 'paused', 'closing')
  AND (l.hall, l.stage) <> (p.hall, p.stage);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT DELETE ON replays_taken_back TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
