-- The kind "public-body" is called "body": it claims nothing about a legal form
-- depends: 0001_ground

-- migrate: apply

-- Contents of booths keep what was written: storage/booth_json.py raises their format when it reads them.
ALTER TABLE organisations DROP CONSTRAINT organisations_kind_check;
UPDATE organisations SET kind = 'body' WHERE kind = 'public-body';
ALTER TABLE organisations
    ADD CONSTRAINT organisations_kind_check CHECK (kind IN ('company', 'school', 'laboratory', 'body'));

-- migrate: rollback
