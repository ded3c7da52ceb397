"""Finding booths: by name and slot, tolerant of typing errors, and after those by the words of their texts."""

from typing import Final


def _numbered(text: str) -> str:
    """Returns SQL for a folded text whose numbers compare as numbers: "ecole 01" is "ecole 1"."""
    return rf"regexp_replace({text}, '(?<!\d)0+(?=\d)', '', 'g')"


def _digits(text: str) -> str:
    """Returns SQL for the numbers in a folded text."""
    return rf"btrim(regexp_replace({_numbered(text)}, '\D+', ' ', 'g'))"


_WORDS: Final = "CASE WHEN seen.content IS NULL THEN b.words ELSE halles_words(seen.content::jsonb) END"

BOOTHS: Final = f"""
WITH asked AS (
    SELECT folded, {_numbered("folded")} AS numbered, {_digits("folded")} AS digits,
           websearch_to_tsquery('simple', folded) || websearch_to_tsquery('french', folded)
           || websearch_to_tsquery('dutch', folded) || websearch_to_tsquery('english', folded) AS words
    FROM halles_fold(btrim($1)) AS folded
    WHERE folded <> ''
), judged AS (
    SELECT b.*,
           CASE
               WHEN asked.numbered IN ({_numbered("b.name_key")}, {_numbered("halles_fold(b.slot)")}) THEN 1.0
               WHEN starts_with(b.name_key, asked.folded) THEN 0.95
               WHEN strpos(' ' || b.name_key, ' ' || asked.folded) > 0 THEN 0.9
               WHEN length(asked.folded) >= 3 AND strpos(b.name_key, asked.folded) > 0 THEN 0.8
               WHEN asked.numbered <% {_numbered("b.name_key")}
                    AND ('' IN (asked.digits, {_digits("b.name_key")}) OR asked.digits = {_digits("b.name_key")})
               THEN 0.8 * word_similarity(asked.numbered, {_numbered("b.name_key")})
               ELSE 0
           END AS named,
           CASE
               WHEN length(asked.folded) >= 2 AND {_WORDS} @@ asked.words
               THEN 0.2 + 0.1 * ts_rank({_WORDS}, asked.words, 32)
               ELSE 0
           END AS said
    FROM booths b LEFT JOIN unnest($4::text[], $5::text[]) AS seen (booth, content) ON seen.booth = b.id, asked
), compared AS (
    SELECT *, named > 0 AND named >= 0.8 * max(named) OVER () AS by_name FROM judged
)
SELECT id, hall, slot, revision, format, content, by_name,
       (CASE WHEN by_name THEN named ELSE said END)::float8 AS score
FROM compared WHERE by_name OR said > 0 ORDER BY by_name DESC, score DESC,
       id = ANY($3::text[]) DESC, name_key, id LIMIT $2
"""
"""$1 what was typed, $2 the most rows, $3 what comes first of equals; $4 and $5 booths of which visitors see not all,
with what they see: what is taken down is not found by its words.

A name that fits much worse than the best one does not count: it is as like as everybody's; neither does a like name
with another number. ``<%`` means "resembles a part of", from the threshold that ``pool`` sets; what is only said in
texts scores below all that resembles.
"""
