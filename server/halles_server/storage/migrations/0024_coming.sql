-- Who said that they will come to a live session; what its screens may show is used
-- depends: 0023_announcements

-- migrate: apply

CREATE TABLE programme_marks (
    account uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    session text NOT NULL REFERENCES programme ON DELETE CASCADE,
    made timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account, session)
);
CREATE INDEX programme_marks_session ON programme_marks (session);

-- What the demonstration's import wrote, so that it changes only what nobody else has changed.
ALTER TABLE programme ADD COLUMN demo_revision integer;

DO $$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW media_used AS ' || rtrim(pg_get_viewdef('media_used'::regclass), E' ;\n')
        || ' UNION SELECT media FROM programme_materials';
END
$$;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT SELECT, INSERT, DELETE ON programme_marks TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
