"""The programme in a real Postgres: no stage and no speaker is taken twice, whoever writes how fast."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from halles.errors import Rejection
from halles.ids import AccountId, LiveSessionId, MediaId
from halles.world.text import Text
from halles_server.ports.meetings import Period
from halles_server.ports.programme import Clashes, Entry, Material, Person, Speaker
from halles_server.storage import programme as stored
from halles_server.storage.pool import Database
from halles_server.storage.programme import Programme
from tests.support.audit import about
from tests.support.booth_people import account_of, person, request_id
from tests.support.programme import LILLE, played

TOMORROW = (datetime.now(UTC) + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)


def entry(name: str, hours: float = 0.0, stage: str = "stage") -> Entry:
    start = TOMORROW + timedelta(hours=hours)
    during = Period(start, start + timedelta(hours=1))
    return Entry(LiveSessionId(name), Text(name), Text(), LILLE, stage, during, "fr")


def test_an_entry_is_read_as_it_was_written_and_written_once(database_url: str) -> None:
    async def play(database: Database) -> None:
        programme, ada = Programme(database), account_of(await person(database, "Ada"))
        whole = replace(
            entry("debate"),
            summary=Text(nl="Zo is het"),
            access="invited",
            speakers=(Speaker("Ada", "School", ada), Speaker("Intervenante 1")),
            hosts=(Person(ada, "Ada"),),
            invited=frozenset({ada}),
        )
        key = request_id()
        for _ in range(2):
            assert await programme.write(ada, key, whole), "a host was granted"
        found = await programme.read(whole.session)
        assert found is not None
        assert (found.title, found.summary, found.during, found.access) == (
            whole.title,
            whole.summary,
            whole.during,
            "invited",
        )
        assert [(one.name, one.account) for one in found.speakers] == [("Ada", ada), ("Intervenante 1", None)]
        assert [host.account for host in found.hosts] == [ada]
        assert found.invited == {ada}
        assert found.names(ada)
        assert [row.act for row in await about(database, "live:debate")] == ["programme.write"]
        assert await granted(database, ada) == ["grant.give"]

    played(database_url, play)


def test_a_stage_and_a_speaker_are_taken_once_and_the_refusal_names_what_is_in_the_way(database_url: str) -> None:
    async def play(database: Database) -> None:
        programme, ada = Programme(database), account_of(await person(database, "Ada"))
        first = replace(entry("first"), speakers=(Speaker("Ada", "", ada),))
        await programme.write(ada, request_id(), first)
        with pytest.raises(Clashes) as taken:
            await programme.write(ada, request_id(), entry("second", 0.5))
        assert (taken.value.code, taken.value.clash.title) == ("TIME_TAKEN", Text("first"))
        assert (taken.value.clash.during, taken.value.clash.who) == (first.during, "")
        with pytest.raises(Clashes) as busy:
            await programme.write(
                ada, request_id(), replace(entry("third", 0.5, "other"), speakers=(Speaker("A.", "", ada),))
            )
        assert (busy.value.clash.who, busy.value.clash.stage) == ("Ada", "stage")
        assert await programme.read(LiveSessionId("third")) is None
        # One's end is another's beginning; what is cancelled keeps neither stage nor speaker.
        await programme.write(ada, request_id(), entry("next", 1))
        await programme.cancel(ada, request_id(), first.session, 1)
        await programme.write(ada, request_id(), replace(entry("again"), speakers=(Speaker("Ada", "", ada),)))

    played(database_url, play)


def test_of_many_who_want_a_stage_at_once_one_gets_it(database_url: str) -> None:
    async def play(database: Database) -> None:
        programme, ada = Programme(database), account_of(await person(database, "Ada"))
        came = await asyncio.gather(
            *(programme.write(ada, request_id(), entry(f"e{number}", number / 10)) for number in range(8)),
            return_exceptions=True,
        )
        assert [one for one in came if one is not False and not isinstance(one, Clashes)] == []
        assert came.count(False) == 1

    played(database_url, play)


def test_a_change_counts_up_and_a_stale_or_cancelled_one_is_refused(database_url: str) -> None:
    async def play(database: Database) -> None:
        programme, ada = Programme(database), account_of(await person(database, "Ada"))
        await programme.write(ada, request_id(), replace(entry("debate"), hosts=(Person(ada, "Ada"),)))
        await programme.change(ada, request_id(), replace(entry("debate", 3), revision=1))
        found = await programme.read(LiveSessionId("debate"))
        assert found is not None
        assert (found.revision, found.sequence, found.hosts) == (2, 1, ())
        assert found.during.start == TOMORROW + timedelta(hours=3)
        for act in (
            programme.change(ada, request_id(), replace(entry("debate"), revision=1)),
            programme.cancel(ada, request_id(), LiveSessionId("debate"), 1),
        ):
            with pytest.raises(Rejection, match="STALE_REVISION"):
                await act
        await programme.cancel(ada, request_id(), LiveSessionId("debate"), 2)
        with pytest.raises(Rejection, match="STALE_REVISION: debate is cancelled"):
            await programme.change(ada, request_id(), replace(entry("debate"), revision=3))
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await programme.cancel(ada, request_id(), LiveSessionId("nothing"), 1)

    played(database_url, play)


def test_hosts_are_touched_only_where_they_differ_from_what_was_read(database_url: str) -> None:
    async def play(database: Database) -> None:
        programme = Programme(database)
        ada, bob, cy = [account_of(await person(database, name)) for name in ("Ada", "Bob", "Cy")]
        await programme.write(
            ada, request_id(), replace(entry("debate"), hosts=(Person(ada, "Ada"), Person(bob, "Bob")))
        )
        async with database.connection() as connection:
            await connection.execute(
                "INSERT INTO grants (account, role, scope, until) VALUES ($1, 'moderator', 'live:debate', NULL)", cy
            )
            await connection.execute("UPDATE grants SET until = now() - interval '1 h' WHERE account = $1", ada)
        words = replace(entry("debate", 1), hosts=(Person(bob, "Bob"),), revision=1)
        assert not await programme.change(ada, request_id(), words, (bob,))
        assert await hosts(programme) == {bob, cy}, "whom nobody changed"
        renewed = replace(words, hosts=(Person(ada, "Ada"),), revision=2)
        key = request_id()
        for _ in range(2):
            assert await programme.change(ada, key, renewed, (bob,))
        assert await hosts(programme) == {ada, cy}, "one taken, one whose grant had ended given anew"
        assert await granted(database, ada) == ["grant.give"] * 2
        assert await granted(database, bob) == ["grant.take", "grant.give"]
        assert await granted(database, cy) == []

    played(database_url, play)


async def granted(database: Database, account: AccountId) -> list[str]:
    """What the audit says of somebody's grants in the live session, newest first."""
    rows = await about(database, f"account:{account}")
    return [row.act for row in rows if row.act.startswith("grant.") and row.detail["scope"] == "live:debate"]


