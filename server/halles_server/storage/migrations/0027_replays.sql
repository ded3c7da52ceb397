-- What the screens of a live session may show stays in its place from the doors on; whose chat is still to be kept
-- depends: 0026_recorded_voice

-- migrate: apply

CREATE TABLE live_materials (
    session text NOT NULL REFERENCES programme ON DELETE CASCADE,
    place smallint NOT NULL CHECK (place BETWEEN 0 AND 31),
    media text NOT NULL,
    title text NOT NULL DEFAULT '',
    PRIMARY KEY (session, place)
);
INSERT INTO live_materials (session, place, media, title)
SELECT m.session, m.place, m.media, m.title FROM programme_materials m JOIN live_states l ON l.session = m.session
WHERE l.phase <> 'scheduled';

DO $$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW media_used AS ' || rtrim(pg_get_viewdef('media_used'::regclass), E' ;\n')
        || ' UNION SELECT media FROM live_materials';
END
$$;

-- After which line of the hall's chat the next ones are still to be kept; NULL: nothing is.
ALTER TABLE live_states ADD COLUMN talk_after bigint;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT SELECT, INSERT, DELETE ON live_materials TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
