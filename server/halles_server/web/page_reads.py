"""Counts how often a booth's page is read, without knowing by whom.

A page sets no cookie, so that one reader cannot be told from the next but by address and browser: of both, a hash under
a key that only this process knows is remembered for ten minutes, in memory. What says that it is a robot does not
count, nor what a browser fetches ahead, nor the booth's own staff.
"""

import hashlib
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from starlette.requests import Request

from halles.ids import AccountId, BoothId
from halles.world.text import Language
from halles_server.ports.numbers import OPENED
from halles_server.ports.satchel import Owner
from halles_server.services.numbers import Numbers
from halles_server.services.once_a_day import Doer
from halles_server.web.rate import address_of

AGAIN_S: Final = 600.0
"""Who reads a page again within ten minutes, or has gone on reading it, has opened it once."""

REMEMBERED: Final = 20_000

ROBOT: Final = re.compile(
    r"bot|crawl|spider|slurp|preview|fetch|monitor|scan|curl|wget|python|httpx|java/|go-http|libwww|okhttp|axios", re.I
)
"""What programs that are no readers call themselves."""


class PageReads:
    """Counts for one server."""

    def __init__(self, numbers: Numbers, monotonic: Callable[[], float]) -> None:
        """Takes also seconds that only grow."""
        self._numbers = numbers
        self._monotonic = monotonic
        self._key = secrets.token_bytes(16)
        self._read: OrderedDict[bytes, float] = OrderedDict()

    def note(self, request: Request, booth: BoothId, language: Language, account: AccountId | None = None) -> None:
        """Counts that a booth's page was read, unless it was read just now by the same browser, or by no reader.

        Who is logged in counts once a day, together with the sheet in 3D.
        """
        if request.method != "GET" or is_robot(request) or _ahead(request):
            return
        if account is not None:
            doer = Doer(Owner("account", account).key, address_of(request))
            self._numbers.count_once(doer, booth, OPENED, language)
            return
        browser = request.headers["user-agent"]
        now, who = self._monotonic(), self._hash(f"{address_of(request)}\n{browser}\n{booth}")
        last = self._read.pop(who, None)
        self._read[who] = now
        if len(self._read) > REMEMBERED:
            self._read.popitem(last=False)
        if last is None or now - last > AGAIN_S:
            self._numbers.count(booth, OPENED, language)

    def _hash(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode(), digest_size=12, key=self._key).digest()


def is_robot(request: Request) -> bool:
    """Tells whether a program asks that says it is no reader, or does not say what it is."""
    browser = request.headers.get("user-agent", "")
    return not browser or bool(ROBOT.search(browser))


def _ahead(request: Request) -> bool:
    """Tells whether a browser only fetches what it thinks will be read."""
    return "prefetch" in request.headers.get("sec-purpose", "") or "prefetch" in request.headers.get("purpose", "")
