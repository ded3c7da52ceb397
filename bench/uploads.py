"""Exhibitors who all upload at once: what do those who only walk notice of it?

Each sends a photograph of twelve megapixels again and again, in pieces as the studio's page does. The server and the
child that looks at files share one core here, which is the worst that can be.
"""

import asyncio
import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx
import uvloop

from bench import crowd, exhibitors, folders, measuring, serving, trouble
from bench.media import photograph
from bench.report import Note, Result

BOOTH: Final = "studio-07"
PIECE: Final = 1024 * 1024
PAUSE_S: Final = 0.2
PATIENCE_S: Final = 60.0
WAIT: Final = frozenset({429, 503})
"""Answers after which one waits and sends the same again."""


def run(load: trouble.Load, count: int) -> list[Result]:
    """Measures a crowd while so many upload to its server."""
    measuring.pin_load()
    data = photograph()
    with folders.passing() as folder:
        settings = crowd.settings(load.clients, load.hz)
        with serving.running(core=measuring.SERVER_CORE, data=Path(folder), demo=True, settings=settings) as server:
            for number in range(count):
                exhibitors.add(Path(folder), f"exhibitor-{number}", [BOOTH])
            return uvloop.run(Uploading(server.url, count, data).measure(server, load))


@dataclass(slots=True)
class Uploading:
    """Those who upload, and how far they have come."""

    url: str
    exhibitors: int
    data: bytes
    clients: list[httpx.AsyncClient] = field(default_factory=list)
    ready: int = 0
    refused: int = 0
    waited: int = 0

    async def measure(self, server: serving.Serving, load: trouble.Load) -> list[Result]:
        """Lets everybody log in, then measures a crowd around their uploads."""
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(self.exhibitors):
                self.clients.append(await stack.enter_async_context(exhibitors.browser(self.url, PATIENCE_S)))
            for number, client in enumerate(self.clients):
                await _log_in(client, f"exhibitor-{number}")
            return await trouble.measure(server, load, trouble.Trouble("uploads", self.send))

    async def send(self, crowded: trouble.Crowded) -> dict[str, Note]:
        """Uploads until the time is up."""
        tasks = [asyncio.create_task(self._exhibit(number)) for number in range(self.exhibitors)]
        await asyncio.sleep(crowded.seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return {
            "exhibitors": self.exhibitors,
            "MB of each picture": len(self.data) / 1e6,
            "pictures ready": self.ready,
            "pictures refused": self.refused,
            "times told to wait": self.waited,
        }

    async def _exhibit(self, number: int) -> None:
        while True:
            await self._picture(self.clients[number], number)

    async def _picture(self, client: httpx.AsyncClient, number: int) -> None:
        data = self.data + number.to_bytes(4, "big")  # decoders leave what stands behind a picture
        asked = {"booth": BOOTH, "kind": "picture", "size": len(data)}
        place, at, state = (await client.post("/api/uploads", json=asked)).headers["location"], 0, "receiving"
        while state == "receiving":
            answer = await client.put(place, content=data[at : at + PIECE], headers={"upload-offset": str(at)})
            if answer.status_code in WAIT:
                self.waited += 1
                await asyncio.sleep(PAUSE_S)
            else:
                state, at = answer.json()["state"], answer.json()["received"]
        self.ready += state == "ready"
        self.refused += state == "refused"


async def _log_in(client: httpx.AsyncClient, login: str) -> None:
    await exhibitors.log_in(client, login)
    await exhibitors.may_upload(client, BOOTH)
