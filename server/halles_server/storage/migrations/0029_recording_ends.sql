-- Recordings end: since when each live session is over, votes as counts, and no guest's name once it is
-- depends: 0028_acts

-- migrate: apply

-- ``forgotten``: what happened in it was deleted, only that it took place is known.
ALTER TABLE live_states ADD COLUMN ended timestamptz, ADD COLUMN forgotten timestamptz;
UPDATE live_states SET ended = changed WHERE phase IN ('ended', 'published');

-- Votes of a live session that is over: counted, and its ballots deleted, so that nobody can ever look who voted.
ALTER TABLE live_questions ADD COLUMN counted integer NOT NULL DEFAULT 0;

UPDATE live_people p SET name = '', visit = '' FROM live_states l
WHERE l.session = p.session AND l.phase IN ('ended', 'published') AND p.account IS NULL;

-- What somebody wrote, to be taken out.
CREATE INDEX live_events_words ON live_events (session, by_key) WHERE kind IN ('said', 'caption', 'question-asked');

-- migrate: rollback
