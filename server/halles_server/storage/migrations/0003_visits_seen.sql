-- When a visit was last known to be here: what a crash leaves behind is not resumable for ever
-- depends: 0002_kind_of_body

-- migrate: apply

ALTER TABLE visits ADD COLUMN seen timestamptz NOT NULL DEFAULT now();

-- migrate: rollback
