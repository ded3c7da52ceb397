"""Questions to live sessions and the votes for them.

Every change but a vote locks the live session's row in ``live_public``, so that caps hold and revisions have one order.
A vote is one row: it needs no key of a request, since a second one is the same.
"""

from typing import Any, Final

from halles.errors import Rejection, RejectionCode
from halles.ids import LiveSessionId
from halles.world.live import OPEN, TAKING_PART
from halles.world.questions import (
    OWN_WAITING_CAP,
    QUESTIONS_A_MINUTE,
    SHOWN,
    SHOWN_CAP,
    VOTED_ON,
    WAITING_CAP,
    Asking,
    Decision,
    Question,
    decided,
)
from halles_server.ports.public import Asked, Doing, Footing, Moved, QuestionsRecord
from halles_server.storage import audit, question_votes, requests
from halles_server.storage.live import STANDS, Event, keep_person, record, require_not_over
from halles_server.storage.pool import Connection, Database, no_room

_MINUTE_MS: Final = 60_000

_READ: Final = """
SELECT q.*, coalesce(p.name, '') AS name,
       q.counted + (SELECT count(*) FROM live_question_votes v WHERE v.question = q.number) AS votes
FROM live_questions q LEFT JOIN live_people p ON p.session = q.session AND p.key = q.key
"""
_VOTES: Final = """
SELECT q.number, q.counted + count(v.key) AS votes
FROM live_questions q LEFT JOIN live_question_votes v ON v.question = q.number
WHERE q.session = $1 AND q.state <> 'refused' GROUP BY q.number HAVING q.counted + count(v.key) > 0 ORDER BY q.number
"""
_ROOM: Final = """
SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting,
       count(*) FILTER (WHERE state = ANY($3::text[])) AS shown,
       count(*) FILTER (WHERE state = 'waiting' AND key = $2) AS own,
       count(*) FILTER (WHERE key = $2 AND asked_ms > $4) AS lately,
       min(asked_ms) FILTER (WHERE key = $2 AND asked_ms > $4) AS first_ms
FROM live_questions WHERE session = $1
"""
_STANDS: Final = f"SELECT {STANDS.format(session='$1', phases='$2', entry='$3')}"
_ASK: Final = """
INSERT INTO live_questions (session, key, language, text, state, asked_ms) VALUES ($1, $2, $3, $4, $5, $6)
RETURNING number
"""
_ASKED: Final = (
    f"WITH asked AS (SELECT number, state, {STANDS.format(session='$1', phases='$5', entry='$6')} AS stands"
    " FROM live_questions WHERE session = $1 AND number = $2), voted AS ("
)
_VOTE: Final = f"""{_ASKED}
    INSERT INTO live_question_votes (question, key) SELECT number, $3 FROM asked
    WHERE stands AND state = ANY($4::text[]) ON CONFLICT DO NOTHING
) SELECT state, stands FROM asked
"""
_UNVOTE: Final = f"""{_ASKED}
    DELETE FROM live_question_votes WHERE key = $3
    AND question IN (SELECT number FROM asked WHERE stands AND state = ANY($4::text[]))
) SELECT state, stands FROM asked
"""
_TALLY_POLLS: Final = """
SELECT p.number, count(v.key) AS voters,
       ARRAY(SELECT (SELECT count(*) FROM live_poll_votes b WHERE b.poll = p.number AND o - 1 = ANY(b.choices))::int
             FROM generate_series(1, jsonb_array_length(p.poll -> 3)) o ORDER BY o) AS counts
FROM live_polls p JOIN live_poll_votes v ON v.poll = p.number
WHERE p.session = $1 AND p.state = 'open' AND p.poll ->> 1 = 'open' GROUP BY p.number ORDER BY p.number
"""


