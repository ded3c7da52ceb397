-- The studio: a draft of each booth with a history of its own, and what waits to be published
-- depends: 0006_nodes

-- migrate: apply

-- A booth has a row here from its first draft on. ``revision`` only grows; ``state`` is the revision whose content the
-- draft has now: undo and redo move it without forgetting anything. ``pending`` is the revision that waits for a
-- check, or for its hour.
CREATE TABLE booth_drafts (
    booth text PRIMARY KEY REFERENCES booths ON DELETE CASCADE,
    revision integer NOT NULL DEFAULT 0 CHECK (revision >= 0),
    state integer NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND revision),
    pending integer CHECK (pending BETWEEN 0 AND revision),
    pending_by uuid REFERENCES accounts ON DELETE SET NULL,
    checked boolean NOT NULL DEFAULT false,
    due timestamptz,
    word text NOT NULL DEFAULT '' CHECK (length(word) <= 500),
    word_by uuid REFERENCES accounts ON DELETE SET NULL
);
CREATE INDEX booth_drafts_due ON booth_drafts (due) WHERE pending IS NOT NULL AND checked;
CREATE INDEX booth_drafts_pending ON booth_drafts (booth) WHERE pending IS NOT NULL AND NOT checked;

-- ``parent`` is the state that a state was made from. Undo and redo point to a state and hold no content of their own.
CREATE TABLE draft_revisions (
    booth text NOT NULL REFERENCES booth_drafts ON DELETE CASCADE,
    revision integer NOT NULL,
    act text NOT NULL CHECK (act IN ('begin', 'edit', 'undo', 'redo', 'restore')),
    state integer NOT NULL,
    parent integer,
    fields text[] NOT NULL DEFAULT '{}',
    format smallint,
    content jsonb,
    author uuid REFERENCES accounts ON DELETE SET NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (booth, revision),
    CHECK ((state = revision) = (content IS NOT NULL)),
    CHECK ((format IS NULL) = (content IS NULL))
);

-- From which revision of the draft a revision of the booth was published; none where it was not edited in a studio.
ALTER TABLE booth_revisions ADD COLUMN draft integer;
CREATE INDEX booth_revisions_draft ON booth_revisions (booth, draft) WHERE draft IS NOT NULL;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON booth_drafts TO halles_serve;
        GRANT SELECT, INSERT, DELETE ON draft_revisions TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
