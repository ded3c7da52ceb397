"""What was said in a live session is kept after it has ended, however much it was: the end itself only owes it."""

import asyncio
from itertools import pairwise
from typing import Any

import asyncpg

from halles.ids import VisitId
from halles.world.live import LivePerson, LiveState, Phase
from halles.world.live_acts import LiveAct, Record, Step
from halles_server.ports.live import Deed, Participant, key_of
from halles_server.storage import pool
from halles_server.storage.live import Live
from halles_server.storage.recorded_talk import LINES_CAP, PORTION
from halles_server.storage.recordings import Recordings
from tests.support.live import SESSION, Planned, plan

HOST = Participant(LivePerson("vhost", VisitId("host"), "Host", "fr"), None)
BEGUN, ENDED = 1_000_000, 2_000_000
_IN_TIME = "SELECT count(*) FROM chat WHERE channel = 'hall' AND time_ms BETWEEN $1 AND $2"


def went(url: str, lines: str, *acts: tuple[int, LiveAct]) -> list[tuple[int, str]]:
    """Lets a live session happen in which these lines were said; returns what is kept, by moment and name.

    The lines are SQL: channel, name, text, moment.
    Whoever is called "Gone" has left the recording when its chat is kept; "Acc" has an account.
    """

    async def walk() -> list[tuple[int, str]]:
        owner = await asyncpg.connect(url)
        try:
            await plan(owner, Planned())
            account = await owner.fetchval(
                "INSERT INTO accounts (login, password_hash, name, role) VALUES ('a', 'x', 'Acc', 'visitor')"
                " RETURNING id"
            )
            await owner.execute(
                "INSERT INTO chat (hall, channel, visit, account, name, role, coat, text, time_ms) SELECT 'lille',"
                " channel, 'v-' || name, CASE WHEN name = 'Acc' THEN $1::uuid END, name, 'visitor', 0, text, at_ms"
                f" FROM ({lines}) AS said (channel, name, text, at_ms)",
                account,
            )
            await owner.execute(
                "INSERT INTO live_people (session, key, visit, name, language, withdrawn)"
                " VALUES ($1, $2, '', '', 'fr', now())",
                SESSION,
                key_of(SESSION, None, VisitId("v-Gone")),
            )
            async with pool.opened(url) as database:
                store, recordings = Live(database), Recordings(database)
                for at_ms, act in ((BEGUN, Step("open-doors")), *acts, (ENDED, Step("end"))):
                    await store.act(SESSION, HOST, None, Deed(act, at_ms), lambda state, done=act: after(state, done))  # type: ignore[misc]
                at_the_end = [event for event in await recordings.events(SESSION) if event.kind == "said"]
                assert at_the_end == [], "the end waits for no line"
                portions = [0]
                while await recordings.keep_talk():
                    portions.append(await owner.fetchval("SELECT count(*) FROM live_events WHERE kind = 'said'"))
                said = await owner.fetchval(_IN_TIME, BEGUN, ENDED)
                assert len(portions) - 1 == min(said, LINES_CAP) // PORTION + 1
                assert max(after - before for before, after in pairwise(portions)) <= PORTION
                assert not await recordings.keep_talk()
                people: dict[str, Any] = dict(await recordings.people(SESSION))
                rows = await owner.fetch("SELECT at_ms, by_key FROM live_events WHERE kind = 'said' ORDER BY id")
                return [(row["at_ms"], people[row["by_key"]].name) for row in rows]
        finally:
            await owner.close()

    return asyncio.run(walk())


def after(state: LiveState, act: LiveAct) -> LiveState:
    phases: dict[str, Phase] = {"open-doors": "doors", "end": "ended"}
    phase = phases[act.step] if isinstance(act, Step) else state.phase
    recorded = act.on if isinstance(act, Record) else state.recorded
    return LiveState(phase=phase, recorded=recorded)


def test_what_was_said_to_the_hall_between_doors_and_end_is_kept_but_what_was_not_recorded(database_url: str) -> None:
    lines = (
        f"VALUES ('hall', 'Ann', 'before', {BEGUN - 1}), ('hall', 'Bob', 'first', {BEGUN}),"
        f" ('nearby', 'Cas', 'to friends', {BEGUN + 5}), ('hall', 'Dan', 'off the record', {BEGUN + 20}),"
        f" ('hall', 'Gone', 'withdrawn', {BEGUN + 40}), ('hall', 'Acc', 'with an account', {BEGUN + 50}),"
        f" ('hall', 'Eva', 'last', {ENDED}), ('hall', 'Fay', 'after', {ENDED + 1})"
    )
    acts = (BEGUN + 10, Record(False)), (BEGUN + 30, Record(True))
    kept = went(database_url, lines, *acts)
    assert kept == [(BEGUN, ""), (BEGUN + 50, "Acc"), (ENDED, "")], "guests are named in no recording"


def test_of_a_flood_of_lines_the_last_ones_are_kept_a_portion_in_each_transaction(database_url: str) -> None:
    flood = LINES_CAP + 700
    lines = f"SELECT 'hall', 'n' || n % 300, 'line ' || n, {BEGUN} + n FROM generate_series(1, {flood}) n"
    kept = went(database_url, lines)
    assert [at_ms for at_ms, _ in kept] == list(range(BEGUN + 701, BEGUN + flood + 1))
