"""Recordings as stored: who leaves one stays out, guests have no name, votes become counts, and all of it ends."""

import asyncio

import asyncpg
import numpy as np
import pytest
from msgspec.structs import replace

from halles.errors import Rejection, Unavailable
from halles.ids import AccountId, LiveSessionId, RequestId, VisitId
from halles.protocol.backstage_messages import BackstageLine
from halles.world.live import LivePerson, LiveState, Phase
from halles.world.live_acts import RaiseHand, Record, Step, StepName
from halles.world.live_motion import AWAY, KeyedNumber, MotionChunk, Sample, pack, unpack
from halles.world.live_voice import VoicePortion
from halles.world.roles import Role
from halles_server.cluster.local import LocalBus
from halles_server.ports.live import Caption, Deed, Participant, key_of
from halles_server.ports.programme import Entry
from halles_server.ports.public import Asked, Doing, Footing
from halles_server.ports.recordings import WORDS
from halles_server.services.actor import Actor
from halles_server.services.live_sessions import LiveSessions
from halles_server.services.recordings import Recordings as Kept
from halles_server.storage import recordings
from halles_server.storage.backstage import Backstage
from halles_server.storage.live import Live
from halles_server.storage.media import Media
from halles_server.storage.pool import Database
from halles_server.storage.questions import Questions
from halles_server.storage.recordings import Recordings
from tests.server.storage.test_questions import PRICE, in_a_live_session
from tests.support.booth_people import StoppedClock, account_of, person
from tests.support.live import SESSION, Planned, plan
from tests.support.locks import waiting
from tests.support.public import guest_of, no_rates
from tests.support.wire import request_id

DOORS = 1_000_000
DAY = 86_400_000
PREPARED = LiveSessionId("prepared")
STEPS: dict[StepName, Phase] = {
    "open-doors": "doors",
    "start": "live",
    "close": "closing",
    "end": "ended",
    "publish": "published",
}


async def somebody(database: Database, name: str) -> tuple[Participant, AccountId]:
    account = account_of(await person(database, name))
    visit = VisitId(f"visit-{name.lower()}")
    return Participant(LivePerson(key_of(SESSION, account, visit), visit, name, "fr"), account), account


async def step(database: Database, who: Participant, *steps: StepName) -> None:
    for at, name in enumerate(steps):
        deed = Deed(Step(name), DOORS + at + (1000 if name in ("close", "end") else 0))
        await Live(database).act(SESSION, who, None, deed, lambda state, name=name: replace(state, phase=STEPS[name]))


async def end(database: Database, host: Participant) -> None:
    """Ends it, until all is kept that will be."""
    await step(database, host, "close", "end")
    await told(database)


async def raise_hand(database: Database, who: Participant) -> None:
    """Changes a state, as somebody's act does."""

    await Live(database).act(SESSION, who, None, Deed(RaiseHand(), DOORS + 10), longer)


def longer(state: LiveState) -> LiveState:
    return replace(state, countdown_ms=state.countdown_ms + 1)


async def write(database: Database, who: Participant, text: str) -> None:
    """Says something in chat, as a caption, and as a question."""
    await Live(database).caption(SESSION, who, RequestId(request_id()), Caption(0, SESSION, "fr", text, DOORS + 20))
    doing = Doing(SESSION, who, RequestId(request_id()), DOORS + 30)
    await Questions(database).ask(doing, Asked("fr", text))
    await say(database, who, text, DOORS + 40)


async def say(database: Database, who: Participant, text: str, at_ms: int) -> None:
    async with database.connection() as connection:
        await connection.execute(
            "INSERT INTO chat (hall, channel, visit, account, name, role, coat, text, time_ms)"
            " VALUES ('lille', 'hall', $1, $2, $3, 'guest', 0, $4, $5)",
            who.person.visit,
            who.account,
            who.person.name,
            text,
            at_ms,
        )


