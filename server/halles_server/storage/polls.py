"""Polls of live sessions and their ballots.

A ballot is kept under its person's key only while the poll is open, so that it can be changed and is never a second
one. Nothing here reads ballots of others but as sums; closing counts and deletes them in one transaction.
"""

from typing import Any, Final

import msgspec

from halles.errors import Rejection, RejectionCode
from halles.ids import LiveSessionId
from halles.world.live import TAKING_PART
from halles.world.polls import POLLS_CAP, Poll, PollCard, PollDecision, counts_seen, decided
from halles_server.ports.public import Doing, Footing, MayChoose, Moved, PollTally
from halles_server.storage import requests
from halles_server.storage.live import STANDS, Event, record, require_not_over
from halles_server.storage.pool import Connection, Database
from halles_server.storage.questions import locked, note_act

_KINDS: Final[dict[str, str]] = {"closed": "poll-closed", "shown": "poll-shown", "withdrawn": "poll-withdrawn"}
"""What is recorded by the state that a decision leads to."""

_CHOSEN: Final = """
SELECT v.poll, choice, count(*) AS votes FROM live_poll_votes v, unnest(v.choices) choice
WHERE v.poll = ANY($1::int[]) GROUP BY v.poll, choice
"""
_VOTERS: Final = "SELECT poll, count(*) AS voters FROM live_poll_votes WHERE poll = ANY($1::int[]) GROUP BY poll"
_OVER: Final = """
SELECT p.* FROM live_polls p JOIN live_states l ON l.session = p.session
WHERE p.state = 'open' AND l.phase IN ('ended', 'published') FOR UPDATE OF p SKIP LOCKED
"""
_SET: Final = "UPDATE live_polls SET state = $2, closed_ms = $3, counts = $4, voters = $5 WHERE number = $1"
_GROUND: Final = (
    f"WITH ground AS (SELECT {STANDS.format(session='$3', phases='$4', entry='$5')} AS stands), ballot AS ("
)
_BALLOT: Final = f"""{_GROUND}
    INSERT INTO live_poll_votes (poll, key, choices) SELECT $1, $2, $6::smallint[] FROM ground WHERE stands
    ON CONFLICT (poll, key) DO UPDATE SET choices = excluded.choices
) SELECT stands FROM ground
"""
_TAKE_BACK: Final = f"""{_GROUND}
    DELETE FROM live_poll_votes WHERE poll = $1 AND key = $2 AND (SELECT stands FROM ground)
) SELECT stands FROM ground
"""


