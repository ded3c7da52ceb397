-- Recorded hosts, at most one a booth; and sound, a kind of medium
-- depends: 0012_tokens

-- migrate: apply

ALTER TABLE media
    DROP CONSTRAINT media_id_check,
    DROP CONSTRAINT media_mime_check,
    DROP CONSTRAINT media_place_check,
    ADD CONSTRAINT media_id_check CHECK (id ~ '^[0-9a-f]{64}\.(webp|png|jpg|glb|pdf|mp4|webm|mp3|m4a|weba)$'),
    ADD CONSTRAINT media_mime_check CHECK (mime IN (
        'image/webp', 'image/png', 'image/jpeg', 'model/gltf-binary', 'application/pdf', 'video/mp4', 'video/webm',
        'audio/mpeg', 'audio/mp4', 'audio/webm'
    )),
    ADD CONSTRAINT media_place_check CHECK ((data IS NULL) = (id ~ '\.(pdf|mp4|webm|mp3|m4a|weba)$'));

-- The person's name and look are read from the account, so that both are the newest, and all goes with it.
CREATE TABLE host_replays (
    booth text PRIMARY KEY REFERENCES booths ON DELETE CASCADE,
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE CHECK (number < 4294967296),
    account uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    recorded timestamptz NOT NULL DEFAULT now(),
    replay jsonb NOT NULL CHECK (octet_length(replay::text) < 65536),
    sound text REFERENCES media
);
CREATE INDEX host_replays_account ON host_replays (account);
CREATE INDEX host_replays_sound ON host_replays (sound);

-- Who has sent a sound: several may have sent the same, and each gives their own voice only.
CREATE TABLE sound_senders (
    sound text NOT NULL REFERENCES media ON DELETE CASCADE,
    account uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    PRIMARY KEY (sound, account)
);
CREATE INDEX sound_senders_account ON sound_senders (account);

-- A voice that a recording has no more, or whose sender is gone, however that came about, is not kept for the days of
-- other media; what is used still stays.
CREATE FUNCTION host_voice_left() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE media SET stored = 'epoch' WHERE id = OLD.sound;
    RETURN NULL;
END
$$;
CREATE TRIGGER host_voice_goes AFTER DELETE ON host_replays
    FOR EACH ROW WHEN (OLD.sound IS NOT NULL) EXECUTE FUNCTION host_voice_left();
CREATE TRIGGER host_voice_changes AFTER UPDATE OF sound ON host_replays
    FOR EACH ROW WHEN (OLD.sound IS DISTINCT FROM NEW.sound AND OLD.sound IS NOT NULL) EXECUTE FUNCTION host_voice_left();
CREATE TRIGGER sender_goes AFTER DELETE ON sound_senders
    FOR EACH ROW EXECUTE FUNCTION host_voice_left();

-- The view as it is by now, and one more part: whoever added to it before is not overruled.
DO $$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW media_used AS '
        || rtrim(pg_get_viewdef('media_used'::regclass), '; ')
        || ' UNION SELECT sound FROM host_replays WHERE sound IS NOT NULL';
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON host_replays, sound_senders TO halles_serve;
        GRANT USAGE ON SEQUENCE host_replays_number_seq TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
