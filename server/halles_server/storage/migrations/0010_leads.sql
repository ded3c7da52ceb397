-- Cards that visitors give to booths, never without a purpose and an end; and how many people come to booths, in sums only
-- depends: 0006_nodes

-- migrate: apply

CREATE TABLE cards (
    account uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    organisation text NOT NULL DEFAULT '' CHECK (length(organisation) <= 80),
    mail text NOT NULL DEFAULT '' CHECK (length(mail) <= 254),
    changed timestamptz NOT NULL DEFAULT now()
);

-- What was given is a copy. A withdrawn row keeps its person while that can be undone; then only the fact that a card
-- was given and taken back stays, without anybody's name: no account, no text.
CREATE TABLE leads (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    booth text NOT NULL REFERENCES booths ON DELETE CASCADE,
    account uuid REFERENCES accounts ON DELETE CASCADE,
    name text NOT NULL CHECK (length(name) <= 80),
    organisation text NOT NULL CHECK (length(organisation) <= 80),
    mail text NOT NULL CHECK (length(mail) <= 254),
    language text NOT NULL CHECK (language IN ('fr', 'nl', 'en')),
    purpose text NOT NULL CHECK (purpose IN ('answer', 'contact')),
    given timestamptz NOT NULL DEFAULT now(),
    until timestamptz NOT NULL,
    withdrawn timestamptz,
    tags text[] NOT NULL DEFAULT '{}' CHECK (cardinality(tags) <= 8),
    CHECK (until > given AND until <= given + interval '12 months'),
    CHECK (account IS NOT NULL OR (withdrawn IS NOT NULL AND name = '' AND organisation = '' AND mail = ''
                                   AND tags = '{}'))
);
CREATE UNIQUE INDEX leads_once ON leads (booth, account) WHERE withdrawn IS NULL;
CREATE INDEX leads_account ON leads (account);
CREATE INDEX leads_booth ON leads (booth, given DESC, id DESC);

CREATE TABLE lead_notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lead bigint NOT NULL REFERENCES leads ON DELETE CASCADE,
    author uuid REFERENCES accounts ON DELETE SET NULL,
    at timestamptz NOT NULL DEFAULT now(),
    text text NOT NULL CHECK (length(text) BETWEEN 1 AND 2000)
);
CREATE INDEX lead_notes_lead ON lead_notes (lead, id);

-- Who took a lead out of the show, when last; every export is in the audit as well.
CREATE TABLE lead_exports (
    lead bigint NOT NULL REFERENCES leads ON DELETE CASCADE,
    account uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('csv', 'vcard')),
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (lead, account, kind)
);

-- How many people did what at a booth on a day in a language: sums, and nothing of whom. After 90 days only months stay.
CREATE TABLE booth_days (
    booth text NOT NULL REFERENCES booths ON DELETE CASCADE,
    day date NOT NULL,
    language text NOT NULL CHECK (language IN ('fr', 'nl', 'en')),
    kind text NOT NULL CHECK (kind ~ '^[a-z]{1,20}$'),
    count bigint NOT NULL CHECK (count > 0),
    PRIMARY KEY (booth, day, language, kind)
);
CREATE INDEX booth_days_day ON booth_days (day);

CREATE TABLE booth_months (
    booth text NOT NULL REFERENCES booths ON DELETE CASCADE,
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    language text NOT NULL CHECK (language IN ('fr', 'nl', 'en')),
    kind text NOT NULL,
    count bigint NOT NULL CHECK (count > 0),
    PRIMARY KEY (booth, month, language, kind)
);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'halles_serve') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON cards, leads, lead_notes, lead_exports, booth_days, booth_months
            TO halles_serve;
        GRANT USAGE ON SEQUENCE leads_id_seq, lead_notes_id_seq TO halles_serve;
    END IF;
END
$$;

-- migrate: rollback
