"""Who draws booths: whatever becomes of one picture, the next is drawn; and the client's own program is found."""

import asyncio
import io
import json
import os
import signal
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from halles.errors import Unavailable
from halles.ids import BoothId, HallId, SlotId
from halles.protocol.messages import BoothCard
from halles.protocol.preview_job import PreviewJob, written
from halles_client.preview import SIZE
from halles_server.media.child import NICE
from halles_server.media.painter import Painter, command_of
from tests.support.plans import PLANS
from tests.support.preview import Drawer

SLOT = SlotId(PLANS.scenes[HallId("lille")].slots[1].id)


def job(name: str = "Atelier") -> bytes:
    return written(PreviewJob(HallId("lille"), BoothCard(BoothId("b"), SLOT, 0, name, "company", 3, ()), {}))


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=["WEBP"])


def test_the_clients_own_program_is_found_and_draws_within_its_bounds() -> None:
    command = command_of(())
    assert command[-1] == "halles_client.preview"
    assert opened(asyncio.run(Painter(command, wall_s=120).paint(job()))).size == SIZE


def test_an_operator_names_another_program_or_none() -> None:
    assert command_of(("off",)) == ()
    assert command_of(("draw", "--well")) == ("draw", "--well")


@pytest.mark.parametrize("trouble", ["die", "refuse", "flood", "words"])
def test_a_program_that_dies_refuses_floods_or_talks_gives_no_picture_and_the_next_is_drawn(
    trouble: str, tmp_path: Path
) -> None:
    async def play() -> None:
        painter = Painter(Drawer(tmp_path).command)
        with pytest.raises(Unavailable, match="could not be drawn"):
            await painter.paint(job(trouble))
        assert opened(await painter.paint(job())).size == (80, 60)

    asyncio.run(play())


def test_a_program_that_is_not_there_gives_no_picture() -> None:
    with pytest.raises(Unavailable):
        asyncio.run(Painter(("/nowhere/draw",)).paint(job()))


def test_a_program_that_hangs_is_ended_in_time() -> None:
    began = time.monotonic()
    with pytest.raises(Unavailable):
        asyncio.run(Painter(("sleep", "60"), wall_s=0.5).paint(job()))
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("name", ["helper hang", "helper die", "helper"])
def test_what_a_program_has_begun_itself_ends_with_it(name: str, tmp_path: Path) -> None:
    async def play() -> None:
        drawer = Drawer(tmp_path)
        with suppress(Unavailable):
            await Painter(drawer.command, wall_s=3.0).paint(job(name))
        helper = Path(f"{drawer.log}.helper").read_text(encoding="utf-8")
        async with asyncio.timeout(10):
            while _runs(int(helper)):  # noqa: ASYNC110 - a process, which sets no event
                await asyncio.sleep(0.01)

    asyncio.run(play())


def _runs(process: int) -> bool:
    """Tells whether a process still runs; one that nobody has reaped does not."""
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    return False


def test_a_server_without_room_for_a_job_gives_no_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(Unavailable, match="could not be drawn"):
        asyncio.run(Painter(Drawer(tmp_path).command).paint(job()))


def test_it_draws_with_low_priority(tmp_path: Path) -> None:
    drawer = Drawer(tmp_path)
    asyncio.run(Painter(drawer.command).paint(job()))
    assert json.loads(drawer.runs[0])[-1] >= NICE


def test_somebody_who_waits_no_longer_ends_the_program(tmp_path: Path) -> None:
    async def play() -> None:
        painter = Painter(Drawer(tmp_path).command)
        async with asyncio.TaskGroup() as tasks:
            drawing = tasks.create_task(painter.paint(job("hang")))
            while not painter.process:  # noqa: ASYNC110 - a process, which sets no event
                await asyncio.sleep(0.01)
            number = painter.process
            drawing.cancel()
        assert painter.process == 0
        with pytest.raises(ProcessLookupError):
            os.kill(number, signal.SIGCONT)

    asyncio.run(play())
