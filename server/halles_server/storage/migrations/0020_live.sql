-- Live sessions as they happen: their state, who took part by which key, and every act in order
-- depends: 0019_records

-- migrate: apply

CREATE TABLE live_states (
    session text PRIMARY KEY REFERENCES programme ON DELETE CASCADE,
    hall text NOT NULL,
    stage text NOT NULL,
    phase text NOT NULL,
    revision bigint NOT NULL DEFAULT 1,
    state jsonb NOT NULL,
    host_seen timestamptz NOT NULL DEFAULT now(),
    changed timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70);
-- One live session at a time has a stage.
CREATE UNIQUE INDEX live_states_stage ON live_states (hall, stage)
    WHERE phase IN ('doors', 'live', 'paused', 'closing');

-- Who a key is: what happened names keys only, so that somebody can be taken out of it later.
CREATE TABLE live_people (
    session text NOT NULL REFERENCES programme ON DELETE CASCADE,
    key text NOT NULL CHECK (length(key) <= 64),
    account uuid REFERENCES accounts ON DELETE SET NULL,
    visit text NOT NULL DEFAULT '',
    name text NOT NULL,
    language text NOT NULL,
    PRIMARY KEY (session, key)
);
CREATE INDEX live_people_account ON live_people (account);

CREATE TABLE live_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session text NOT NULL REFERENCES programme ON DELETE CASCADE,
    at_ms bigint NOT NULL,
    kind text NOT NULL CHECK (length(kind) <= 40),
    by_key text NOT NULL DEFAULT '',
    about_key text NOT NULL DEFAULT '',
    detail jsonb NOT NULL DEFAULT '[]'
);
CREATE INDEX live_events_session ON live_events (session, id);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON live_states, live_people TO halles_serve;
        GRANT SELECT, INSERT, DELETE ON live_events TO halles_serve;
        GRANT USAGE ON SEQUENCE live_events_id_seq TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
