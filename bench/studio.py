"""The studio in a show where everybody has worked for weeks: how long its page takes, and how long an edit.

The server's own storage brings every booth to so many revisions, beside the server, whose pages are then asked for.
"""

import asyncio
import itertools
import time
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from bench import exhibitors, folders, measuring, serving
from bench.report import Result
from halles import resources
from halles.ids import AccountId, BoothId, RequestId, SlotId
from halles.world.booth import BoothEdit, Change
from halles_server.bootstrap import read_scenes
from halles_server.config import ServerConfig
from halles_server.database import shared_database
from halles_server.ports.booths import PreparedBooth
from halles_server.ports.drafts import DraftRequest
from halles_server.services.demonstration_files import read_demonstration
from halles_server.storage.accounts import Accounts
from halles_server.storage.demonstration import put
from halles_server.storage.drafts import Drafts
from halles_server.storage.pool import Database

LOGIN: Final = "editor"
PAGES: Final = ("", "/slots/posters", "/revisions", "/preview")
"""Of a booth's studio: its first slot, all posters, every revision with what differs, the booth as it would be."""

LIST: Final = "/en/studio"
ROUNDS: Final = 3
TOGETHER: Final = 8
"""Booths that are filled at once."""

_TEXT: Final = "We show how our pictures are made, from the first drawing to the projection; whoever comes may try it."


def run(booths: int, revisions: int) -> list[Result]:
    """Measures the studio's pages where so many booths have so many revisions each."""
    measuring.pin_load()
    with (
        folders.passing() as folder,
        serving.running(core=measuring.SERVER_CORE, data=Path(folder), demo=True) as server,
    ):
        return asyncio.run(_measure(server, Path(folder), booths, revisions))


async def _measure(server: serving.Serving, data: Path, booths: int, revisions: int) -> list[Result]:
    async with shared_database(ServerConfig(data=data), lambda _: None) as database:
        names = await _booths(database, booths)
        exhibitors.add(data, LOGIN, names)
        found = await Accounts(database).by_login(LOGIN)
        assert found is not None
        edits = await _filled(Drafts(database), found[0].account, names, revisions)
    return [
        Result("an edit's commit", notes=_spread(edits) | {"booths": len(names), "revisions": revisions}),
        *await _pages(server, names),
    ]


async def _booths(database: Database, count: int) -> list[str]:
    """Returns so many booths; those that the demonstration lacks are copies of its own in slots that are free."""
    shown = read_demonstration(resources.assets() / "demo").booths
    taken = {(booth.hall, booth.slot) for booth in shown}
    halls, _ = read_scenes()
    free = ((hall, slot.id) for hall, scene in halls.items() for slot in scene.slots if (hall, slot.id) not in taken)
    more: list[PreparedBooth] = [
        replace(booth, booth=BoothId(f"copy-{number}"), hall=hall, slot=SlotId(slot))
        for number, (booth, (hall, slot)) in enumerate(zip(shown, free, strict=False))
    ][: max(count - len(shown), 0)]
    await put(database, more)
    return [str(booth.booth) for booth in itertools.islice((*shown, *more), count)]


async def _filled(drafts: Drafts, account: AccountId, booths: list[str], revisions: int) -> list[float]:
    """Edits every booth so often; returns the seconds of the last edit of each, which is made alone."""
    turn = asyncio.Semaphore(TOGETHER)

    async def fill(booth: str) -> None:
        async with turn:
            for revision in range(revisions - 1):
                await _edit(drafts, account, booth, revision)

    async with asyncio.TaskGroup() as tasks:
        for booth in booths:
            tasks.create_task(fill(booth))
    took = []
    for booth in booths:
        began = time.perf_counter()
        await _edit(drafts, account, booth, revisions - 1)
        took.append(time.perf_counter() - began)
    return took


async def _edit(drafts: Drafts, account: AccountId, booth: str, revision: int) -> None:
    asked = DraftRequest(account, RequestId(uuid.uuid4().bytes), BoothId(booth), revision)
    await drafts.edit(asked, BoothEdit((Change("pitch", f"{revision}. {_TEXT}", "en"),)))


async def _pages(server: serving.Serving, booths: list[str]) -> list[Result]:
    """Asks for each page of each booth some times, one after the other."""
    results = []
    async with exhibitors.browser(server.url) as client:
        await exhibitors.log_in(client, LOGIN)
        addresses = {page: [f"{LIST}/{booth}{page}" for booth in booths] for page in PAGES}
        for page, places in ({LIST: [LIST] * len(booths)} | addresses).items():
            took, cpu = [], server.cpu_s()
            for place in places * ROUNDS:
                began = time.perf_counter()
                (await client.get(place)).raise_for_status()
                took.append(time.perf_counter() - began)
            each = (server.cpu_s() - cpu) / len(took)
            name = page if page == LIST else f"{LIST}/BOOTH{page}"
            results.append(Result(name, notes=_spread(took) | {"server's processor ms": each * 1e3}))
    return results


def _spread(took: list[float]) -> dict[str, float | int | str]:
    median, p95, p99 = (float(part) * 1e3 for part in np.percentile(took, (50, 95, 99)))
    return {"ms, median": median, "ms, p95": p95, "ms, p99": p99, "times": len(took)}
