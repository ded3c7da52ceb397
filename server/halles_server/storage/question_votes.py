"""Votes for questions once a live session is over: counted and deleted in one statement, so that nobody can ever look.

The one that ends a live session counts in its transaction. A vote that was under way just then is counted by the next
sweep, on whichever node.
"""

from typing import Final

from halles_server.storage.pool import Connection

_COUNT: Final = """
WITH gone AS (
    DELETE FROM live_question_votes v USING live_questions q
    WHERE q.number = v.question AND q.session = ANY($1::text[]) RETURNING v.question
), counted AS (SELECT question, count(*) AS votes FROM gone GROUP BY question)
UPDATE live_questions q SET counted = q.counted + c.votes FROM counted c WHERE q.number = c.question
"""
_LEFT: Final = """
SELECT DISTINCT q.session FROM live_question_votes v JOIN live_questions q ON q.number = v.question
JOIN live_states l ON l.session = q.session WHERE l.phase IN ('ended', 'published') ORDER BY q.session
"""


async def count(connection: Connection, *sessions: str) -> None:
    """Counts the votes in some live sessions that are over, and deletes them."""
    await connection.execute(_COUNT, list(sessions))


async def count_left(connection: Connection) -> None:
    """Counts what came in too late to be counted with the others."""
    left = [row["session"] for row in await connection.fetch(_LEFT)]
    for session in left:
        # Locked before any question, as whoever takes one out does: their votes go with it.
        await connection.execute("SELECT FROM live_public WHERE session = $1 FOR UPDATE", session)
    if left:
        await count(connection, *left)
