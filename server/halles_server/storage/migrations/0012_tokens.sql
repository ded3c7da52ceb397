-- Personal tokens: what an account's programs use the API with; only the SHA-256 of a token is kept
-- depends: 0011_meetings

-- migrate: apply

CREATE TABLE tokens (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    account uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    label text NOT NULL CHECK (length(label) BETWEEN 1 AND 80),
    made timestamptz NOT NULL DEFAULT now(),
    until timestamptz NOT NULL,
    used timestamptz
);
CREATE INDEX tokens_account ON tokens (account, made);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON tokens TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