async def told(database: Database) -> str:
    """All words and names that are stored of the live session."""
    while await Recordings(database).keep_talk():
        pass
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT detail::text AS said FROM live_events WHERE session = $1 AND kind <> 'begin'"
            " UNION ALL SELECT text FROM live_questions WHERE session = $1"
            " UNION ALL SELECT name || visit FROM live_people WHERE session = $1",
            SESSION,
        )
    return "\n".join(row["said"] for row in rows)


def test_whoever_withdraws_in_the_middle_stays_out_whatever_follows_and_may_ask_for_it_again(database_url: str) -> None:
    async def walk(questions: Questions, database: Database, owner: asyncpg.Connection) -> None:
        store = Recordings(database)
        (host, _), (ada, account) = await somebody(database, "Host"), await somebody(database, "Ada")
        _, stranger = await somebody(database, "Bob")
        await step(database, host, "open-doors", "start")
        await raise_hand(database, ada)
        await write(database, ada, "Before")
        for speaker in (host, ada):
            await store.keep_voice(SESSION, VoicePortion(DOORS, speaker.person.key, b"x"))
        hers = await store.voice(SESSION, 0, 2 * DOORS, ada.person.key)
        assert [one.key for one in hers] == [ada.person.key], "of one, and of nobody else"
        assert [one.session for one in await store.mine(account)] == [SESSION]
        await store.withdraw(SESSION, account)
        assert "Ada" not in await told(database)
        assert "Before" not in await told(database)
        await store.keep_voice(SESSION, VoicePortion(DOORS + 1, ada.person.key, b"x"))
        left = [one.key for one in await store.voice(SESSION, 0, 2 * DOORS)]
        assert left == [host.person.key], "neither what they had said, nor what they say now"
        await raise_hand(database, ada)
        await write(database, ada, "After")
        known = (await store.people(SESSION))[ada.person.key]
        assert (known.name, known.visit, known.named) == ("", "", False)
        await store.withdraw(SESSION, account)
        assert "After" not in await told(database), "a second time takes out what came since"
        await write(database, ada, "Again")
        await end(database, host)
        for word in ("Ada", "Before", "After", "Again"):
            assert word not in await told(database)
        assert await store.mine(account) == ()
        assert await store.took_part(account) == (SESSION,)
        assert await owner.fetchval("SELECT count(*) FROM audit WHERE act = 'recording.withdraw'") == 1
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await store.withdraw(SESSION, stranger)

    in_a_live_session(database_url, walk)


def test_whoever_only_chatted_can_leave_before_that_is_kept_and_is_then_in_no_recording(database_url: str) -> None:
    async def walk(questions: Questions, database: Database, owner: asyncpg.Connection) -> None:
        store = Recordings(database)
        host, _ = await somebody(database, "Host")
        (ada, hers), (bob, his) = await somebody(database, "Ada"), await somebody(database, "Bob")
        (cas, of_cas), (dan, of_dan) = await somebody(database, "Cas"), await somebody(database, "Dan")
        await say(database, dan, "Before the doors", DOORS - 1)
        await step(database, host, "open-doors", "start")
        for at, (who, text) in enumerate(((ada, "Only chatted"), (bob, "Stays"), (cas, "Leaves late"))):
            await say(database, who, text, DOORS + 10 + at)
        for account in (hers, his, of_cas):
            assert [one.session for one in await store.mine(account)] == [SESSION]
            assert await store.took_part(account) == (SESSION,)
        await store.withdraw(SESSION, hers)
        assert (await store.mine(hers), await store.took_part(hers)) == ((), (SESSION,))
        await say(database, ada, "Said later", DOORS + 20)
        await step(database, host, "close", "end")
        await store.withdraw(SESSION, of_cas)
        assert await store.took_part(of_dan) == ()
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await store.withdraw(SESSION, of_dan)
        stored = await told(database)
        assert [word for word in ("Stays", "Bob") if word not in stored] == []
        assert [word for word in ("Only chatted", "Said later", "Leaves late", "Ada", "Cas") if word in stored] == []
        assert await owner.fetchval("SELECT count(*) FROM audit WHERE act = 'recording.withdraw'") == 2
        people = await store.people(SESSION)
        assert {key for key, one in people.items() if one.withdrawn} == {ada.person.key, cas.person.key}

    in_a_live_session(database_url, walk)