async def hosts(programme: Programme) -> set[AccountId]:
    found = await programme.read(LiveSessionId("debate"))
    assert found is not None
    return {host.account for host in found.hosts}


def test_a_repeat_has_one_effect_and_its_key_means_nothing_else(database_url: str) -> None:
    async def play(database: Database) -> None:
        programme, ada = Programme(database), account_of(await person(database, "Ada"))
        await programme.write(ada, request_id(), entry("debate"))
        change, cancel = request_id(), request_id()
        for _ in range(2):
            await programme.change(ada, change, replace(entry("debate", 1), revision=1))
        with pytest.raises(Rejection, match="BAD_FIELD"):
            await programme.change(ada, change, replace(entry("debate", 2), revision=1))
        for _ in range(2):
            await programme.cancel(ada, cancel, LiveSessionId("debate"), 2)
        found = await programme.read(LiveSessionId("debate"))
        assert found is not None
        assert (found.revision, found.cancelled) == (3, True)

    played(database_url, play)


def test_what_is_not_there_is_refused_and_nothing_is_stored(database_url: str) -> None:
    async def play(database: Database) -> None:
        programme, ada = Programme(database), account_of(await person(database, "Ada"))
        for wrong in (
            replace(entry("wrong"), working_group="nobody"),
            replace(entry("wrong"), materials=(Material(MediaId(f"{'0' * 64}.pdf")),)),
            replace(entry("wrong"), invited=frozenset({AccountId("00000000-0000-4000-8000-000000000000")})),
        ):
            with pytest.raises(Rejection, match="NOT_FOUND"):
                await programme.write(ada, request_id(), wrong)
        assert await programme.since(TOMORROW, 10) == ()

    played(database_url, play)


def test_marks_are_kept_for_what_is_to_come_and_make_an_own_programme(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(database: Database) -> None:
        programme, ada = Programme(database), account_of(await person(database, "Ada"))
        bob = account_of(await person(database, "Bob"))
        await programme.write(ada, request_id(), entry("debate"))
        await programme.write(ada, request_id(), replace(entry("talk", 2), hosts=(Person(bob, "Bob"),)))
        key = request_id()
        for _ in range(2):
            await programme.mark(ada, key, LiveSessionId("debate"), True)
        assert await programme.marked([ada, bob]) == {ada: {"debate"}}
        assert [one.session for one in await programme.of(ada, TOMORROW)] == ["debate"]
        assert [one.session for one in await programme.of(bob, TOMORROW)] == ["talk"]
        with pytest.raises(Rejection, match="NOT_FOUND"):
            await programme.mark(ada, request_id(), LiveSessionId("nothing"), True)
        monkeypatch.setattr(stored, "MARKS_CAP", 1)
        with pytest.raises(Rejection, match="OVER_BUDGET"):
            await programme.mark(ada, request_id(), LiveSessionId("talk"), True)
        await programme.mark(ada, request_id(), LiveSessionId("debate"), False)
        assert await programme.marked([ada]) == {}

    played(database_url, play)
