"""Finding booths: by what their name resembles, and by the words of their texts in three languages."""

from typing import Final

BOOTHS: Final = """
WITH asked AS (
    SELECT folded,
           websearch_to_tsquery('simple', folded) || websearch_to_tsquery('french', folded)
           || websearch_to_tsquery('dutch', folded) || websearch_to_tsquery('english', folded) AS words
    FROM halles_fold(btrim($1)) AS folded
), scored AS (
    SELECT b.*,
           CASE
               WHEN b.name_key = asked.folded OR halles_fold(b.slot) = asked.folded THEN 1.0
               WHEN starts_with(b.name_key, asked.folded) THEN 0.95
               ELSE greatest(
                   0.9 * word_similarity(asked.folded, b.name_key),
                   CASE WHEN b.words @@ asked.words THEN 0.3 + 0.1 * ts_rank(b.words, asked.words, 32) ELSE 0 END
               )
           END AS score
    FROM booths b, asked
    WHERE asked.folded <> ''
      AND (
          asked.folded <% b.name_key OR starts_with(b.name_key, asked.folded)
          OR halles_fold(b.slot) = asked.folded OR b.words @@ asked.words
      )
)
SELECT id, hall, slot, revision, format, content, score::float8 AS score
FROM scored ORDER BY score DESC, name_key, id LIMIT $2
"""
"""$1 what was typed, $2 the most rows. ``<%`` means "resembles a part of", from the threshold that ``pool`` sets."""
