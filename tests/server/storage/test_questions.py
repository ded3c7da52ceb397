"""Questions as stored: one order of changes, one vote of each person, and caps that hold."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import asyncpg
import pytest

from halles.errors import Rejection
from halles.world.live import Phase
from halles.world.questions import OWN_WAITING_CAP, SHOWN_CAP
from halles_server.ports.public import Asked, Footing, Moved
from halles_server.storage import pool
from halles_server.storage.polls import Polls
from halles_server.storage.pool import Database
from halles_server.storage.questions import Questions
from tests.support.live import SESSION, Planned, plan
from tests.support.public import AGREED, doing

MINUTE = 60_000
PRICE = Asked("fr", "Et le prix ?")


def in_a_live_session(
    url: str, walk: Callable[[Questions, Database, asyncpg.Connection], Awaitable[None]], phase: Phase = "live"
) -> None:
    """Walks through something on a database with one live session in its programme, which is in a phase."""

    async def play() -> None:
        owner = await asyncpg.connect(url)
        try:
            await plan(owner, Planned())
            await owner.execute(
                "INSERT INTO live_states (session, hall, stage, phase, state) VALUES ($1, 'lille', 'stage', $2, '[]')",
                SESSION,
                phase,
            )
            async with pool.opened(url) as database:
                await walk(Questions(database), database, owner)
        finally:
            await owner.close()

    asyncio.run(play())


def test_a_question_waits_is_approved_voted_for_and_answered_and_all_but_votes_is_recorded(database_url: str) -> None:
    async def walk(store: Questions, database: Database, owner: asyncpg.Connection) -> None:
        asking = doing("Ada")
        number = await store.ask(asking, PRICE)
        assert await store.ask(asking, PRICE) == number, "a repeat asks nothing anew"
        record = await store.read(SESSION)
        (waiting,) = record.questions
        assert (record.asking, record.revision) == ("checked", 1)
        assert (waiting.state, waiting.name, waiting.key, waiting.text) == ("waiting", "Ada", "vada", PRICE.text)
        with pytest.raises(Rejection, match="NOT_NOW"):
            await store.vote(SESSION, Footing("vbob", 1), number, on=True)
        assert await store.decide(doing("Host"), number, "approve") == 2
        assert await store.decide(doing("Other host"), number, "approve") == 2, "two pressed the same button"
        for key in ("vbob", "vbob", "vcarol"):
            await store.vote(SESSION, Footing(key, 1), number, on=True)
        await store.vote(SESSION, Footing("vcarol", 1), number, on=False)
        assert await store.votes(SESSION) == {number: 1}
        assert await store.decide(doing("Host", 2_000_000), number, "answer") == 3
        (answered,) = (await store.read(SESSION)).questions
        assert (answered.state, answered.answered_ms, answered.votes) == ("answered", 2_000_000, 1)
        events = await owner.fetch("SELECT kind, by_key, about_key FROM live_events ORDER BY id")
        assert [tuple(row) for row in events] == [
            ("question-asked", "vada", ""),
            ("question-decided", "vhost", "vada"),
            ("question-decided", "vhost", "vada"),
        ]
        assert await owner.fetchval("SELECT count(*) FROM audit WHERE act = 'live.question-decided'") == 2

    in_a_live_session(database_url, walk)


def test_three_questions_a_minute_are_one_persons_and_five_wait_at_most(database_url: str) -> None:
    async def walk(store: Questions, database: Database, owner: asyncpg.Connection) -> None:
        for _ in range(3):
            await store.ask(doing("Troll", 0), PRICE)
        with pytest.raises(Rejection, match="RATE_LIMITED") as refused:
            await store.ask(doing("Troll", 20_000), PRICE)
        assert refused.value.retry_after_ms == 40_000
        await store.ask(doing("Ada", 20_000), PRICE)
        for _ in range(OWN_WAITING_CAP - 3):
            await store.ask(doing("Troll", 2 * MINUTE), PRICE)
        with pytest.raises(Rejection, match="OVER_BUDGET"):
            await store.ask(doing("Troll", 9 * MINUTE), PRICE)

    in_a_live_session(database_url, walk)


def test_questions_that_need_no_yes_are_shown_at_once_and_none_are_taken_once_that_is_closed(database_url: str) -> None:
    async def walk(store: Questions, database: Database, owner: asyncpg.Connection) -> None:
        assert await store.set_asking(doing("Host"), "free") == 1
        await store.ask(doing("Ada"), PRICE)
        (shown,) = (await store.read(SESSION)).questions
        assert shown.state == "approved"
        await store.set_asking(doing("Host"), "closed")
        with pytest.raises(Rejection, match="NOT_NOW"):
            await store.ask(doing("Bob"), PRICE)

    in_a_live_session(database_url, walk)


def test_no_more_are_shown_than_a_screen_bears_and_refused_ones_are_read_by_nobody(database_url: str) -> None:
    async def walk(store: Questions, database: Database, owner: asyncpg.Connection) -> None:
        number = await store.ask(doing("Ada"), PRICE)
        await owner.execute(
            "INSERT INTO live_questions (session, key, language, text, state, asked_ms)"
            " SELECT $1, 'v' || n, 'fr', 'Et ?', 'approved', n FROM generate_series(1, $2) n",
            SESSION,
            SHOWN_CAP,
        )
        with pytest.raises(Rejection, match="OVER_BUDGET"):
            await store.decide(doing("Host"), number, "approve")
        other = (await store.read(SESSION)).questions[-1].number
        await store.decide(doing("Host"), other, "refuse")
        await store.decide(doing("Host"), number, "approve")
        read = {question.number for question in (await store.read(SESSION)).questions}
        assert (other in read, number in read, len(read)) == (False, True, SHOWN_CAP)
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await store.decide(doing("Host"), 10**9, "approve")

    in_a_live_session(database_url, walk)


def test_of_many_votes_the_replay_gets_a_count_now_and_then(database_url: str) -> None:
    async def walk(store: Questions, database: Database, owner: asyncpg.Connection) -> None:
        number = await store.ask(doing("Ada"), PRICE)
        await store.decide(doing("Host"), number, "approve")
        for voter in range(4):
            await store.vote(SESSION, Footing(f"v{voter}", 1), number, on=True)
        assert await store.sample(SESSION, 10_000, 5_000)
        assert not await store.sample(SESSION, 14_999, 5_000)
        counts = await owner.fetch("SELECT detail::text FROM live_events WHERE kind = 'question-voted'")
        assert [row[0] for row in counts] == [f"[[{number}, 4]]"]

    in_a_live_session(database_url, walk)


def test_revisions_are_read_of_what_halls_show(database_url: str) -> None:
    async def walk(store: Questions, database: Database, owner: asyncpg.Connection) -> None:
        await store.ask(doing("Ada"), PRICE)
        assert await store.revisions() == {}
        await owner.execute("UPDATE live_states SET phase = 'live'")
        assert await store.revisions() == {SESSION: 1}

    in_a_live_session(database_url, walk, "scheduled")


def test_what_comes_after_the_end_or_by_an_older_reading_of_the_programme_is_not_stored(database_url: str) -> None:
    async def walk(store: Questions, database: Database, owner: asyncpg.Connection) -> None:
        number = await store.ask(doing("Ada"), PRICE)
        await store.decide(doing("Host"), number, "approve")
        await store.vote(SESSION, Footing("vada", 1), number, on=True)
        late = replace(doing("Bob"), entry=1)
        for narrowed in ("UPDATE live_states SET phase = 'ended'", "UPDATE programme SET revision = 2"):
            await owner.execute(narrowed)
            for on, key in ((True, "vbob"), (False, "vada")):
                with pytest.raises(Moved):
                    await store.vote(SESSION, Footing(key, 1), number, on=on)
            with pytest.raises(Moved):
                await store.ask(late, PRICE)
            await owner.execute("UPDATE live_states SET phase = 'live'")
        assert await store.votes(SESSION) == {number: 1}
        assert await store.ask(replace(late, entry=2), PRICE) > number, "its key was not used up"

    in_a_live_session(database_url, walk)


@pytest.mark.parametrize("phase", ["ended", "published"])
def test_what_hosts_decide_after_the_end_is_refused_and_recorded_nowhere(database_url: str, phase: str) -> None:
    async def walk(store: Questions, database: Database, owner: asyncpg.Connection) -> None:
        polls, host = Polls(database), doing("Host")
        number, poll = await store.ask(doing("Ada"), PRICE), await polls.open(doing("Host"), AGREED)
        reached = await store.decide(host, number, "approve")
        recorded = "SELECT (SELECT count(*) FROM live_events), (SELECT count(*) FROM audit)"
        before = tuple(await owner.fetchrow(recorded))
        await owner.execute("UPDATE live_states SET phase = $1", phase)
        assert await store.decide(host, number, "approve") == reached, "a repeat is told what was done"
        for act in (
            lambda: store.decide(doing("Host"), number, "answer"),
            lambda: store.set_asking(doing("Host"), "free"),
            lambda: polls.open(doing("Host"), AGREED),
            lambda: polls.decide(doing("Host"), poll, "close"),
        ):
            with pytest.raises(Rejection, match="NOT_NOW"):
                await act()
        assert tuple(await owner.fetchrow(recorded)) == before

    in_a_live_session(database_url, walk)