class Polls:
    """The port ``PollStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def tallies(self, session: LiveSessionId) -> tuple[PollTally, ...]:
        """Reads the polls of a live session that are not withdrawn, oldest first, and what was chosen."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "SELECT * FROM live_polls WHERE session = $1 AND state <> 'withdrawn' ORDER BY number", session
            )
            counted = await _counted(connection, [_card(row) for row in rows if row["state"] == "open"])
        return tuple(counted.get(row["number"]) or _stored(row) for row in rows)

    async def open(self, doing: Doing, poll: Poll) -> int:
        """Opens a poll once per ``request_id``; returns its number. ``Rejection`` OVER_BUDGET, STORAGE_FULL."""

        async def effect(connection: Connection) -> int:
            await require_not_over(connection, doing.session)
            await locked(connection, doing.session)
            there = await connection.fetchval("SELECT count(*) FROM live_polls WHERE session = $1", doing.session)
            if there >= POLLS_CAP:
                raise Rejection(RejectionCode.OVER_BUDGET, f"{POLLS_CAP} polls are made already")
            number = await connection.fetchval(
                "INSERT INTO live_polls (session, poll, state, opened_ms) VALUES ($1, $2, 'open', $3) RETURNING number",
                doing.session,
                msgspec.json.encode(poll).decode(),
                doing.at_ms,
            )
            await note_act(connection, doing, Event("poll-opened", doing.at_ms, detail=(number, poll)), poll=number)
            return int(number)

        said = ("open-poll", doing.session, poll)
        number, _ = await requests.once(self._database, doing.who.requests, doing.request_id, said, effect)
        return number

    async def vote(self, session: LiveSessionId, by: Footing, number: int, choose: MayChoose) -> None:
        """Stores one person's ballot in place of an older one; no choices delete it.

        Raises:
            Moved: The live session is over, or not for them any more; nothing was stored.
        """
        async with self._database.adding() as connection:
            # Shared, so that votes do not wait for each other, and one that comes while the poll closes comes too late.
            row = await connection.fetchrow(
                "SELECT * FROM live_polls WHERE session = $1 AND number = $2 FOR SHARE", session, number
            )
            if row is None:
                raise _no_poll(number)
            choices = choose(_card(row))
            known = number, by.key, session, sorted(TAKING_PART), by.entry
            if choices:
                stands = await connection.fetchval(_BALLOT, *known, list(choices))
            else:
                stands = await connection.fetchval(_TAKE_BACK, *known)
            if not stands:
                raise Moved(session)

    async def decide(self, doing: Doing, number: int, decision: PollDecision) -> int:
        """Stores a host's decision; a poll that closes has its ballots counted and deleted. Returns its number."""

        async def effect(connection: Connection) -> int:
            await require_not_over(connection, doing.session)
            row = await connection.fetchrow(
                "SELECT * FROM live_polls WHERE session = $1 AND number = $2 FOR UPDATE", doing.session, number
            )
            if row is None:
                raise _no_poll(number)
            event = await _decided(connection, row, decision, doing.at_ms)
            if event is not None:
                await note_act(connection, doing, event, poll=number)
            return number

        said = ("decide-poll", doing.session, number, decision)
        number, _ = await requests.once(self._database, doing.who.requests, doing.request_id, said, effect)
        return number

    async def close_over(self, now_ms: int) -> tuple[LiveSessionId, ...]:
        """Closes polls that were left open in live sessions that are over; returns of which."""
        closed = []
        async with self._database.transaction() as connection:
            for row in await connection.fetch(_OVER):
                session = LiveSessionId(row["session"])
                event = await _decided(connection, row, "close", now_ms)
                if event is not None:
                    await record(connection, session, event)
                    closed.append(session)
        return tuple(closed)


async def _decided(connection: Connection, row: Any, decision: PollDecision, now_ms: int) -> Event | None:
    """Changes a locked poll; returns what is to be recorded, None where nothing changed."""
    before = _card(row)
    after = decided(before, decision, now_ms)
    if after == before:
        return None
    tally = _stored(row)
    if before.state == "open":
        tally = (await _counted(connection, [before]))[before.number]
        await connection.execute("DELETE FROM live_poll_votes WHERE poll = $1", before.number)
    gone = after.state == "withdrawn"
    counts, voters = ([], 0) if gone else (list(tally.counts), tally.voters)
    await connection.execute(_SET, after.number, after.state, after.closed_ms, counts, voters)
    told = (after.number, counts if counts_seen(after) else [], voters)
    return Event(_KINDS[after.state], now_ms, detail=told)


async def _counted(connection: Connection, cards: list[PollCard]) -> dict[int, PollTally]:
    """Counts the ballots of open polls."""
    numbers = [card.number for card in cards]
    if not numbers:
        return {}
    chosen = {(row["poll"], row["choice"]): row["votes"] for row in await connection.fetch(_CHOSEN, numbers)}
    voters = {row["poll"]: row["voters"] for row in await connection.fetch(_VOTERS, numbers)}
    return {
        card.number: PollTally(
            card,
            tuple(chosen.get((card.number, option), 0) for option in range(len(card.poll.options))),
            voters.get(card.number, 0),
        )
        for card in cards
    }


def _no_poll(number: int) -> Rejection:
    return Rejection(RejectionCode.NOT_FOUND, f"no poll {number}")


def _card(row: Any) -> PollCard:
    poll = msgspec.json.decode(row["poll"], type=Poll)
    return PollCard(row["number"], poll, row["state"], row["opened_ms"], row["closed_ms"])


def _stored(row: Any) -> PollTally:
    return PollTally(_card(row), tuple(row["counts"]), row["voters"])
