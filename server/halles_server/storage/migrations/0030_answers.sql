-- What whoever appealed reads when a sanction stays
-- depends: 0024_coming

-- migrate: apply

ALTER TABLE sanctions ADD COLUMN upheld_reason text NOT NULL DEFAULT '' CHECK (length(upheld_reason) <= 200);

-- migrate: rollback
