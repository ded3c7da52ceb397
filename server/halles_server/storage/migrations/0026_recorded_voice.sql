-- What was said from the stage, by those who wanted it in the recording
-- depends: 0025_conclusions

-- migrate: apply

CREATE TABLE live_voice (
    session text NOT NULL REFERENCES programme ON DELETE CASCADE,
    begun_ms bigint NOT NULL,
    key text NOT NULL,
    data bytea NOT NULL CHECK (length(data) BETWEEN 1 AND 129000),
    PRIMARY KEY (session, begun_ms, key)
);
-- Already compressed.
ALTER TABLE live_voice ALTER COLUMN data SET STORAGE EXTERNAL;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT SELECT, INSERT, DELETE ON live_voice TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
