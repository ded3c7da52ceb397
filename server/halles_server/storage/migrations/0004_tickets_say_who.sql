-- A ticket says who comes; where to stands in the address beside it, and was never read from here
-- depends: 0003_visits_seen

-- migrate: apply

ALTER TABLE tickets DROP COLUMN hall, DROP COLUMN place;

-- migrate: rollback
