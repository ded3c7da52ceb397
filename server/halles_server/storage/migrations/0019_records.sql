-- Seals of the audit; reports with their evidence; what is taken down
-- depends: 0018_sanctions

-- migrate: apply

-- A seal covers the audit rows after those of the seal before, up to and with ``upto``, row by row, so that a look tells
-- which row is not as it was. ``hash`` is over all of it and the hash before (``storage/seals.py``). Seals outlive rows.
CREATE TABLE audit_seals (
    number bigint PRIMARY KEY CHECK (number >= 1),
    upto bigint NOT NULL,
    at timestamptz NOT NULL,
    ids bigint[] NOT NULL CHECK (cardinality(ids) >= 1),
    ats timestamptz[] NOT NULL CHECK (cardinality(ats) = cardinality(ids)),
    digests bytea[] NOT NULL CHECK (cardinality(digests) = cardinality(ids)),
    hash bytea NOT NULL CHECK (length(hash) = 32)
);

CREATE FUNCTION audit_seals_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'seals of the audit are neither changed nor removed' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_seals_rows_are_final BEFORE UPDATE OR DELETE ON audit_seals
    FOR EACH ROW EXECUTE FUNCTION audit_seals_are_final();
CREATE TRIGGER audit_seals_table_is_final BEFORE TRUNCATE ON audit_seals
    FOR EACH STATEMENT EXECUTE FUNCTION audit_seals_are_final();

-- What was told to the moderators, with what was heard and seen. The whole row goes six months after it is closed.
CREATE TABLE reports (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    about text NOT NULL CHECK (about IN ('person', 'line', 'booth', 'host', 'other')),
    subject text NOT NULL CHECK (length(subject) <= 64),
    subject_name text NOT NULL,
    subject_account uuid REFERENCES accounts ON DELETE SET NULL,
    booth text REFERENCES booths ON DELETE SET NULL,
    hall text NOT NULL,
    reason text NOT NULL CHECK (reason IN ('harassment', 'hate', 'spam', 'rights', 'other')),
    said text NOT NULL CHECK (length(said) <= 500),
    line_ms bigint NOT NULL DEFAULT 0,
    reporter text NOT NULL,
    reporter_account uuid REFERENCES accounts ON DELETE SET NULL,
    reporter_visit text,
    reporter_name text NOT NULL,
    reporter_language text NOT NULL,
    evidence jsonb NOT NULL,
    made timestamptz NOT NULL DEFAULT now(),
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'taken', 'closed')),
    by_account uuid REFERENCES accounts ON DELETE SET NULL,
    by_name text NOT NULL DEFAULT '',
    decision text CHECK (decision IN ('acted', 'nothing', 'duplicate')),
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    closed timestamptz,
    told boolean NOT NULL DEFAULT false,
    CHECK ((state = 'closed') = (closed IS NOT NULL AND decision IS NOT NULL))
);
CREATE INDEX reports_waiting ON reports (id) WHERE state <> 'closed';
CREATE INDEX reports_closed ON reports (closed) WHERE state = 'closed';
CREATE INDEX reports_reporter ON reports (reporter, made);

-- What visitors do not see of a booth: a medium, a field, or with '' all of it. Its content stays as it is.
CREATE TABLE taken_down (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    booth text NOT NULL REFERENCES booths ON DELETE CASCADE,
    item text NOT NULL CHECK (length(item) <= 80),
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    by_account uuid REFERENCES accounts ON DELETE SET NULL,
    by_name text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    answer text NOT NULL DEFAULT '' CHECK (length(answer) <= 500),
    restored timestamptz,
    restored_by uuid REFERENCES accounts ON DELETE SET NULL
);
CREATE UNIQUE INDEX taken_down_now ON taken_down (booth, item) WHERE restored IS NULL;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON reports TO halles_serve;
        GRANT SELECT, INSERT ON taken_down TO halles_serve;
        GRANT UPDATE (answer, restored, restored_by) ON taken_down TO halles_serve;
        GRANT SELECT, INSERT ON audit_seals TO halles_serve;
        -- A row's number and moment are the database's to say: nobody who serves puts one in between older ones.
        REVOKE INSERT ON audit FROM halles_serve;
        GRANT INSERT (actor, act, subject, detail) ON audit TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