class Questions:
    """The port ``QuestionStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, session: LiveSessionId) -> QuestionsRecord:
        """Reads all that are shown or wait, with their votes."""
        async with self._database.connection() as connection:
            public = await connection.fetchrow("SELECT revision, asking FROM live_public WHERE session = $1", session)
            rows = await connection.fetch(
                _READ + "WHERE q.session = $1 AND q.state <> 'refused' ORDER BY q.number", session
            )
        questions = tuple(_question(row) for row in rows)
        if public is None:
            return QuestionsRecord(0, "checked", questions)
        return QuestionsRecord(public["revision"], public["asking"], questions)

    async def revisions(self) -> dict[LiveSessionId, int]:
        """Reads the revisions of those live sessions that halls show now."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT p.session, p.revision FROM live_public p JOIN live_states l ON l.session = p.session"
                " WHERE l.phase = ANY($1::text[])",
                sorted(OPEN),
            )
        return {LiveSessionId(row["session"]): row["revision"] for row in rows}

    async def votes(self, session: LiveSessionId) -> dict[int, int]:
        """Reads the votes of each question that has some."""
        async with self._database.connection() as connection:
            return {row["number"]: row["votes"] for row in await connection.fetch(_VOTES, session)}

    async def ask(self, doing: Doing, asked: Asked) -> int:
        """Stores a question once per ``request_id``; returns its number."""

        async def effect(connection: Connection) -> int:
            return await _asked(connection, doing, asked)

        said = ("ask", doing.session, asked)
        number, _ = await requests.once(self._database, doing.who.requests, doing.request_id, said, effect)
        return number

    async def vote(self, session: LiveSessionId, by: Footing, question: int, *, on: bool) -> None:
        """Stores or takes back one person's vote; again, it changes nothing.

        Raises:
            Moved: The live session is over, or not for them any more; nothing was stored.
        """
        if on and not self._database.has_room():
            raise no_room()
        async with self._database.connection() as connection:  # one statement, so that thousands of them are cheap
            vote = _VOTE if on else _UNVOTE
            known = by.key, sorted(VOTED_ON), sorted(TAKING_PART), by.entry
            row = await connection.fetchrow(vote, session, question, *known)
        if row is None:
            raise _no_question(question)
        if not row["stands"]:
            raise Moved(session)
        if row["state"] not in VOTED_ON:
            raise Rejection(RejectionCode.NOT_NOW, f"no votes for a question that is {row['state']}")

    async def decide(self, doing: Doing, question: int, decision: Decision) -> int:
        """Stores a host's decision once per ``request_id``; returns the revision reached."""

        async def effect(connection: Connection) -> int:
            return await _decided(connection, doing, question, decision)

        said = ("decide", doing.session, question, decision)
        reached, _ = await requests.once(self._database, doing.who.requests, doing.request_id, said, effect)
        return reached

    async def set_asking(self, doing: Doing, asking: Asking) -> int:
        """Stores how questions are taken; returns the revision reached."""

        async def effect(connection: Connection) -> int:
            await require_not_over(connection, doing.session)
            public = await locked(connection, doing.session)
            if public["asking"] == asking:
                return int(public["revision"])
            await connection.execute("UPDATE live_public SET asking = $2 WHERE session = $1", doing.session, asking)
            await note_act(connection, doing, Event("asking-set", doing.at_ms, detail=(asking,)))
            return await _grown(connection, doing.session)

        said = ("asking", doing.session, asking)
        reached, _ = await requests.once(self._database, doing.who.requests, doing.request_id, said, effect)
        return reached

    async def sample(self, session: LiveSessionId, now_ms: int, every_ms: int) -> bool:
        """Records all votes as they are now, unless that was done ``every_ms`` ago or later; tells whether it did."""
        async with self._database.transaction() as connection:
            due = await connection.fetchval(
                "UPDATE live_public SET sampled_ms = $2 WHERE session = $1 AND sampled_ms <= $3 RETURNING true",
                session,
                now_ms,
                now_ms - every_ms,
            )
            if not due:
                return False
            votes = [(row["number"], row["votes"]) for row in await connection.fetch(_VOTES, session)]
            if votes:
                await record(connection, session, Event("question-voted", now_ms, detail=votes))
            for row in await connection.fetch(_TALLY_POLLS, session):
                counted = (row["number"], row["counts"], row["voters"])
                await record(connection, session, Event("poll-voted", now_ms, detail=counted))
        return True

    async def count_over(self) -> None:
        """Counts votes that are left of live sessions that are over, and deletes them."""
        async with self._database.transaction() as connection:
            await question_votes.count_left(connection)


