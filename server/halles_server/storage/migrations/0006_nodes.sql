-- Nodes of one deployment, each alive as long as its lease; and which incarnation of which node has a visit
-- depends: 0005_requests_digest

-- migrate: apply

CREATE SEQUENCE node_incarnations;

CREATE TABLE nodes (
    slot smallint PRIMARY KEY CHECK (slot BETWEEN 0 AND 15),
    incarnation bigint NOT NULL UNIQUE,
    name text NOT NULL CHECK (length(name) <= 200),
    address text NOT NULL CHECK (length(address) <= 300),
    lease timestamptz NOT NULL
);

-- 0: with a node that is the only one.
ALTER TABLE visits ADD COLUMN node bigint NOT NULL DEFAULT 0;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON nodes TO halles_serve;
        GRANT USAGE ON SEQUENCE node_incarnations TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
