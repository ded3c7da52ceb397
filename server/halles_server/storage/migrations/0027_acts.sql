-- Working groups count their changes; replays are taken back; the words of a booth as visitors see it
-- depends: 0026_recorded_voice

-- migrate: apply

-- So that of two who change a group at once neither loses what they wrote.
ALTER TABLE working_groups ADD COLUMN revision integer NOT NULL DEFAULT 1 CHECK (revision >= 1);

-- What was published of a live session and is watched by nobody now. Its recording stays as it is.
CREATE TABLE replays_taken_back (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session text NOT NULL REFERENCES programme ON DELETE CASCADE,
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    above boolean NOT NULL,
    by_account uuid REFERENCES accounts ON DELETE SET NULL,
    by_name text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    restored timestamptz,
    restored_by uuid REFERENCES accounts ON DELETE SET NULL
);
CREATE UNIQUE INDEX replays_taken_back_now ON replays_taken_back (session) WHERE restored IS NULL;

-- As ``booths.words`` is made, of any content: for booths whose content is not shown as it is stored.
CREATE FUNCTION halles_words(content jsonb) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN setweight(to_tsvector('simple', halles_fold(content ->> 'name')), 'A')
        || to_tsvector('french', halles_texts(content, '$.**.fr'))
        || to_tsvector('dutch', halles_texts(content, '$.**.nl'))
        || to_tsvector('english', halles_texts(content, '$.**.en'));

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT SELECT, INSERT ON replays_taken_back TO halles_serve;
        GRANT UPDATE (restored, restored_by) ON replays_taken_back TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
