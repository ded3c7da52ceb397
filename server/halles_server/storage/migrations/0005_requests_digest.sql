-- What a request asked for: a key that comes again with something else is refused, not answered Done
-- depends: 0004_tickets_say_who

-- migrate: apply

-- Keys stored before have none and are answered as before; a day later they are gone.
ALTER TABLE requests ADD COLUMN digest bytea CHECK (length(digest) = 32);

-- migrate: rollback
