"""Live sessions as stored: two hosts at once, a stage for one, and answers that a repeat gets again."""

import asyncio
import dataclasses
import uuid

import asyncpg
import pytest
from msgspec.structs import replace

from halles.errors import Rejection, Unavailable
from halles.ids import AccountId, HallId, LiveSessionId, MediaId, RequestId, VisitId
from halles.world.live import LivePerson, LiveState
from halles.world.live_acts import CountDown, RunFilm, Step
from halles_server.ports.live import Caption, Deed, Participant, key_of
from halles_server.ports.programme import Material
from halles_server.ports.recordings import REACTED
from halles_server.storage import pool
from halles_server.storage.live import Live
from halles_server.storage.pool import Database
from halles_server.storage.programme import Programme
from halles_server.storage.recordings import Recordings
from tests.support.live import SESSION, Planned, plan, store_film
from tests.support.locks import waiting
from tests.support.wire import request_id

HOST = Participant(LivePerson("vhost", VisitId("host"), "Host", "fr"), None)
OTHER = LiveSessionId("other")
ORGANISER = AccountId("test")


def opened(state: LiveState) -> LiveState:
    return replace(state, phase="doors")


def longer(state: LiveState) -> LiveState:
    return replace(state, countdown_ms=state.countdown_ms + 1)


async def planned(url: str, *entries: Planned) -> None:
    owner = await asyncpg.connect(url)
    try:
        for entry in entries:
            await plan(owner, entry)
    finally:
        await owner.close()


def test_acts_of_two_hosts_at_once_are_all_kept_in_one_order(database_url: str) -> None:
    async def walk() -> None:
        await planned(database_url, Planned())
        async with pool.opened(database_url) as database:
            store = Live(database)
            fresh = await store.read(SESSION)
            assert (fresh.revision, fresh.state, fresh.entry.mode) == (0, LiveState(mode="hands"), "hands")
            deed = Deed(CountDown(5), 1000, audited=True)
            reached = await asyncio.gather(
                *(store.act(SESSION, HOST, RequestId(request_id()), deed, longer) for _ in range(20))
            )
            assert sorted(reached) == list(range(1, 21))
            record = await store.read(SESSION)
            assert (record.revision, record.state.countdown_ms) == (20, 20)
            async with database.connection() as connection:
                rows = await connection.fetch(
                    "SELECT kind, by_key, at_ms FROM live_events WHERE kind <> 'begin' ORDER BY id"
                )
                audited = await connection.fetchval("SELECT count(*) FROM audit WHERE act = 'live.count-down'")
            assert [tuple(row) for row in rows] == [("count-down", "vhost", 1000)] * 20
            assert audited == 20

    asyncio.run(walk())


def test_a_repeat_changes_nothing_and_what_changes_nothing_is_not_recorded(database_url: str) -> None:
    async def walk() -> None:
        await planned(database_url, Planned())
        async with pool.opened(database_url) as database:
            store, key = Live(database), RequestId(request_id())
            deed = Deed(Step("open-doors"), 1000)
            assert [await store.act(SESSION, HOST, key, deed, opened) for _ in range(2)] == [1, 1]
            assert await store.act(SESSION, HOST, RequestId(request_id()), deed, opened) == 1
            with pytest.raises(Rejection, match="BAD_FIELD"):
                await store.act(SESSION, HOST, key, Deed(Step("start"), 1000), opened)
            assert await store.open() == {SESSION: (1, 1)}
            async with database.connection() as connection:
                assert await connection.fetchval("SELECT count(*) FROM live_events WHERE kind <> 'begin'") == 1
            key = RequestId(request_id())
            worded = [Deed(RunFilm(0, position, False), 1000, words="run-film 0 now false") for position in (10, 20)]
            assert [await store.act(SESSION, HOST, key, deed, longer) for deed in worded] == [2, 2], "it was stopped"
            with pytest.raises(Rejection, match="BAD_FIELD"):
                await store.act(SESSION, HOST, key, Deed(worded[0].act, 1000, words="run-film 0 now true"), longer)

    asyncio.run(walk())


def test_a_stage_has_one_live_session_at_a_time(database_url: str) -> None:
    async def walk() -> None:
        await planned(database_url, Planned(), Planned(OTHER, in_minutes=90))
        async with pool.opened(database_url) as database:
            store = Live(database)
            deed = Deed(Step("open-doors"), 1000)
            await store.act(SESSION, HOST, None, deed, opened)
            with pytest.raises(Rejection, match="NOT_NOW"):
                await store.act(OTHER, HOST, RequestId(request_id()), deed, opened)
            await store.act(SESSION, HOST, None, deed, lambda state: replace(state, phase="ended"))
            await store.act(OTHER, HOST, RequestId(request_id()), deed, opened)
            assert set(await store.open()) == {OTHER}

    asyncio.run(walk())


