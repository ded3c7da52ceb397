-- Recorded live sessions: how people moved, who records, and who does not want to be in it any more
-- depends: 0021_public

-- migrate: apply

CREATE TABLE live_motion (
    session text NOT NULL REFERENCES programme ON DELETE CASCADE,
    begun_ms bigint NOT NULL,
    samples smallint NOT NULL CHECK (samples BETWEEN 1 AND 10),
    people jsonb NOT NULL DEFAULT '[]',
    data bytea NOT NULL CHECK (length(data) <= 204800),
    PRIMARY KEY (session, begun_ms)
);
-- Already compressed.
ALTER TABLE live_motion ALTER COLUMN data SET STORAGE EXTERNAL;

-- Which node records, until when if it does not say so again.
CREATE TABLE live_recorders (
    session text PRIMARY KEY REFERENCES programme ON DELETE CASCADE,
    node bigint NOT NULL,
    until timestamptz NOT NULL
) WITH (fillfactor = 70);

ALTER TABLE live_people ADD COLUMN withdrawn timestamptz;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT SELECT, INSERT, DELETE ON live_motion TO halles_serve;
        GRANT SELECT, INSERT, UPDATE, DELETE ON live_recorders TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
