"""Pictures of drafts: drawn once for what looks the same, one at a time, a few waiting, failures remembered a while."""

import asyncio
import json
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from halles.errors import Rejection, RejectionCode, Unavailable
from halles.ids import AccountId, BoothId, HallId, MediaId, SlotId
from halles.world.booth import BoothContent, Panel
from halles.world.text import Text
from halles_server.media.painter import Painter
from halles_server.ports.booths import BoothRecord
from halles_server.ports.drafts import Draft
from halles_server.ports.media import Facts, Made, MadeFile, Part
from halles_server.services import previews as previews_module
from halles_server.services.previews import AGAIN_S, SHARING, SHARING_OF_ONE, WAITING, WAITING_OF_ONE, Previews
from tests.support.media import Stored, joined
from tests.support.preview import Drawer

ANA = AccountId("ana")


class HandClock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)


@dataclass(frozen=True, slots=True)
class Scene:
    previews: Previews
    drawer: Drawer
    painter: Painter
    media: Stored
    clock: HandClock


def draft(content: BoothContent, revision: int = 1) -> Draft:
    published = BoothRecord(BoothId("b"), HallId("lille"), SlotId("A1"), 7, BoothContent("Published"))
    return Draft(published, revision, content)


def play(database_url: str, folder: Path, scene: Callable[[Scene], Awaitable[None]]) -> None:
    async def run() -> None:
        async with joined(database_url, folder / "media") as media:
            drawer, clock = Drawer(folder), HandClock()
            painter = Painter(drawer.command)
            await scene(Scene(Previews(media.media, painter, clock), drawer, painter, media, clock))

    asyncio.run(run())


async def being_drawn(at: Scene) -> None:
    while not at.painter.process:  # noqa: ASYNC110 - a process, which sets no event
        await asyncio.sleep(0.01)


def end_drawing(at: Scene) -> None:
    os.kill(at.painter.process, signal.SIGKILL)


def test_what_looks_the_same_is_drawn_once_also_for_two_who_ask_at_once(database_url: str, tmp_path: Path) -> None:
    async def scene(at: Scene) -> None:
        first = draft(BoothContent("Atelier", accent=2), 1)
        only_words = draft(BoothContent("Atelier", accent=2, pitch=Text(fr="Autres mots")), 2)
        a, b = await asyncio.gather(at.previews.picture(first, ANA), at.previews.picture(first, ANA))
        assert a == b == await at.previews.picture(only_words, ANA)
        assert at.previews.state_of(first) == at.previews.state_of(only_words)
        assert len(at.drawer.runs) == 1
        other = draft(BoothContent("Atelier", accent=5), 3)
        assert await at.previews.picture(other, ANA) != a
        assert at.previews.state_of(other) != at.previews.state_of(first)
        assert [json.loads(run)[:2] for run in at.drawer.runs] == [["Atelier", 2], ["Atelier", 5]]

    play(database_url, tmp_path, scene)


def test_only_so_many_are_kept(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews_module, "KEPT", 1)

    async def scene(at: Scene) -> None:
        for accent in (1, 2, 2, 1):
            await at.previews.picture(draft(BoothContent("Atelier", accent=accent)), ANA)
        assert [json.loads(run)[1] for run in at.drawer.runs] == [1, 2, 1]

    play(database_url, tmp_path, scene)


def test_who_finds_the_line_full_is_told_to_come_later_and_the_line_moves_on(database_url: str, tmp_path: Path) -> None:
    async def scene(at: Scene) -> None:
        async with asyncio.TaskGroup() as tasks:
            first = tasks.create_task(at.previews.picture(draft(BoothContent("hang")), ANA))
            await being_drawn(at)
            others = [
                tasks.create_task(
                    at.previews.picture(draft(BoothContent("Atelier", accent=n)), AccountId(f"account {n}"))
                )
                for n in range(1, WAITING)
            ]
            await asyncio.sleep(0)
            with pytest.raises(Rejection) as refused:
                await at.previews.picture(draft(BoothContent("One more")), ANA)
            assert refused.value.code == RejectionCode.TRY_LATER
            first.cancel()
            end_drawing(at)
        assert all(other.result()[:4] == b"RIFF" for other in others)

    play(database_url, tmp_path, scene)


def test_one_account_leaves_others_their_turn(database_url: str, tmp_path: Path) -> None:
    async def scene(at: Scene) -> None:
        async with asyncio.TaskGroup() as tasks:
            own = [
                tasks.create_task(at.previews.picture(draft(BoothContent("hang", accent=n)), ANA))
                for n in range(WAITING_OF_ONE)
            ]
            await asyncio.sleep(0)
            with pytest.raises(Rejection) as refused:
                await at.previews.picture(draft(BoothContent("Atelier")), ANA)
            assert refused.value.code == RejectionCode.TRY_LATER
            other = tasks.create_task(at.previews.picture(draft(BoothContent("Atelier")), AccountId("bob")))
            await being_drawn(at)
            for one in own:
                one.cancel()
            end_drawing(at)
        assert other.result()[:4] == b"RIFF"
        assert (await at.previews.picture(draft(BoothContent("Atelier", accent=3)), ANA))[:4] == b"RIFF"

    play(database_url, tmp_path, scene)