def test_of_guests_words_stay_and_no_name_once_it_is_over(database_url: str) -> None:
    async def walk(questions: Questions, database: Database, owner: asyncpg.Connection) -> None:
        (host, _), guest = await somebody(database, "Host"), guest_of("Gwen")
        await step(database, host, "open-doors", "start")
        await write(database, guest, "Bonsoir")
        await say(database, guest_of("Gus"), "Moi aussi", DOORS + 50)
        assert not (await Recordings(database).people(SESSION))["vgwen"].named
        await end(database, host)
        stored = await told(database)
        assert [stored.count(word) for word in ("Bonsoir", "Moi aussi")] == [4, 1]
        for name in ("Gwen", "gwen", "Gus", "gus"):
            assert name not in stored
        assert "Host" in stored
        await raise_hand(database, host)
        assert (await told(database)).count("Bonsoir") == 4, "chat is copied once"

    in_a_live_session(database_url, walk)


def test_a_caption_or_a_line_backstage_that_comes_just_as_it_ends_names_no_guest_afterwards(database_url: str) -> None:
    async def walk(questions: Questions, database: Database, owner: asyncpg.Connection) -> None:
        (host, _), guest = await somebody(database, "Host"), guest_of("Gwen")
        await step(database, host, "open-doors", "start")
        await write(database, guest, "Bonsoir")
        record = await Live(database).read(SESSION)
        said = Caption(0, SESSION, "fr", "Trop tard", DOORS + 20)
        line = BackstageLine(0, "Gwen", "Trop tard", DOORS + 20)
        async with owner.transaction():  # as the act that ends it holds it
            await owner.execute("UPDATE live_states SET phase = 'ended'")
            late = [
                asyncio.ensure_future(work)
                for work in (
                    Live(database).caption(SESSION, guest, RequestId(request_id()), said),
                    Backstage(database).say(record, guest, Role.GUEST, RequestId(request_id()), line),
                    Questions(database).set_asking(Doing(SESSION, guest, RequestId(request_id()), DOORS + 20), "free"),
                )
            ]
            await waiting(owner, *late)
            await owner.execute("UPDATE live_people SET name = '', visit = '' WHERE account IS NULL")
        for task in late:
            with pytest.raises(Rejection, match="NOT_NOW"):
                await task
        assert not (await Recordings(database).people(SESSION))["vgwen"].named
        assert "Trop tard" not in await told(database)

    in_a_live_session(database_url, walk)


def test_chat_from_before_the_doors_is_not_recorded_though_hosts_did_something_the_day_before(
    database_url: str,
) -> None:
    async def walk(questions: Questions, database: Database, owner: asyncpg.Connection) -> None:
        host, _ = await somebody(database, "Host")
        await Live(database).act(
            SESSION, host, None, Deed(RaiseHand(), DOORS - DAY), lambda state: replace(state, mode="open")
        )
        await say(database, guest_of("Gwen"), "Yesterday", DOORS - DAY + 1)
        await say(database, guest_of("Gwen"), "Just before", DOORS - 1)
        await step(database, host, "open-doors", "start")
        await say(database, guest_of("Gwen"), "Now", DOORS + 5)
        await end(database, host)
        said = [event for event in await Recordings(database).events(SESSION) if event.kind == "said"]
        assert [event.detail for event in said] == ['["", "Now"]']

    in_a_live_session(database_url, walk)


def test_what_was_written_while_nothing_was_recorded_is_not_even_stored_once_it_is_over(database_url: str) -> None:
    async def walk(questions: Questions, database: Database, owner: asyncpg.Connection) -> None:
        host, _ = await somebody(database, "Host")
        await step(database, host, "open-doors", "start")
        for at_ms, on in ((DOORS + 15, False), (DOORS + 45, True)):
            deed = Deed(Record(on), at_ms)
            await Live(database).act(SESSION, host, None, deed, lambda state, on=on: replace(state, recorded=on))
        await write(database, host, "Between us")
        await say(database, host, "For all", DOORS + 50)
        await end(database, host)
        events = await Recordings(database).events(SESSION)
        assert [event.detail for event in events if event.kind in WORDS] == ['["", "For all"]']

    in_a_live_session(database_url, walk)


