"""Polls as stored: one ballot of each person, which nobody can read once the poll is over."""

import asyncio

import asyncpg
import pytest
from msgspec.structs import replace

from halles.errors import Rejection
from halles.world import polls
from halles.world.polls import POLLS_CAP, PollCard
from halles_server.ports.public import Footing, Moved
from halles_server.storage.attendance import Attendance
from halles_server.storage.polls import Polls
from halles_server.storage.pool import Database
from halles_server.storage.questions import Questions
from tests.server.storage.test_questions import in_a_live_session
from tests.support.live import SESSION
from tests.support.public import AGREED, doing


async def vote(store: Polls, key: str, number: int, *choices: int) -> None:
    def choose(card: PollCard) -> tuple[int, ...]:
        return polls.chosen(card, choices)

    await store.vote(SESSION, Footing(key, 1), number, choose)


def test_a_vote_can_be_changed_and_counts_once_and_ballots_are_gone_once_the_poll_is_closed(database_url: str) -> None:
    async def walk(_: Questions, database: Database, owner: asyncpg.Connection) -> None:
        store = Polls(database)
        number = await store.open(doing("Host"), AGREED)
        for key, choice in (("vada", 0), ("vada", 1), ("vbob", 0), ("vcarol", 0), ("vdan", 0)):
            await vote(store, key, number, choice)
        await vote(store, "vdan", number)
        (tally,) = await store.tallies(SESSION)
        assert (tally.counts, tally.voters) == ((2, 1), 3)
        assert (await Attendance(database).own(SESSION, "vada")).polls == ((number, (1,)),)
        assert await store.decide(doing("Host", 2_000_000), number, "close") == number
        assert await owner.fetchval("SELECT count(*) FROM live_poll_votes") == 0
        (tally,) = await store.tallies(SESSION)
        assert (tally.card.state, tally.card.closed_ms, tally.counts, tally.voters) == ("closed", 2_000_000, (2, 1), 3)
        with pytest.raises(Rejection, match="NOT_NOW"):
            await vote(store, "vada", number, 0)
        await store.decide(doing("Host"), number, "show")
        events = await owner.fetch("SELECT kind, detail::text FROM live_events WHERE kind <> 'poll-opened' ORDER BY id")
        assert [tuple(row) for row in events] == [
            ("poll-closed", f"[{number}, [], 3]"),
            ("poll-shown", f"[{number}, [2, 1], 3]"),
        ], "hidden counts are recorded only once they are shown"

    in_a_live_session(database_url, walk)


def test_votes_that_come_while_a_poll_closes_count_or_are_refused(database_url: str) -> None:
    async def walk(_: Questions, database: Database, owner: asyncpg.Connection) -> None:
        store = Polls(database)
        number = await store.open(doing("Host"), AGREED)
        done = await asyncio.gather(
            *(vote(store, f"v{voter}", number, voter % 2) for voter in range(30)),
            store.decide(doing("Host"), number, "close"),
            return_exceptions=True,
        )
        refused = sum(isinstance(one, Rejection) for one in done)
        (tally,) = await store.tallies(SESSION)
        assert (sum(tally.counts), tally.voters) == (30 - refused, 30 - refused)
        assert await owner.fetchval("SELECT count(*) FROM live_poll_votes") == 0

    in_a_live_session(database_url, walk)


def test_a_withdrawn_poll_is_told_no_more_and_leaves_no_counts(database_url: str) -> None:
    async def walk(_: Questions, database: Database, owner: asyncpg.Connection) -> None:
        store = Polls(database)
        number = await store.open(doing("Host"), replace(AGREED, results="open"))
        await vote(store, "vada", number, 0)
        await store.decide(doing("Host"), number, "withdraw")
        assert await store.tallies(SESSION) == ()
        row = await owner.fetchrow("SELECT counts, voters FROM live_polls")
        assert (list(row["counts"]), row["voters"]) == ([], 0)
        assert await owner.fetchval("SELECT count(*) FROM live_poll_votes") == 0

    in_a_live_session(database_url, walk)


def test_what_hosts_left_open_is_closed_with_the_live_session(database_url: str) -> None:
    async def walk(_: Questions, database: Database, owner: asyncpg.Connection) -> None:
        store = Polls(database)
        number = await store.open(doing("Host"), AGREED)
        await vote(store, "vada", number, 1)
        assert await store.close_over(3_000_000) == ()
        await owner.execute("UPDATE live_states SET phase = 'ended'")
        for choices in ((0,), ()):
            with pytest.raises(Moved):
                await vote(store, "vada", number, *choices)
        assert await store.close_over(3_000_000) == (SESSION,)
        assert await store.close_over(3_000_000) == ()
        (tally,) = await store.tallies(SESSION)
        assert (tally.card.state, tally.counts) == ("closed", (0, 1))

    in_a_live_session(database_url, walk)


def test_a_live_session_has_so_many_polls_and_no_more(database_url: str) -> None:
    async def walk(_: Questions, database: Database, owner: asyncpg.Connection) -> None:
        store = Polls(database)
        number = await store.open(doing("Host"), AGREED)
        await owner.execute(
            "INSERT INTO live_polls (session, poll, state, opened_ms)"
            " SELECT session, poll, state, n FROM live_polls, generate_series(2, $1) n",
            POLLS_CAP,
        )
        with pytest.raises(Rejection, match="OVER_BUDGET"):
            await store.open(doing("Host"), AGREED)
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await vote(store, "vada", number + 10**6, 0)

    in_a_live_session(database_url, walk)


def test_open_counts_are_sampled_for_the_replay_and_hidden_ones_are_not(database_url: str) -> None:
    async def walk(questions: Questions, database: Database, owner: asyncpg.Connection) -> None:
        store = Polls(database)
        hidden = await store.open(doing("Host"), AGREED)
        seen = await store.open(doing("Host"), replace(AGREED, kind="multiple", results="open"))
        for number in (hidden, seen):
            await vote(store, "vada", number, 1)
        await vote(store, "vbob", seen, 0, 1)
        assert await questions.sample(SESSION, 10_000, 5_000)
        rows = await owner.fetch("SELECT detail::text FROM live_events WHERE kind = 'poll-voted'")
        assert [row[0] for row in rows] == [f"[{seen}, [1, 2], 2]"]

    in_a_live_session(database_url, walk)