def test_who_asks_again_and_again_for_one_picture_shares_it_and_is_refused_only_beyond_a_bound(
    database_url: str, tmp_path: Path
) -> None:
    async def scene(at: Scene) -> None:
        wanted = draft(BoothContent("Atelier"))
        async with asyncio.TaskGroup() as tasks:
            own = [tasks.create_task(at.previews.picture(wanted, ANA)) for _ in range(SHARING_OF_ONE)]
            await asyncio.sleep(0)
            with pytest.raises(Rejection) as refused:
                await at.previews.picture(wanted, ANA)
            assert refused.value.code == RejectionCode.TRY_LATER
            others = [
                tasks.create_task(at.previews.picture(wanted, AccountId(f"account {n}")))
                for n in range(SHARING - SHARING_OF_ONE)
            ]
            await asyncio.sleep(0)
            with pytest.raises(Rejection) as refused:
                await at.previews.picture(wanted, AccountId("bob"))
            assert refused.value.code == RejectionCode.TRY_LATER
        assert {one.result()[:4] for one in own + others} == {b"RIFF"}
        assert len(at.drawer.runs) == 1

    play(database_url, tmp_path, scene)


def test_a_drawing_that_is_under_way_when_its_asker_leaves_is_there_for_the_next(
    database_url: str, tmp_path: Path
) -> None:
    async def scene(at: Scene) -> None:
        wanted = draft(BoothContent("Atelier"))
        first = asyncio.create_task(at.previews.picture(wanted, ANA))
        await being_drawn(at)
        first.cancel()
        await asyncio.wait([first])
        assert first.cancelled()
        assert (await at.previews.picture(wanted, ANA))[:4] == b"RIFF"
        assert len(at.drawer.runs) == 1

    play(database_url, tmp_path, scene)


def test_what_nobody_waits_for_any_more_leaves_the_line(database_url: str, tmp_path: Path) -> None:
    async def scene(at: Scene) -> None:
        first = asyncio.create_task(at.previews.picture(draft(BoothContent("hang")), AccountId("bob")))
        await being_drawn(at)
        for accent in range(WAITING + 1):
            left = asyncio.create_task(at.previews.picture(draft(BoothContent("Left", accent=accent)), ANA))
            await asyncio.sleep(0)
            left.cancel()
            await asyncio.wait([left])
            assert left.cancelled()
        again = asyncio.create_task(at.previews.picture(draft(BoothContent("Left", accent=0)), ANA))
        await asyncio.sleep(0)
        end_drawing(at)
        assert (await again)[:4] == b"RIFF"
        with pytest.raises(Unavailable):
            await first
        assert [told[:2] for told in map(json.loads, at.drawer.runs) if told[0] == "Left"] == [["Left", 0]]

    play(database_url, tmp_path, scene)


def test_a_job_that_is_too_large_is_not_gathered_again_at_once(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[object] = []

    def too_large(job: object) -> bytes:
        written.append(job)
        raise ValueError("too large")

    monkeypatch.setattr(previews_module, "written", too_large)

    async def scene(at: Scene) -> None:
        for _ in range(3):
            with pytest.raises(Unavailable):
                await at.previews.picture(draft(BoothContent("Atelier")), ANA)
        assert len(written) == 1

    play(database_url, tmp_path, scene)


def test_what_could_not_be_drawn_is_not_tried_again_at_once_and_holds_up_nobody(
    database_url: str, tmp_path: Path
) -> None:
    async def scene(at: Scene) -> None:
        hopeless = draft(BoothContent("refuse"))
        for _ in range(3):
            with pytest.raises(Unavailable):
                await at.previews.picture(hopeless, ANA)
        await at.previews.picture(draft(BoothContent("Atelier")), ANA)
        assert len(at.drawer.runs) == 2
        at.clock.now += AGAIN_S
        with pytest.raises(Unavailable):
            await at.previews.picture(hopeless, ANA)
        assert len(at.drawer.runs) == 3

    play(database_url, tmp_path, scene)


def test_pictures_go_along_as_seen_from_near_and_a_film_as_its_poster(database_url: str, tmp_path: Path) -> None:
    sheet, near, film, poster = (
        MediaId(f"{letter * 64}.{ending}")
        for letter, ending in zip("abcd", ("webp", "webp", "mp4", "webp"), strict=True)
    )

    async def keep(media: Stored, whole: MediaId, part: Part) -> None:
        file = tmp_path / "file"
        file.write_bytes(b"bytes")
        made = (MadeFile(file, Facts(part.media, 5, 4, 3)),)
        await media.stored.keep(Made(MadeFile(file, Facts(whole, 5, 4, 3, seconds=1.0, parts=(part,))), made))

    async def scene(at: Scene) -> None:
        await keep(at.media, sheet, Part("near", 0, near))
        await keep(at.media, film, Part("poster", 0, poster))
        panels = (Panel("poster-1", picture=sheet), Panel("screen", picture=sheet))
        await at.previews.picture(draft(BoothContent("Atelier", panels=panels, film=film)), ANA)
        _, _, hung, sent, _ = json.loads(at.drawer.runs[0])
        assert hung == {"poster-1": near, "screen": poster}
        assert sent == sorted((near, poster))

    play(database_url, tmp_path, scene)


def test_where_nobody_draws_there_is_no_picture_and_no_name_of_one(database_url: str, tmp_path: Path) -> None:
    async def scene(at: Scene) -> None:
        none = Previews(at.media.media, None, at.clock)
        wanted = draft(BoothContent("Atelier"))
        assert none.state_of(wanted) == ""
        with pytest.raises(Rejection) as refused:
            await none.picture(replace(wanted, revision=2), ANA)
        assert refused.value.code == RejectionCode.NOT_FOUND

    play(database_url, tmp_path, scene)
