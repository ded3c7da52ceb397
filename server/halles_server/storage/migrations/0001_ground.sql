-- The ground: organisations, booths, accounts, visits, chat, requests, audit, media
-- depends:

-- migrate: apply

CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

-- The role that the server works as. Roles belong to the whole cluster: another database may have made it already, and
-- on somebody else's Postgres we may not be allowed to.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        CREATE ROLE halles_serve NOLOGIN;
    END IF;
    EXECUTE format('GRANT halles_serve TO %I', current_user);
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN RAISE NOTICE 'the role halles_serve cannot be made here: serving as %', current_user;
END
$$;

-- How names are compared in searches: without accents, case and compatibility forms.
CREATE FUNCTION halles_fold(said text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(public.unaccent('public.unaccent'::regdictionary, normalize(said, NFKC)));

-- Every text of a content in one language, folded, as one string for a lexical index.
CREATE FUNCTION halles_texts(content jsonb, path jsonpath) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN halles_fold(replace(jsonb_path_query_array(content, path)::text, '\n', ' '));

CREATE TABLE organisations (
    id text PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9-]{0,63}$'),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    kind text NOT NULL CHECK (kind IN ('company', 'school', 'laboratory', 'public-body')),
    region text NOT NULL DEFAULT '',
    demonstration boolean NOT NULL DEFAULT false,
    created timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE accounts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    login text NOT NULL CHECK (length(login) BETWEEN 1 AND 80),
    login_key text GENERATED ALWAYS AS (lower(normalize(login, NFKC))) STORED UNIQUE,
    password_hash text NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
    role text NOT NULL CHECK (role IN ('visitor', 'member', 'exhibitor', 'moderator', 'organiser', 'operator')),
    language text NOT NULL DEFAULT 'fr' CHECK (language IN ('fr', 'nl', 'en')),
    look smallint[] NOT NULL DEFAULT '{0,0,1,0,1}' CHECK (cardinality(look) = 5),
    visit_epoch bigint NOT NULL DEFAULT 0,
    created timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE booths (
    id text PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9-]{0,63}$'),
    organisation text NOT NULL REFERENCES organisations,
    hall text NOT NULL,
    slot text NOT NULL,
    revision integer NOT NULL DEFAULT 1 CHECK (revision >= 1),
    format smallint NOT NULL,
    content jsonb NOT NULL,
    changed timestamptz NOT NULL DEFAULT now(),
    demo_digest bytea,
    demo_revision integer,
    name_key text GENERATED ALWAYS AS (halles_fold(content ->> 'name')) STORED,
    words tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', halles_fold(content ->> 'name')), 'A')
        || to_tsvector('french', halles_texts(content, '$.**.fr'))
        || to_tsvector('dutch', halles_texts(content, '$.**.nl'))
        || to_tsvector('english', halles_texts(content, '$.**.en'))
    ) STORED,
    UNIQUE (hall, slot) DEFERRABLE INITIALLY IMMEDIATE
);
CREATE INDEX booths_name_key ON booths USING gin (name_key gin_trgm_ops);
CREATE INDEX booths_words ON booths USING gin (words);

CREATE TABLE booth_revisions (
    booth text NOT NULL REFERENCES booths ON DELETE CASCADE,
    revision integer NOT NULL,
    format smallint NOT NULL,
    content jsonb NOT NULL,
    edit jsonb,
    author uuid REFERENCES accounts ON DELETE SET NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (booth, revision)
);

CREATE TABLE booth_staff (
    account uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    booth text NOT NULL REFERENCES booths ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('lead', 'editor', 'staff')),
    PRIMARY KEY (account, booth)
);
CREATE INDEX booth_staff_booth ON booth_staff (booth);

