"""A link in a thread of its own, for a view that must never wait for the network."""

import asyncio
import random
import threading
from concurrent.futures import Future
from typing import Final

from halles.protocol.messages import Message, Move
from halles_client.net.link import REQUEST_S, Credentials, Link
from halles_client.net.status import Status

_STOP_S: Final = 3.0


class LinkThread:
    """One visit's link, running in its own thread until ``close``. Every method may be called from any thread."""

    def __init__(self, url: str, who: Credentials, *, rng: random.Random | None = None) -> None:
        self._made: Future[Link] = Future()
        self._thread = threading.Thread(target=self._work, args=(url, who, rng), name="halles link", daemon=True)
        self._thread.start()
        self._link = self._made.result()

    @property
    def status(self) -> Status:
        """How the link fares now."""
        return self._link.status

    @property
    def address(self) -> str:
        """The node connected to, or tried next."""
        return self._link.address

    def drain(self) -> list[Message]:
        """Takes out what the server said since the last call, oldest first."""
        return self._link.inbox.drain()

    def ask(self, message: Message, timeout_s: float = REQUEST_S) -> "Future[Message]":
        """Sends a request; its future gets the answer, ``Rejection`` or ``Unavailable``."""
        return self._link.ask(message, timeout_s)

    def send(self, message: Move) -> None:
        """Sends the newest move."""
        self._link.send(message)

    def tell(self, message: Message) -> None:
        """Sends something that has no answer."""
        self._link.tell(message)

    def hasten(self) -> None:
        """Tries again now."""
        self._link.hasten()

    def cut(self) -> None:
        """Breaks the connection as a bad network does; the visit comes back by itself."""
        self._link.cut()

    def leave(self) -> None:
        """Takes leave without waiting: the thread ends by itself, whatever the server does."""
        self._link.leave()

    def close(self) -> None:
        """Takes leave and waits for the thread, at most 3 s."""
        self._link.leave()
        self._thread.join(_STOP_S)

    def _work(self, url: str, who: Credentials, rng: random.Random | None) -> None:
        asyncio.run(self._run(url, who, rng))

    async def _run(self, url: str, who: Credentials, rng: random.Random | None) -> None:
        link = Link(url, who, rng=rng)
        self._made.set_result(link)
        await link.run()
