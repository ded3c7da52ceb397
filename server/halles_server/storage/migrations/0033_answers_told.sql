-- Lifted sanctions and waiting appeals are looked for at each change; in which language a reason was written to be read
-- depends: 0032_places

-- migrate: apply

ALTER TABLE sanctions ADD COLUMN language text NOT NULL DEFAULT '' CHECK (language IN ('', 'fr', 'nl', 'en'));
CREATE INDEX sanctions_lifted ON sanctions (lifted) WHERE lifted IS NOT NULL;
CREATE INDEX sanctions_appeal_waits ON sanctions (appealed) WHERE lifted IS NULL AND upheld IS NULL;

-- migrate: rollback
