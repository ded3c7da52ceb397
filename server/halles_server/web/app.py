"""The application behind ``/``: the order of what every request passes, and who answers errors."""

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.requests import ClientDisconnect

from halles.errors import Rejection, Unavailable
from halles.ids import AccountId
from halles_server.config import ServerConfig
from halles_server.ports.reports import Witness
from halles_server.services.limits import AddressBuckets
from halles_server.services.live_sessions import NOWHERE, Around
from halles_server.services.offered import Services
from halles_server.web import refusals
from halles_server.web.api.callers import Callers
from halles_server.web.door import KnownHalls, PageDoor, templates
from halles_server.web.forms import Seal
from halles_server.web.guard import Guard
from halles_server.web.page_reads import PageReads
from halles_server.web.rate import TalkRate, TicketRate
from halles_server.web.reader import cookies
from halles_server.web.routes import every_route
from halles_server.web.shelf import Shelf
from halles_server.web.throttle import Throttle

GZIP_FROM: int = 1024
"""Bytes under which compressing costs more than it saves."""
PACKED: Final = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/pdf")
"""What is compressed as it is, and sent in parts."""


def build(
    services: Services,
    config: ServerConfig,
    witness: Witness | None = None,
    around: Callable[[AccountId | None], Around] = lambda _: NOWHERE,
) -> Starlette:
    """Makes the page door of one server.

    Args:
        services: What pages may ask for.
        config: Public address, origins, proxies, and the secret that signs forms; without one, forms signed before a
            restart are refused once.
        witness: What the node behind the door remembers of its halls, to go with reports.
        around: Tells what that node knows of where somebody is who acts in a live session.
    """
    secure = config.url.startswith("https://")
    shelf = Shelf(services.scenes)
    app = Starlette(
        routes=every_route(),
        middleware=[
            Middleware(Guard, hosts=config.names, elsewhere=services.elsewhere, secure=secure),
            Middleware(
                Throttle, buckets=AddressBuckets(config.pages_per_s, config.pages_burst), monotonic=time.monotonic
            ),
            Middleware(GZipMiddleware, minimum_size=GZIP_FROM, exclude_content_types=PACKED),
        ],
        exception_handlers={
            HTTPException: refusals.refused,
            Rejection: refusals.refused,
            ClientDisconnect: refusals.gone,
            Unavailable: refusals.unavailable,
            Exception: refusals.failed,
        },
    )
    seal = Seal(config.secret.reveal() or secrets.token_urlsafe(32))
    app.state.door = PageDoor(
        services=services,
        config=config,
        known=KnownHalls(services),
        tickets=TicketRate(time.monotonic),
        shelf=shelf,
        seal=seal,
        cookies=cookies(secure=secure),
        callers=Callers(services.tokens, AddressBuckets(config.requests_per_s, config.requests_burst), time.monotonic),
        templates=templates(shelf),
        turn=asyncio.Lock(),
        reads=PageReads(services.numbers, time.monotonic),
        talk=TalkRate(AddressBuckets(config.chat_per_s, config.chat_burst), time.monotonic),
        witness=witness,
        around=around,
    )
    return app
