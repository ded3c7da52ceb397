-- Meetings at booths: slots, requests and answers; nobody is in two meetings at once
-- depends: 0010_leads

-- migrate: apply

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

CREATE TABLE meeting_slots (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    booth text NOT NULL REFERENCES booths ON DELETE CASCADE,
    host uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    during tstzrange NOT NULL CHECK (
        lower_inc(during) AND NOT upper_inc(during)
        AND upper(during) - lower(during) BETWEEN interval '5 minutes' AND interval '4 hours'
    ),
    opened timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT nobody_hosts_twice_at_once EXCLUDE USING gist (host WITH =, during WITH &&)
);
CREATE INDEX meeting_slots_booth ON meeting_slots (booth, lower(during));

CREATE TABLE meetings (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    slot bigint REFERENCES meeting_slots ON DELETE SET NULL,
    booth text NOT NULL REFERENCES booths ON DELETE CASCADE,
    host uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    visitor uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    language text NOT NULL CHECK (language IN ('fr', 'nl', 'en')),
    during tstzrange NOT NULL,
    state text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'confirmed', 'declined', 'cancelled', 'expired')),
    subject text NOT NULL CHECK (length(subject) <= 500),
    word text NOT NULL DEFAULT '' CHECK (length(word) <= 500),
    expires timestamptz NOT NULL,
    changed timestamptz NOT NULL DEFAULT now(),
    sequence integer NOT NULL DEFAULT 0,
    CHECK (host <> visitor)
);
CREATE INDEX meetings_booth ON meetings (booth, upper(during));
CREATE INDEX meetings_host ON meetings (host, upper(during));
CREATE INDEX meetings_visitor ON meetings (visitor, upper(during));
CREATE INDEX meetings_waiting ON meetings (expires) WHERE state = 'asked';

-- When whom a meeting, asked for or confirmed, keeps busy: one row for who hosts and one for who visits, so that the one
-- constraint holds for both, also for somebody who hosts here and visits there.
CREATE TABLE engagements (
    meeting bigint NOT NULL REFERENCES meetings ON DELETE CASCADE,
    person uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    during tstzrange NOT NULL,
    PRIMARY KEY (meeting, person),
    CONSTRAINT nobody_meets_twice_at_once EXCLUDE USING gist (person WITH =, during WITH &&)
);

-- The secret address of somebody's agenda, as its SHA-256.
CREATE TABLE agenda_feeds (
    account uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    secret_hash bytea NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
    made timestamptz NOT NULL DEFAULT now()
);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON meeting_slots, meetings, engagements, agenda_feeds TO halles_serve;
        GRANT USAGE ON SEQUENCE meeting_slots_id_seq, meetings_id_seq TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