def test_a_planned_one_goes_where_its_entry_goes_and_one_whose_doors_have_opened_stays(database_url: str) -> None:
    async def walk() -> None:
        await planned(database_url, Planned(), Planned(OTHER, in_minutes=90))
        async with pool.opened(database_url) as database:
            store, programme = Live(database), Programme(database)
            await store.act(SESSION, HOST, None, Deed(CountDown(5), 1000), longer)
            entry = await programme.read(SESSION)
            assert entry is not None
            hainaut = dataclasses.replace(entry, hall=HallId("hainaut"), stage="other")
            await programme.change(ORGANISER, RequestId(request_id()), hainaut)
            assert await places(database) == [("hainaut", "other")]
            for session in (SESSION, OTHER):  # neither has the other's stage
                await store.act(session, HOST, None, Deed(Step("open-doors"), 1000), opened)
            back = dataclasses.replace(entry, revision=2)
            for moved in (back, dataclasses.replace(hainaut, stage="stage", revision=2)):
                with pytest.raises(Rejection, match="NOT_NOW"):
                    await programme.change(ORGANISER, RequestId(request_id()), moved)
            with pytest.raises(Rejection, match="STALE_REVISION"):
                await programme.change(ORGANISER, RequestId(request_id()), entry)
            await programme.change(
                ORGANISER, RequestId(request_id()), dataclasses.replace(hainaut, capacity=9, revision=2)
            )
            found = await programme.read(SESSION)
            assert found is not None
            assert (found.hall, found.stage, found.capacity) == ("hainaut", "other", 9)
            assert await places(database) == [("hainaut", "other"), ("lille", "stage")]

    asyncio.run(walk())


def test_a_host_who_acts_is_here_from_wherever_they_do(database_url: str) -> None:
    async def walk() -> None:
        await planned(database_url, Planned())
        owner = await asyncpg.connect(database_url)
        async with pool.opened(database_url) as database:
            store = Live(database)
            for phase in ("doors", "live"):
                await store.act(
                    SESSION, HOST, None, Deed(CountDown(5), 1000), lambda state, to=phase: replace(state, phase=to)
                )
            for audited, without in ((False, (SESSION,)), (True, ())):
                await owner.execute("UPDATE live_states SET host_seen = now() - interval '2 minutes'")
                await store.act(SESSION, HOST, None, Deed(CountDown(5), 1000, audited=audited), longer)
                assert await store.without_hosts(60.0) == without
        await owner.close()

    asyncio.run(walk())


def test_what_is_open_is_cancelled_by_nobody_and_what_is_cancelled_opens_no_doors(database_url: str) -> None:
    async def walk() -> None:
        await planned(database_url, Planned(), Planned(OTHER, "hainaut", in_minutes=90))
        async with pool.opened(database_url) as database:
            store, programme = Live(database), Programme(database)
            await store.act(SESSION, HOST, None, Deed(Step("open-doors"), 1000), opened)
            with pytest.raises(Rejection, match="NOT_NOW"):
                await programme.cancel(ORGANISER, RequestId(request_id()), SESSION, 1)
            found = await programme.read(SESSION)
            assert found is not None
            assert not found.cancelled
            await store.act(OTHER, HOST, None, Deed(CountDown(5), 1000), longer)
            await programme.cancel(ORGANISER, RequestId(request_id()), OTHER, 1)
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await store.act(OTHER, HOST, None, Deed(Step("open-doors"), 1000), opened)

    asyncio.run(walk())


def test_one_that_begins_while_its_entry_moves_is_where_that_leads(database_url: str) -> None:
    async def walk() -> None:
        await planned(database_url, Planned())
        owner = await asyncpg.connect(database_url)
        async with pool.opened(database_url) as database:
            store, programme = Live(database), Programme(database)
            async with owner.transaction():
                await owner.execute("UPDATE programme SET hall = 'hainaut', revision = 2")
                begin = asyncio.create_task(store.act(SESSION, HOST, None, Deed(CountDown(5), 1000), longer))
                await waiting(owner, begin)
            await begin
            assert await places(database) == [("hainaut", "stage")]
            entry = await programme.read(SESSION)
            assert entry is not None
            await owner.execute("DELETE FROM live_states")
            key, lille = RequestId(request_id()), dataclasses.replace(entry, hall=HallId("lille"))
            async with owner.transaction():
                await owner.execute("SELECT FROM programme FOR SHARE")
                await owner.execute(
                    "INSERT INTO live_states (session, hall, stage, phase, state)"
                    " SELECT id, hall, stage, 'scheduled', '{}' FROM programme"
                )
                change = asyncio.create_task(programme.change(ORGANISER, key, lille))
                await waiting(owner, change)
            with pytest.raises(Unavailable):
                await change
            assert await places(database) == [("hainaut", "stage")]
            await programme.change(ORGANISER, key, lille)
            assert await places(database) == [("lille", "stage")]
        await owner.close()

    asyncio.run(walk())


async def places(database: Database) -> list[tuple[str, str]]:
    """Where the states of live sessions are."""
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT hall, stage FROM live_states ORDER BY hall, stage")
    return [tuple(row) for row in rows]


