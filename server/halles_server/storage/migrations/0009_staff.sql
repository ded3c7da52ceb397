-- Invitations onto a booth's staff, who of it is in the show, when somebody is back, and the doorbell
-- depends: 0008_media

-- migrate: apply

-- Only the SHA-256 of a code is kept.
CREATE TABLE invitations (
    code_hash bytea PRIMARY KEY CHECK (length(code_hash) = 32),
    booth text NOT NULL REFERENCES booths ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('lead', 'editor', 'staff')),
    made_by text NOT NULL,
    made timestamptz NOT NULL DEFAULT now(),
    expires timestamptz NOT NULL,
    used timestamptz,
    used_by uuid REFERENCES accounts ON DELETE SET NULL
);
CREATE INDEX invitations_booth ON invitations (booth, made);

-- Who of a booth's staff is in the show, as the node with the visit saw it last; a row not renewed says nothing.
CREATE TABLE booth_presence (
    node bigint NOT NULL,
    account uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    booth text NOT NULL REFERENCES booths ON DELETE CASCADE,
    here boolean NOT NULL,
    seen timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (node, account, booth)
) WITH (fillfactor = 70);

CREATE TABLE booth_back (
    booth text PRIMARY KEY REFERENCES booths ON DELETE CASCADE,
    back_at timestamptz NOT NULL,
    said_by uuid REFERENCES accounts ON DELETE SET NULL
);

CREATE TABLE bell_rings (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY CHECK (id < 4294967296),
    booth text NOT NULL REFERENCES booths ON DELETE CASCADE,
    account uuid REFERENCES accounts ON DELETE SET NULL,
    visit text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    language text NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'answered', 'missed', 'cancelled')),
    rung timestamptz NOT NULL DEFAULT now(),
    decided timestamptz,
    answered_by uuid REFERENCES accounts ON DELETE SET NULL,
    answered_name text NOT NULL DEFAULT '',
    message text NOT NULL DEFAULT '' CHECK (length(message) <= 500)
);
CREATE UNIQUE INDEX bell_rings_waiting ON bell_rings (booth, visit) WHERE state = 'waiting';
CREATE INDEX bell_rings_booth ON bell_rings (booth, id);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON invitations, booth_presence, booth_back, bell_rings TO halles_serve;
        GRANT USAGE ON SEQUENCE bell_rings_id_seq TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