async def locked(connection: Connection, session: LiveSessionId) -> Any:
    """Locks what all changes of a live session's questions and polls go through; ``Rejection`` NOT_FOUND."""
    await connection.execute(
        "INSERT INTO live_public (session) SELECT id FROM programme WHERE id = $1 ON CONFLICT DO NOTHING", session
    )
    row = await connection.fetchrow("SELECT asking, revision FROM live_public WHERE session = $1 FOR UPDATE", session)
    if row is None:
        raise Rejection(RejectionCode.NOT_FOUND, f"no live session {session}")
    return row


async def note_act(connection: Connection, doing: Doing, event: Event, **detail: object) -> None:
    """Records what a host did, and keeps it in the audit."""
    who = doing.who.person.key
    await keep_person(connection, doing.session, doing.who)
    await record(connection, doing.session, Event(event.kind, event.at_ms, who, event.about, event.detail))
    await audit.note(connection, doing.who.requests, f"live.{event.kind}", f"live:{doing.session}", **detail)


async def _asked(connection: Connection, doing: Doing, asked: Asked) -> int:
    session, who = doing.session, doing.who.person
    public = await locked(connection, session)
    if doing.entry is not None and not await connection.fetchval(_STANDS, session, sorted(TAKING_PART), doing.entry):
        raise Moved(session)
    if public["asking"] == "closed":
        raise Rejection(RejectionCode.NOT_NOW, "no questions are taken")
    room = await connection.fetchrow(_ROOM, session, who.key, sorted(SHOWN), doing.at_ms - _MINUTE_MS)
    if room["lately"] >= QUESTIONS_A_MINUTE:
        wait_ms = max(1, room["first_ms"] + _MINUTE_MS - doing.at_ms)
        raise Rejection(RejectionCode.RATE_LIMITED, f"{QUESTIONS_A_MINUTE} questions a minute", wait_ms)
    if room["own"] >= OWN_WAITING_CAP or room["waiting"] >= WAITING_CAP:
        raise Rejection(
            RejectionCode.OVER_BUDGET, f"{room['waiting']} questions wait, {room['own']} of the same person"
        )
    state = "approved" if public["asking"] == "free" and room["shown"] < SHOWN_CAP else "waiting"
    row = (session, who.key, asked.language, asked.text, state, doing.at_ms)
    number = int(await connection.fetchval(_ASK, *row))
    await keep_person(connection, session, doing.who)
    told = (number, asked.language, asked.text, state)
    await record(connection, session, Event("question-asked", doing.at_ms, who.key, detail=told))
    await _grown(connection, session)
    return number


async def _decided(connection: Connection, doing: Doing, number: int, decision: Decision) -> int:
    await require_not_over(connection, doing.session)
    public = await locked(connection, doing.session)
    row = await connection.fetchrow(_READ + "WHERE q.session = $1 AND q.number = $2", doing.session, number)
    if row is None:
        raise _no_question(number)
    before = _question(row)
    after = decided(before, decision, doing.at_ms)
    if after == before:
        return int(public["revision"])
    if after.state in SHOWN and before.state not in SHOWN:
        room = await connection.fetchrow(_ROOM, doing.session, "", sorted(SHOWN), doing.at_ms)
        if room["shown"] >= SHOWN_CAP:
            raise Rejection(RejectionCode.OVER_BUDGET, f"{SHOWN_CAP} questions are shown already")
    await connection.execute(
        "UPDATE live_questions SET state = $2, answered_ms = $3 WHERE number = $1",
        number,
        after.state,
        after.answered_ms,
    )
    told = (number, decision, after.state, after.votes)
    event = Event("question-decided", doing.at_ms, about=after.key, detail=told)
    await note_act(connection, doing, event, question=number, decision=decision, about=after.key)
    return await _grown(connection, doing.session)


async def _grown(connection: Connection, session: LiveSessionId) -> int:
    grow = "UPDATE live_public SET revision = revision + 1 WHERE session = $1 RETURNING revision"
    return int(await connection.fetchval(grow, session))


def _no_question(number: int) -> Rejection:
    return Rejection(RejectionCode.NOT_FOUND, f"no question {number}")


def _question(row: Any) -> Question:
    return Question(
        number=row["number"],
        text=row["text"],
        language=row["language"],
        key=row["key"],
        name=row["name"],
        asked_ms=row["asked_ms"],
        state=row["state"],
        votes=row["votes"],
        answered_ms=row["answered_ms"],
    )
