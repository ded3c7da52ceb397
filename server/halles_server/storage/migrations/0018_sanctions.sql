-- Sanctions with their appeals; by which device and from which address a visit comes
-- depends: 0017_programme

-- migrate: apply

-- Somebody is known by account or, without one, by visit, by the hashes of what their devices keep and, where a
-- moderator chose so, by address for a day.
CREATE TABLE sanctions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('warn', 'silence', 'hold', 'remove', 'ban')),
    scope text NOT NULL CHECK (scope ~ '^(show|(hall|booth|live):[a-z0-9][a-z0-9-]{0,63})$'),
    account uuid REFERENCES accounts ON DELETE CASCADE,
    visit text NOT NULL DEFAULT '' CHECK (length(visit) <= 64),
    devices bytea[] NOT NULL DEFAULT '{}',
    network text,
    name text NOT NULL,
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 200),
    until timestamptz NOT NULL,
    made timestamptz NOT NULL DEFAULT now(),
    made_by uuid REFERENCES accounts ON DELETE SET NULL,
    made_name text NOT NULL,
    made_role text NOT NULL,
    lifted timestamptz,
    lifted_name text NOT NULL DEFAULT '',
    lifted_reason text NOT NULL DEFAULT '' CHECK (length(lifted_reason) <= 200),
    appeal text NOT NULL DEFAULT '' CHECK (length(appeal) <= 500),
    appealed timestamptz,
    upheld timestamptz,
    upheld_name text NOT NULL DEFAULT '',
    CHECK (account IS NOT NULL OR visit <> ''),
    CHECK (network IS NULL OR (kind = 'ban' AND until <= made + interval '24 hours'))
);
CREATE INDEX sanctions_in_force ON sanctions (until) WHERE lifted IS NULL;
CREATE INDEX sanctions_account ON sanctions (account) WHERE account IS NOT NULL;
CREATE INDEX sanctions_scope ON sanctions (scope);

-- ``network`` is kept while the visit lasts.
ALTER TABLE visits ADD COLUMN devices bytea[] NOT NULL DEFAULT '{}', ADD COLUMN network text NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN device bytea CHECK (length(device) = 32);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON sanctions TO halles_serve;
        GRANT USAGE ON SEQUENCE sanctions_id_seq TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
