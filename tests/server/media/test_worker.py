"""The worker: whatever becomes of one file, the next is looked at."""

import asyncio
import hashlib
import os
import signal
import time
from pathlib import Path

import pytest

from halles.errors import Rejection, RejectionCode
from halles_server.media import worker as worker_module
from halles_server.media.worker import Worker
from halles_server.ports.media import JobResult, Made, MediaKind
from tests.support.files import pdf, photograph
from tests.support.media import started, troubled
from tests.support.models import glb, png


async def make(worker: Worker, folder: Path, data: bytes, kind: MediaKind = "picture") -> Made:
    number = len(list(folder.iterdir()))
    source, work = folder / f"{number}.part", folder / f"{number}.work"
    source.write_bytes(data)
    work.mkdir()
    return await worker.make(kind, source, work)


def test_each_kind_is_made_and_named_by_its_bytes(tmp_path: Path) -> None:
    async def play() -> None:
        worker = Worker()
        picture = await make(worker, tmp_path, photograph())
        document = await make(worker, tmp_path, pdf(2), "document")
        model = await make(worker, tmp_path, glb(3), "model")
        for made, ending in ((picture, "webp"), (document, "pdf"), (model, "glb")):
            for file in (made.medium, *made.parts):
                digest, _, end = file.facts.media.partition(".")
                assert digest == hashlib.sha256(file.path.read_bytes()).hexdigest()
                assert file.facts.size == file.path.stat().st_size
            assert end if made.parts else ending == "glb"
            assert made.medium.facts.media.endswith(f".{ending}")
        assert [part.kind for part in picture.medium.facts.parts] == ["near", "far"]
        assert [part.number for part in document.medium.facts.parts if part.kind == "page"] == [1, 2]
        assert (document.medium.facts.pages, model.medium.facts.triangles) == (2, 3)
        assert [part.media for part in picture.medium.facts.parts] == [made.facts.media for made in picture.parts]

    asyncio.run(play())


def test_a_refusal_comes_out_as_it_was_meant(tmp_path: Path) -> None:
    with pytest.raises(Rejection, match="60000 × 60000 points, at most 24 million") as refused:
        asyncio.run(make(Worker(), tmp_path, png(60_000, 60_000)))
    assert refused.value.code == RejectionCode.TOO_LARGE


@pytest.mark.parametrize("trouble", [b"exit", b"grow", b"spin"])
def test_a_child_that_ends_grows_or_spins_makes_its_file_unreadable_and_the_next_is_looked_at(
    trouble: bytes, tmp_path: Path
) -> None:
    async def play() -> None:
        worker = Worker(program=troubled(tmp_path))
        with pytest.raises(Rejection) as refused:
            await make(worker, tmp_path, png() + trouble)
        assert refused.value.code == RejectionCode.UNREADABLE
        assert (await make(worker, tmp_path, png())).medium.facts.width == 2

    asyncio.run(play())


def test_a_child_that_hangs_is_ended_in_time_and_the_next_file_is_looked_at(tmp_path: Path) -> None:
    async def play() -> None:
        worker = Worker(wall_s=1.0, program=troubled(tmp_path))
        began = time.monotonic()
        with pytest.raises(Rejection, match="not looked at within 1 s") as refused:
            await make(worker, tmp_path, png() + b"hang")
        assert refused.value.code == RejectionCode.UNREADABLE
        assert time.monotonic() - began < 30
        assert worker.process == 0
        worker.wall_s = 60.0
        assert (await make(worker, tmp_path, png())).medium.facts.width == 2

    asyncio.run(play())


def test_a_child_killed_in_the_middle_makes_its_file_unreadable_and_the_next_is_looked_at(tmp_path: Path) -> None:
    async def play() -> None:
        worker = Worker(program=troubled(tmp_path))
        first = asyncio.ensure_future(make(worker, tmp_path, png() + b"hang"))
        await started(worker)
        second = asyncio.ensure_future(make(worker, tmp_path, png()))
        os.kill(worker.process, signal.SIGKILL)
        with pytest.raises(Rejection) as refused:
            await first
        assert refused.value.code == RejectionCode.UNREADABLE
        assert (await second).medium.facts.width == 2

    asyncio.run(play())


def test_who_gives_up_waiting_ends_the_child(tmp_path: Path) -> None:
    async def play() -> None:
        worker = Worker(program=troubled(tmp_path))
        task = asyncio.ensure_future(make(worker, tmp_path, png() + b"hang"))
        await started(worker)
        process = worker.process
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)

    asyncio.run(play())


def test_only_so_many_files_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "QUEUE", 2)

    async def play() -> None:
        worker = Worker(program=troubled(tmp_path), watch=(noted := Noted()))
        tasks = [asyncio.ensure_future(make(worker, tmp_path, png() + b"hang")) for _ in range(3)]
        await started(worker)
        with pytest.raises(Rejection) as refused:
            await make(worker, tmp_path, png())
        assert (refused.value.code, refused.value.retry_after_ms) == (RejectionCode.TRY_LATER, 10_000)
        assert noted.ends == [("picture", "turned_away")]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(play())


class Noted:
    """A watch that keeps all that it hears."""

    def __init__(self) -> None:
        self.queues: list[tuple[int, int]] = []
        self.ends: list[tuple[str, str]] = []
        self.seconds: list[float] = []

    def queue(self, waiting: int, running: int) -> None:
        self.queues.append((waiting, running))

    def done(self, kind: MediaKind, result: JobResult, seconds: float) -> None:
        self.ends.append((kind, result))
        self.seconds.append(seconds)


def test_whoever_watches_hears_how_many_wait_and_what_becomes_of_each(tmp_path: Path) -> None:
    async def play() -> None:
        noted = Noted()
        worker = Worker(program=troubled(tmp_path), watch=noted)
        first = asyncio.ensure_future(make(worker, tmp_path, glb(1), "model"))
        await started(worker)
        second = asyncio.ensure_future(make(worker, tmp_path, png(60_000, 60_000)))
        await asyncio.gather(first, second, return_exceptions=True)
        assert (1, 1) in noted.queues
        assert noted.queues[-1] == (0, 0)
        with pytest.raises(Rejection):
            await make(worker, tmp_path, png() + b"exit")
        worker.wall_s = 0.2
        hanging = asyncio.ensure_future(make(worker, tmp_path, png() + b"hang"))
        await started(worker)
        waiting = asyncio.ensure_future(make(worker, tmp_path, png()))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(hanging, waiting, return_exceptions=True)
        assert noted.ends == [
            ("model", "made"),
            ("picture", "refused"),
            ("picture", "died"),
            ("picture", "cancelled"),
            ("picture", "late"),
        ]
        assert all(noted.seconds[n] > 0 for n in (0, 1, 2, 4))
        assert noted.seconds[3] == 0, "it was not looked at"

    asyncio.run(play())
