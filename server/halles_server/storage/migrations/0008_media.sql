-- Documents, films and models beside pictures; what was made of each; and what still is shown somewhere
-- depends: 0006_nodes

-- migrate: apply

ALTER TABLE media
    DROP CONSTRAINT media_id_check,
    DROP CONSTRAINT media_mime_check,
    DROP CONSTRAINT media_width_check,
    DROP CONSTRAINT media_height_check,
    ALTER COLUMN data DROP NOT NULL,
    ADD COLUMN size bigint,
    ADD COLUMN seconds real NOT NULL DEFAULT 0 CHECK (seconds >= 0),
    ADD COLUMN pages smallint NOT NULL DEFAULT 0 CHECK (pages >= 0),
    ADD COLUMN triangles integer NOT NULL DEFAULT 0 CHECK (triangles >= 0),
    ADD COLUMN texels bigint NOT NULL DEFAULT 0 CHECK (texels >= 0);
UPDATE media SET size = octet_length(data);
ALTER TABLE media
    ALTER COLUMN size SET NOT NULL,
    ADD CONSTRAINT media_id_check CHECK (id ~ '^[0-9a-f]{64}\.(webp|png|jpg|glb|pdf|mp4|webm)$'),
    ADD CONSTRAINT media_mime_check CHECK (mime IN (
        'image/webp', 'image/png', 'image/jpeg', 'model/gltf-binary', 'application/pdf', 'video/mp4', 'video/webm'
    )),
    ADD CONSTRAINT media_width_check CHECK (width >= 0),
    ADD CONSTRAINT media_height_check CHECK (height >= 0),
    -- Large ones lie in the store of files; everything else is here, in the same transaction and backup as what shows it.
    ADD CONSTRAINT media_place_check CHECK ((data IS NULL) = (id ~ '\.(pdf|mp4|webm)$')),
    ADD CONSTRAINT media_size_check CHECK (size > 0 AND (data IS NULL OR size = octet_length(data)));

CREATE TABLE media_parts (
    medium text NOT NULL REFERENCES media ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('far', 'near', 'page', 'poster')),
    number smallint NOT NULL DEFAULT 0 CHECK (number >= 0),
    -- Deferred: a medium and its parts may go in one statement.
    part text NOT NULL REFERENCES media DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (medium, kind, number)
);
CREATE INDEX media_parts_part ON media_parts (part);

-- Every medium that something shows or may show again. A table that refers to media adds its SELECT here.
CREATE VIEW media_used AS
    SELECT (regexp_matches(content::text, '[0-9a-f]{64}\.[0-9a-z]{3,4}', 'g'))[1] AS id FROM booths
    UNION
    SELECT (regexp_matches(content::text, '[0-9a-f]{64}\.[0-9a-z]{3,4}', 'g'))[1] FROM booth_revisions;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON media_parts TO halles_serve;
        GRANT SELECT ON media_used TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
