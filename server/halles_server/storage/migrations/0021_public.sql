-- The public of live sessions: questions with votes, polls with secret ballots, and who agreed to be named
-- depends: 0020_live

-- migrate: apply

-- How questions are taken, and a number that grows with each change of them: the row that such changes lock.
CREATE TABLE live_public (
    session text PRIMARY KEY REFERENCES programme ON DELETE CASCADE,
    asking text NOT NULL DEFAULT 'checked' CHECK (asking IN ('checked', 'free', 'closed')),
    revision bigint NOT NULL DEFAULT 0,
    sampled_ms bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 70);

-- Who asked is a key of live_people.
CREATE TABLE live_questions (
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session text NOT NULL REFERENCES programme ON DELETE CASCADE,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 64),
    language text NOT NULL CHECK (language IN ('fr', 'nl', 'en')),
    text text NOT NULL CHECK (length(text) BETWEEN 1 AND 300),
    state text NOT NULL CHECK (state IN ('waiting', 'approved', 'pinned', 'answered', 'refused')),
    asked_ms bigint NOT NULL,
    answered_ms bigint NOT NULL DEFAULT 0
);
CREATE INDEX live_questions_session ON live_questions (session, state);

-- One vote of one person for one question.
CREATE TABLE live_question_votes (
    question integer NOT NULL REFERENCES live_questions ON DELETE CASCADE,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 64),
    PRIMARY KEY (question, key)
);

CREATE TABLE live_polls (
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session text NOT NULL REFERENCES programme ON DELETE CASCADE,
    poll jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'closed', 'shown', 'withdrawn')),
    opened_ms bigint NOT NULL,
    closed_ms bigint NOT NULL DEFAULT 0,
    -- What the ballots came to, once it is over.
    counts integer[] NOT NULL DEFAULT '{}',
    voters integer NOT NULL DEFAULT 0
);
CREATE INDEX live_polls_session ON live_polls (session, number);

-- Ballots, while a poll is open: who has voted has to be known so that nobody votes twice, and what, so that a vote can
-- be changed. When it closes they are counted and deleted in one transaction, so that nobody can ever look.
CREATE TABLE live_poll_votes (
    poll integer NOT NULL REFERENCES live_polls ON DELETE CASCADE,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 64),
    choices smallint[] NOT NULL CHECK (cardinality(choices) BETWEEN 1 AND 8),
    PRIMARY KEY (poll, key)
);

-- Who agreed that the hosts keep under their name that they were here. Withdrawing deletes the row.
CREATE TABLE live_attendance (
    session text NOT NULL REFERENCES programme ON DELETE CASCADE,
    account uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 64),
    purpose text NOT NULL DEFAULT 'attendance' CHECK (purpose IN ('attendance')),
    agreed timestamptz NOT NULL DEFAULT now(),
    until timestamptz NOT NULL,
    PRIMARY KEY (session, account)
);
CREATE INDEX live_attendance_account ON live_attendance (account);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON live_public, live_questions, live_question_votes, live_polls,
            live_poll_votes, live_attendance TO halles_serve;
        GRANT USAGE ON SEQUENCE live_questions_number_seq, live_polls_number_seq TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
