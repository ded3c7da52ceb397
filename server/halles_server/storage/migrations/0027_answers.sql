-- What whoever appealed reads when a sanction stays
-- depends: 0026_recorded_voice

-- migrate: apply

ALTER TABLE sanctions ADD COLUMN upheld_reason text NOT NULL DEFAULT '' CHECK (length(upheld_reason) <= 200);

-- migrate: rollback
