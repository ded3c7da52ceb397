-- Announcements to the people of the show, and who does not want to see and hear whom
-- depends: 0022_recordings

-- migrate: apply

CREATE TABLE announcements (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('show', 'hall', 'booth', 'live')),
    hall text NOT NULL DEFAULT '',
    place text NOT NULL DEFAULT '',
    fr text NOT NULL DEFAULT '' CHECK (length(fr) <= 300),
    nl text NOT NULL DEFAULT '' CHECK (length(nl) <= 300),
    en text NOT NULL DEFAULT '' CHECK (length(en) <= 300),
    author uuid REFERENCES accounts ON DELETE SET NULL,
    made timestamptz NOT NULL DEFAULT now(),
    CHECK (fr <> '' OR nl <> '' OR en <> '')
);
CREATE INDEX announcements_made ON announcements (made);
CREATE INDEX announcements_author ON announcements (author, made);

-- Who blocks whom: an account lastingly, a guest for as long as its visit is kept.
CREATE TABLE blocks (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner_account uuid REFERENCES accounts ON DELETE CASCADE,
    owner_visit text REFERENCES visits ON DELETE CASCADE,
    target_account uuid REFERENCES accounts ON DELETE CASCADE,
    target_visit text REFERENCES visits ON DELETE CASCADE,
    name text NOT NULL,
    made timestamptz NOT NULL DEFAULT now(),
    CHECK (num_nonnulls(owner_account, owner_visit) = 1),
    CHECK (num_nonnulls(target_account, target_visit) = 1),
    UNIQUE NULLS NOT DISTINCT (owner_account, owner_visit, target_account, target_visit)
);
CREATE INDEX blocks_owner_visit ON blocks (owner_visit) WHERE owner_visit IS NOT NULL;
CREATE INDEX blocks_target_account ON blocks (target_account) WHERE target_account IS NOT NULL;
CREATE INDEX blocks_target_visit ON blocks (target_visit) WHERE target_visit IS NOT NULL;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT SELECT, INSERT, DELETE ON announcements TO halles_serve;
        GRANT SELECT, INSERT, DELETE ON blocks TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