def test_at_the_end_votes_become_counts_and_nobody_can_look_who_voted(database_url: str) -> None:
    async def walk(questions: Questions, database: Database, owner: asyncpg.Connection) -> None:
        host, _ = await somebody(database, "Host")
        await step(database, host, "open-doors", "start")
        doing = Doing(SESSION, host, RequestId(request_id()), DOORS)
        await questions.set_asking(doing, "free")
        number = await questions.ask(replace_key(doing), PRICE)
        other = await questions.ask(replace_key(doing), PRICE)
        for key in ("vbob", "vcarol"):
            await questions.vote(SESSION, Footing(key, 1), number, on=True)
        await end(database, host)
        assert await owner.fetchval("SELECT count(*) FROM live_question_votes") == 0
        assert await questions.votes(SESSION) == {number: 2}
        # One that was accepted just when it ended, or before a node that ended it by hand fell silent.
        await owner.execute("INSERT INTO live_question_votes VALUES ($1, 'vdan'), ($2, 'vdan')", number, other)
        await questions.count_over()
        assert await owner.fetchval("SELECT count(*) FROM live_question_votes") == 0
        assert await questions.votes(SESSION) == {number: 3, other: 1}
        assert [one.votes for one in (await questions.read(SESSION)).questions] == [3, 1]

    in_a_live_session(database_url, walk)


def replace_key(doing: Doing) -> Doing:
    """The same once more, by a new request."""
    return Doing(doing.session, doing.who, RequestId(request_id()), doing.at_ms)


def test_whoever_withdraws_while_votes_are_counted_and_recordings_end_waits_and_neither_is_in_the_others_way(
    database_url: str,
) -> None:
    async def walk(questions: Questions, database: Database, owner: asyncpg.Connection) -> None:
        host, _ = await somebody(database, "Host")
        await step(database, host, "open-doors", "start")
        number = await questions.ask(Doing(SESSION, host, RequestId(request_id()), DOORS), PRICE)
        await end(database, host)
        await owner.execute("INSERT INTO live_question_votes VALUES ($1, 'vdan')", number)
        await ago(owner, days=31)
        for work in (questions.count_over(), Recordings(database).forget(365, 30)):
            async with owner.transaction():  # as who withdraws: the public first, then their questions and themselves
                await owner.execute("SELECT FROM live_public WHERE session = $1 FOR UPDATE", SESSION)
                task = asyncio.ensure_future(work)
                await waiting(owner, task)
                assert not task.done()
                for table in ("question_votes", "questions", "people"):
                    await owner.execute(f"SELECT FROM live_{table} FOR UPDATE NOWAIT")
            await task
        assert set((await left(owner)).values()) == {0}

    in_a_live_session(database_url, walk)


