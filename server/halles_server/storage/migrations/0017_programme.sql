-- The programme: live sessions as they are announced, who speaks and who hosts; working groups; rights within a scope
-- depends: 0016_meetings_gone

-- migrate: apply

CREATE TABLE working_groups (
    id text PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9-]{0,63}$'),
    name jsonb NOT NULL,
    purpose jsonb NOT NULL DEFAULT '["", "", ""]',
    lead uuid REFERENCES accounts ON DELETE SET NULL,
    demonstration boolean NOT NULL DEFAULT false,
    made timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE working_group_members (
    working_group text NOT NULL REFERENCES working_groups ON DELETE CASCADE,
    account uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    joined timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (working_group, account)
);
CREATE INDEX working_group_members_account ON working_group_members (account);

-- An entry of the programme is a live session; what happens in it is kept in tables of its own.
CREATE TABLE programme (
    id text PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9-]{0,63}$'),
    revision integer NOT NULL DEFAULT 1 CHECK (revision >= 1),
    title jsonb NOT NULL,
    summary jsonb NOT NULL DEFAULT '["", "", ""]',
    hall text NOT NULL,
    stage text NOT NULL,
    during tstzrange NOT NULL CHECK (
        lower_inc(during) AND NOT upper_inc(during)
        AND upper(during) - lower(during) BETWEEN interval '5 minutes' AND interval '12 hours'
    ),
    language text NOT NULL CHECK (language IN ('fr', 'nl', 'en')),
    capacity integer NOT NULL DEFAULT 2500 CHECK (capacity BETWEEN 1 AND 2500),
    access text NOT NULL DEFAULT 'public' CHECK (access IN ('public', 'members', 'invited')),
    mode text NOT NULL DEFAULT 'hands' CHECK (mode IN ('open', 'hands', 'stage-only', 'fishbowl', 'screening')),
    working_group text REFERENCES working_groups ON DELETE SET NULL,
    uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    sequence integer NOT NULL DEFAULT 0,
    changed timestamptz NOT NULL DEFAULT now(),
    cancelled timestamptz,
    demonstration boolean NOT NULL DEFAULT false,
    made_by uuid REFERENCES accounts ON DELETE SET NULL,
    made timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT one_live_session_on_a_stage EXCLUDE USING gist (hall WITH =, stage WITH =, during WITH &&)
        WHERE (cancelled IS NULL)
);
CREATE INDEX programme_begins ON programme (lower(during));

-- Who speaks, with or without an account. ``during`` is the entry's, NULL once that is cancelled, so that the constraint
-- can see it.
CREATE TABLE programme_speakers (
    session text NOT NULL REFERENCES programme ON DELETE CASCADE,
    place smallint NOT NULL CHECK (place BETWEEN 0 AND 31),
    account uuid REFERENCES accounts ON DELETE SET NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    organisation text NOT NULL DEFAULT '' CHECK (length(organisation) <= 80),
    during tstzrange,
    PRIMARY KEY (session, place),
    CONSTRAINT nobody_speaks_twice_at_once EXCLUDE USING gist (account WITH =, during WITH &&)
        WHERE (account IS NOT NULL AND during IS NOT NULL)
);

CREATE TABLE programme_invited (
    session text NOT NULL REFERENCES programme ON DELETE CASCADE,
    account uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    PRIMARY KEY (session, account)
);

-- What may be shown on its screens: documents by their pages, films.
CREATE TABLE programme_materials (
    session text NOT NULL REFERENCES programme ON DELETE CASCADE,
    place smallint NOT NULL CHECK (place BETWEEN 0 AND 31),
    title text NOT NULL DEFAULT '' CHECK (length(title) <= 80),
    media text NOT NULL,
    PRIMARY KEY (session, place)
);

-- A role that holds within a scope only: ``show``, ``hall:<id>``, ``booth:<id>`` or ``live:<id>``, and until when.
CREATE TABLE grants (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('moderator', 'organiser')),
    scope text NOT NULL CHECK (scope ~ '^(show|(hall|booth|live):[a-z0-9][a-z0-9-]{0,63})$'),
    until timestamptz,
    made_by uuid REFERENCES accounts ON DELETE SET NULL,
    made timestamptz NOT NULL DEFAULT now(),
    UNIQUE (account, role, scope)
);
CREATE INDEX grants_scope ON grants (scope);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON working_groups, working_group_members, programme, programme_speakers,
            programme_invited, programme_materials, grants TO halles_serve;
        GRANT USAGE ON SEQUENCE grants_id_seq TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