-- Web logins; only the SHA-256 of a token is kept, here and below.
CREATE TABLE logins (
    token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
    account uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    created timestamptz NOT NULL DEFAULT now(),
    seen timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX logins_account ON logins (account, created);

CREATE TABLE tickets (
    secret_hash bytea PRIMARY KEY CHECK (length(secret_hash) = 32),
    account uuid REFERENCES accounts ON DELETE CASCADE,
    name text NOT NULL,
    language text NOT NULL,
    look smallint[] NOT NULL,
    hall text NOT NULL,
    place text NOT NULL,
    issued timestamptz NOT NULL DEFAULT now(),
    used timestamptz
);

CREATE TABLE visits (
    id text PRIMARY KEY CHECK (length(id) <= 64),
    account uuid REFERENCES accounts ON DELETE CASCADE,
    epoch bigint NOT NULL,
    resume_hash bytea UNIQUE CHECK (length(resume_hash) = 32),
    name text NOT NULL,
    role text NOT NULL,
    language text NOT NULL,
    look smallint[] NOT NULL,
    bot boolean NOT NULL,
    hall text NOT NULL DEFAULT '',
    x double precision NOT NULL DEFAULT 0,
    y double precision NOT NULL DEFAULT 0,
    z double precision NOT NULL DEFAULT 0,
    heading double precision NOT NULL DEFAULT 0,
    opened timestamptz NOT NULL DEFAULT now(),
    dropped timestamptz,
    ended timestamptz
) WITH (fillfactor = 70);
CREATE INDEX visits_account ON visits (account) WHERE ended IS NULL;

CREATE TABLE chat (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hall text NOT NULL,
    channel text NOT NULL CHECK (channel IN ('nearby', 'hall')),
    account uuid REFERENCES accounts ON DELETE SET NULL,
    visit text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    coat smallint NOT NULL,
    text text NOT NULL CHECK (length(text) <= 2000),
    time_ms bigint NOT NULL,
    stored timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX chat_hall ON chat (hall, id) WHERE channel = 'hall';
CREATE INDEX chat_stored ON chat USING brin (stored);

-- Answers already given, so that a repeated request has one effect. Committed with the effect.
CREATE TABLE requests (
    actor text NOT NULL,
    request uuid NOT NULL,
    number bigint NOT NULL DEFAULT 0,
    rejection text NOT NULL DEFAULT '',
    text text NOT NULL DEFAULT '',
    stored timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (actor, request)
) WITH (fillfactor = 80);
CREATE INDEX requests_stored ON requests USING brin (stored);

CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL,
    act text NOT NULL,
    subject text NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_subject ON audit (subject, id);

-- Pictures, at most 10 MB each: here they are in the same transaction and backup as what shows them.
CREATE TABLE media (
    id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{64}\.(webp|png|jpg)$'),
    mime text NOT NULL CHECK (mime IN ('image/webp', 'image/png', 'image/jpeg')),
    width integer NOT NULL CHECK (width > 0),
    height integer NOT NULL CHECK (height > 0),
    data bytea NOT NULL CHECK (length(data) <= 10000000),
    stored timestamptz NOT NULL DEFAULT now()
);
-- Already compressed.
ALTER TABLE media ALTER COLUMN data SET STORAGE EXTERNAL;

-- Audit rows stay as they are for twelve months, whoever asks; the nightly clean-up then goes through audit_forget().
CREATE FUNCTION audit_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '12 months' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit rows are neither changed nor removed' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_rows_are_final BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_final();
CREATE TRIGGER audit_table_is_final BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_final();

CREATE FUNCTION audit_forget() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    WITH gone AS (DELETE FROM audit WHERE at < now() - interval '12 months' RETURNING 1) SELECT count(*) FROM gone
    $$;
REVOKE ALL ON FUNCTION audit_forget() FROM PUBLIC;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT USAGE ON SCHEMA public TO halles_serve;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO halles_serve;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO halles_serve;
        GRANT EXECUTE ON FUNCTION audit_forget() TO halles_serve;
        REVOKE ALL ON audit, _pogo_migration, _pogo_version FROM halles_serve;
        GRANT SELECT, INSERT ON audit TO halles_serve;
        REVOKE UPDATE, DELETE ON booth_revisions FROM halles_serve;
        GRANT SELECT ON _pogo_migration TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
