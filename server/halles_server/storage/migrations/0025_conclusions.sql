-- What a debate came to, in the words of those who led it
-- depends: 0024_coming

-- migrate: apply

CREATE TABLE live_conclusions (
    session text PRIMARY KEY REFERENCES programme ON DELETE CASCADE,
    revision integer NOT NULL DEFAULT 1 CHECK (revision >= 1),
    words jsonb NOT NULL,
    written_by uuid REFERENCES accounts ON DELETE SET NULL,
    written timestamptz NOT NULL DEFAULT now()
);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT SELECT, INSERT, UPDATE ON live_conclusions TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