def test_from_the_opening_of_the_doors_on_what_may_be_shown_stays_in_its_place(database_url: str) -> None:
    async def walk() -> None:
        owner = await asyncpg.connect(database_url)
        files = [await store_film(owner, seconds=60) for _ in range(4)]
        await plan(owner, Planned(materials=((files[0], "One"), (files[1], "Two"))))
        async with pool.opened(database_url) as database:
            store, programme = Live(database), Programme(database)

            async def shown_after(*materials: int) -> list[int]:
                entry = await programme.read(SESSION)
                assert entry is not None
                changed = tuple(Material(MediaId(files[one]), str(one)) for one in materials)
                await programme.change(
                    ORGANISER, RequestId(request_id()), dataclasses.replace(entry, materials=changed)
                )
                return [files.index(one.media) for one in (await store.read(SESSION)).entry.materials]

            assert await shown_after(1, 0) == [1, 0], "until then it is as the programme has it"
            await store.act(SESSION, HOST, None, Deed(Step("open-doors"), 1000), opened)
            assert await shown_after(0, 2) == [1, 0, 2], "what comes later comes behind, what is gone stays"
            assert await shown_after(3, 2) == [1, 0, 2, 3]
            assert await shown_after() == [1, 0, 2, 3]
            used = {row["media"] for row in await owner.fetch("SELECT * FROM media_used AS used (media)")}
            assert set(files) <= used, "nobody forgets it while a replay shows it"
        await owner.close()

    asyncio.run(walk())


def test_what_is_cancelled_or_unknown_is_not_opened(database_url: str) -> None:
    async def walk() -> None:
        await planned(database_url, Planned())
        async with pool.opened(database_url) as database:
            store = Live(database)
            async with database.connection() as connection:
                await connection.execute("UPDATE programme SET cancelled = now()")
            for session in (SESSION, OTHER):
                with pytest.raises(Rejection, match="NOT_FOUND"):
                    await store.act(session, HOST, None, Deed(Step("open-doors"), 1000), opened)
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await store.read(OTHER)

    asyncio.run(walk())


def test_a_caption_is_kept_once_and_read_by_its_number(database_url: str) -> None:
    async def walk() -> None:
        await planned(database_url, Planned())
        async with pool.opened(database_url) as database:
            store, key = Live(database), RequestId(request_id())
            said = Caption(0, SESSION, "nl", "Goedemiddag", 5000)
            with pytest.raises(Rejection, match="NOT_NOW: no captions while scheduled"):
                await store.caption(SESSION, HOST, RequestId(request_id()), said)
            await store.act(SESSION, HOST, None, Deed(Step("open-doors"), 1000), opened)
            number, new = await store.caption(SESSION, HOST, key, said)
            assert new
            assert await store.caption(SESSION, HOST, key, said) == (number, False)
            found = await store.read_caption(number)
            assert found == Caption(number, SESSION, "nl", "Goedemiddag", 5000)
            assert await store.read_caption(number + 1) is None

    asyncio.run(walk())


def test_what_happened_is_neither_changed_by_the_serving_role_nor_lost_with_an_account(database_url: str) -> None:
    async def walk() -> None:
        await planned(database_url, Planned())
        async with pool.opened(database_url) as database:
            await Live(database).act(SESSION, HOST, None, Deed(Step("open-doors"), 1000), opened)
            async with database.connection() as connection:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute("UPDATE live_events SET kind = 'x'")

    asyncio.run(walk())


def test_a_recordings_mark_differs_after_each_change_and_is_the_same_while_there_is_none(database_url: str) -> None:
    async def walk() -> None:
        owner = await asyncpg.connect(database_url)
        await plan(owner, Planned())
        account = AccountId(str(uuid.uuid4()))
        await owner.execute(
            "INSERT INTO accounts (id, login, password_hash, name, role) VALUES ($1, 'ada', 'x', 'Ada', 'visitor')",
            account,
        )
        ada = LivePerson(key_of(SESSION, account, VisitId("")), VisitId("ada"), "Ada", "fr")
        who = Participant(ada, account)
        async with pool.opened(database_url) as database:
            live, recordings = Live(database), Recordings(database)
            said = Caption(0, SESSION, "fr", "Bonjour", 2000)
            changes = (
                lambda: live.act(SESSION, who, None, Deed(Step("open-doors"), 1000), opened),
                lambda: live.caption(SESSION, who, RequestId(request_id()), said),
                lambda: recordings.react(SESSION, 3000, (2, 0, 0, 0, 0)),
                lambda: recordings.withdraw(SESSION, account),
                lambda: owner.execute("UPDATE programme SET revision = revision + 1"),
                lambda: owner.execute("DELETE FROM live_events WHERE kind = 'caption' OR kind = 'begin'"),
            )
            marks = [await recordings.mark(SESSION)]
            for change in changes:
                await change()
                marks += [await recordings.mark(SESSION)]
                assert await recordings.mark(SESSION) == marks[-1]
            assert len(set(marks)) == len(marks)
            events = await recordings.events(SESSION)
            assert [(event.at_ms, event.detail) for event in events if event.kind == REACTED] == [
                (3000, "[2, 0, 0, 0, 0]")
            ]
        await owner.close()

    asyncio.run(walk())
