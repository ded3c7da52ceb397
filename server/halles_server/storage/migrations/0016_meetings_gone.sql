-- Confirmed meetings whose visitor has erased their data: when and with whom of the staff, and nothing of the visitor
-- depends: 0015_satchel

-- migrate: apply

CREATE TABLE meetings_gone (
    booth text NOT NULL REFERENCES booths ON DELETE CASCADE,
    host uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    during tstzrange NOT NULL
);
CREATE INDEX meetings_gone_booth ON meetings_gone (booth, upper(during));

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON meetings_gone TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