def test_a_recording_that_holds_no_more_voice_says_so_once_and_is_not_asked_again(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def walk(questions: Questions, database: Database, owner: asyncpg.Connection) -> None:
        host, _ = await somebody(database, "Host")
        await step(database, host, "open-doors")
        clock = StoppedClock()
        live = LiveSessions(Live(database), Media(database), clock, LocalBus(), no_rates(clock))
        kept = Kept(Recordings(database), live)
        monkeypatch.setattr(recordings, "VOICE_CAP", 2)
        for at_ms in (1, 2):
            await kept.keep_voice(SESSION, VoicePortion(at_ms, host.person.key, b"x"))
        with pytest.raises(Rejection, match="OVER_BUDGET"):
            await kept.keep_voice(SESSION, VoicePortion(3, host.person.key, b"x"))
        await owner.execute("DELETE FROM live_voice")  # an answer would show that it was asked
        await kept.keep_voice(SESSION, VoicePortion(4, host.person.key, b"x"))
        assert await owner.fetchval("SELECT count(*) FROM live_voice") == 0

    in_a_live_session(database_url, walk)


def test_where_people_stood_while_nothing_was_recorded_is_told_to_nobody_though_it_was_stored(
    database_url: str,
) -> None:
    async def walk(questions: Questions, database: Database, owner: asyncpg.Connection) -> None:
        host, account = await somebody(database, "Host")
        await owner.execute("DELETE FROM live_states")
        await step(database, host, "open-doors")
        for at_ms, on in ((DOORS + 1000, False), (DOORS + 3000, True), (DOORS + 20_000, False)):
            deed = Deed(Record(on), at_ms)
            await Live(database).act(SESSION, host, None, deed, lambda state, on=on: replace(state, recorded=on))
        live = LiveSessions(Live(database), Media(database), StoppedClock(), LocalBus(), no_rates())
        kept = Kept(Recordings(database), live)
        whom = KeyedNumber(1, host.person.key), KeyedNumber(2, "vlate")
        for begun_ms in (DOORS, DOORS + 20_000):
            await kept.keep(SESSION, MotionChunk(begun_ms, 4, pack([at(1), at(1, 2), at(1), at(1)]), whom))
        minute = await kept.minute(Actor(account, None, "Host", Role.MODERATOR, "fr"), SESSION, 0)
        (chunk,) = minute.motion
        assert (chunk.begun_ms, chunk.samples, [one.key for one in chunk.people]) == (DOORS, 4, [host.person.key])
        moved = unpack(chunk.data, chunk.samples)
        assert moved.numbers.tolist() == [1], "who was there only then is in no sample"
        assert [x == AWAY for x in moved.x[:, 0].tolist()] == [False, True, True, False]
        assert (moved.x[3, 0], moved.y[0, 0], moved.heading[3, 0]) == (100, -50, 7)

    in_a_live_session(database_url, walk)


def at(*numbers: int) -> Sample:
    here = np.array(numbers)
    places = (here * 100).astype(np.int16), (here * -50).astype(np.int16)
    return Sample(here.astype(np.uint16), *places, (here * 7).astype(np.uint8), here.astype(np.uint8))


async def left(owner: asyncpg.Connection) -> dict[str, int]:
    """Counts what is kept, by table, of all live sessions."""
    tables = ("events", "motion", "people", "questions", "question_votes", "polls", "public", "recorders", "voice")
    return {table: await owner.fetchval(f"SELECT count(*) FROM live_{table}") for table in tables}


class Counted(Recordings):
    """Counts how often it is read what can be watched."""

    readings = 0

    async def published(self, days: int, most: int) -> tuple[Entry, ...]:
        self.readings += 1
        return await super().published(days, most)


def test_however_many_ask_at_once_what_can_be_watched_it_is_read_twice_and_told_to_whom_it_is_for(
    database_url: str,
) -> None:
    async def walk(questions: Questions, database: Database, owner: asyncpg.Connection) -> None:
        _, account = await somebody(database, "Ada")
        await owner.execute("UPDATE programme SET access = 'members'")
        store, clock = Counted(database), StoppedClock()
        kept = Kept(store, LiveSessions(Live(database), Media(database), clock, LocalBus(), no_rates(clock)))
        member = Actor(account, None, "Ada", Role.MEMBER, "fr")
        guest = Actor(None, VisitId("v"), "Gus", Role.GUEST, "fr")
        told = await asyncio.gather(*(kept.published(member if n % 2 else guest) for n in range(40)))
        assert [[entry.session for entry in entries] for entries in told] == [[], [SESSION]] * 20
        assert store.readings <= 2, "the first one's, which had begun, and one for all others"

    in_a_live_session(database_url, walk, "published")


def test_all_that_happened_is_deleted_sooner_where_nobody_published_it(database_url: str) -> None:
    async def walk(questions: Questions, database: Database, owner: asyncpg.Connection) -> None:
        store = Recordings(database)
        host, account = await somebody(database, "Host")
        await step(database, host, "open-doors", "start")
        await write(database, host, "Bonjour")
        await store.lead(SESSION, 10.0)
        await store.keep(SESSION, MotionChunk(DOORS, 1, b"x", ()))
        await store.keep_voice(SESSION, VoicePortion(DOORS, host.person.key, b"x"))
        await end(database, host)
        await ago(owner, days=29)
        assert await store.forget(365, 30) == 0
        await step(database, host, "publish")
        await ago(owner, days=364)
        assert await store.forget(365, 30) == 0
        assert await store.published(1000, 10) != ()
        assert set((await left(owner)).values()) > {0}
        await ago(owner, days=366)
        assert await store.forget(365, 30) == 1
        assert set((await left(owner)).values()) == {0}
        record = await Live(database).read(SESSION)
        assert record.state == LiveState(phase="published"), "that it took place is known"
        assert await store.published(1000, 10) == ()
        assert (await store.mine(account), await store.forget(365, 30)) == ((), 0)

    in_a_live_session(database_url, walk)


def test_what_nobody_published_ended_or_opened_goes_after_its_days(database_url: str) -> None:
    async def walk(questions: Questions, database: Database, owner: asyncpg.Connection) -> None:
        store, live = Recordings(database), Live(database)
        host, _ = await somebody(database, "Host")
        await step(database, host, "open-doors", "start")
        await plan(owner, Planned(PREPARED, stage="other"))
        await questions.set_asking(Doing(PREPARED, host, RequestId(request_id()), DOORS), "free")
        await ago(owner, days=29)
        assert await store.forget(365, 30) == 0
        await ago(owner, days=31)
        assert await store.forget(365, 30) == 2
        assert set((await left(owner)).values()) == {0}
        assert (await live.read(SESSION)).state == LiveState(phase="ended"), "the stage is free again"
        await raise_hand(database, host)
        assert await store.forget(365, 30) == 1, "nor does anything stay that comes later"
        assert set((await left(owner)).values()) == {0}

    in_a_live_session(database_url, walk)


def test_one_recording_that_cannot_be_deleted_now_keeps_no_other(database_url: str) -> None:
    async def walk(questions: Questions, database: Database, owner: asyncpg.Connection) -> None:
        await plan(owner, Planned(PREPARED, stage="other"))
        host, _ = await somebody(database, "Host")
        for session in (SESSION, PREPARED):
            await Live(database).act(session, host, None, Deed(RaiseHand(), DOORS), longer)
        await ago(owner, days=31)
        first, second = sorted((SESSION, PREPARED))
        await owner.execute(
            "CREATE FUNCTION stuck() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE lock_not_available; END $$"
        )
        await owner.execute(
            "CREATE TRIGGER stuck BEFORE DELETE ON live_people FOR EACH ROW"
            f" WHEN (OLD.session = '{first}') EXECUTE FUNCTION stuck()"
        )
        with pytest.raises(Unavailable):
            await Recordings(database).forget(365, 30)
        kept = await owner.fetch("SELECT DISTINCT session FROM live_people")
        assert [row["session"] for row in kept] == [first]
        await owner.execute("DROP TRIGGER stuck ON live_people")
        assert await Recordings(database).forget(365, 30) == 1, "the next night goes on"
        assert second not in {row["session"] for row in await owner.fetch("SELECT session FROM live_people")}
        assert set((await left(owner)).values()) == {0}

    in_a_live_session(database_url, walk)


async def ago(owner: asyncpg.Connection, *, days: int) -> None:
    """Puts every live session that many days back."""
    await owner.execute(
        "UPDATE programme SET during = tstzrange(now() - make_interval(days => $1, hours => 1),"
        " now() - make_interval(days => $1))",
        days,
    )
    await owner.execute(
        "UPDATE live_states SET changed = now() - make_interval(days => $1),"
        " ended = CASE WHEN ended IS NOT NULL THEN now() - make_interval(days => $1) END",
        days,
    )
