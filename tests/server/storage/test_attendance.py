"""Who agreed to be named: withdrawn is deleted, and what is over is kept no more."""

from datetime import UTC, datetime, timedelta

import asyncpg

from halles_server.ports.public import Footing
from halles_server.storage import retention
from halles_server.storage.attendance import Attendance
from halles_server.storage.pool import Database
from halles_server.storage.questions import Questions
from tests.server.storage.test_questions import PRICE, in_a_live_session
from tests.support.booth_people import account_of, person
from tests.support.live import SESSION
from tests.support.public import doing, guest_of

NEXT_YEAR = datetime.now(UTC) + timedelta(days=365)


def test_a_name_is_kept_while_its_person_agrees_and_each_step_is_in_the_audit(database_url: str) -> None:
    async def walk(_: Questions, database: Database, owner: asyncpg.Connection) -> None:
        store = Attendance(database)
        ada, bob = [account_of(await person(database, name)) for name in ("Ada", "Bob")]
        for name, account in (("Bob", bob), ("Ada", ada), ("Ada", ada)):
            await store.agree(SESSION, guest_of(name, account), NEXT_YEAR)
        assert (await store.count(SESSION), await store.names(SESSION)) == (2, ("Ada", "Bob"))
        (kept,) = await store.of_one(ada)
        assert (kept.session, kept.purpose, kept.until) == (SESSION, "attendance", NEXT_YEAR)
        assert (await store.own(SESSION, "vada")).attends
        await store.withdraw(SESSION, ada)
        await store.withdraw(SESSION, ada)
        assert (await store.names(SESSION), await store.of_one(ada)) == (("Bob",), ())
        assert not (await store.own(SESSION, "vada")).attends
        await store.erase(bob)
        assert await store.count(SESSION) == 0
        acts = [row[0] for row in await owner.fetch("SELECT act FROM audit WHERE act LIKE 'attendance.%' ORDER BY id")]
        assert acts == ["attendance.agree", "attendance.agree", "attendance.withdraw", "attendance.erase"]

    in_a_live_session(database_url, walk)


def test_a_consent_that_is_over_names_nobody_and_the_night_takes_it(database_url: str) -> None:
    async def walk(_: Questions, database: Database, owner: asyncpg.Connection) -> None:
        store, ada = Attendance(database), account_of(await person(database, "Ada"))
        await store.agree(SESSION, guest_of("Ada", ada), datetime.now(UTC) - timedelta(seconds=1))
        assert (await store.count(SESSION), await store.names(SESSION), await store.of_one(ada)) == (0, (), ())
        assert (await retention.forget(database))["live_attendance"] == 1

    in_a_live_session(database_url, walk)


def test_somebody_reads_their_own_votes_and_nobody_elses(database_url: str) -> None:
    async def walk(questions: Questions, database: Database, owner: asyncpg.Connection) -> None:
        number = await questions.ask(doing("Ada"), PRICE)
        await questions.decide(doing("Host"), number, "approve")
        await questions.vote(SESSION, Footing("vbob", 1), number, on=True)
        store = Attendance(database)
        assert (await store.own(SESSION, "vbob")).questions == (number,)
        assert (await store.own(SESSION, "vada")).questions == ()
        assert await store.took_part(SESSION) == 2, "who asked and who decided; who only votes is not named"

    in_a_live_session(database_url, walk)
