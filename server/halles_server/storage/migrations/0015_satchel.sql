-- The satchel: what visitors take along of booths, by account, by a guest's visit, or by a guest's browser on the pages
-- depends: 0014_talk

-- migrate: apply

-- The owner is "account:…", "visit:…" or "browser:…" with the SHA-256 of the browser's cookie. Name and title are copies:
-- who looks a year later reads what was taken. A removed row is kept while that can be undone.
CREATE TABLE satchel_items (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY CHECK (id < 4294967296),
    owner text NOT NULL CHECK (length(owner) <= 80),
    account uuid REFERENCES accounts ON DELETE CASCADE,
    visit text REFERENCES visits ON DELETE CASCADE,
    booth text REFERENCES booths ON DELETE SET NULL,
    booth_name text NOT NULL CHECK (length(booth_name) <= 80),
    media text NOT NULL DEFAULT '' CHECK (length(media) <= 80),
    title jsonb NOT NULL DEFAULT '{}',
    taken timestamptz NOT NULL DEFAULT now(),
    removed timestamptz,
    CHECK (CASE split_part(owner, ':', 1)
        WHEN 'account' THEN account IS NOT NULL AND visit IS NULL
        WHEN 'visit' THEN visit IS NOT NULL AND account IS NULL
        WHEN 'browser' THEN account IS NULL AND visit IS NULL
        ELSE false END)
);
CREATE UNIQUE INDEX satchel_items_once ON satchel_items (owner, booth, media) WHERE removed IS NULL;
CREATE INDEX satchel_items_account ON satchel_items (account) WHERE account IS NOT NULL;
CREATE INDEX satchel_items_visit ON satchel_items (visit) WHERE visit IS NOT NULL;
CREATE INDEX satchel_items_booth ON satchel_items (booth);
CREATE INDEX satchel_items_removed ON satchel_items (owner, removed) WHERE removed IS NOT NULL;
CREATE INDEX satchel_items_browsers ON satchel_items (taken) WHERE account IS NULL AND visit IS NULL;

-- What was taken stays whatever the booth does. The view is made longer rather than written anew, so that what other
-- migrations have added to it stays.
DO $$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW media_used AS ' || rtrim(pg_get_viewdef('media_used'::regclass), E' ;\n')
        || ' UNION SELECT media FROM satchel_items WHERE media <> ''''';
END
$$;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON satchel_items TO halles_serve;
        GRANT USAGE ON SEQUENCE satchel_items_id_seq TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
