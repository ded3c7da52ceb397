"""The application behind ``/``: routes, the order of what every request passes, and who answers errors."""

import asyncio
import secrets
import time
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.requests import ClientDisconnect
from starlette.routing import Route

from halles.errors import Rejection, Unavailable
from halles.world.text import LANGUAGES
from halles_server.config import ServerConfig
from halles_server.services.limits import AddressBuckets
from halles_server.services.offered import Services
from halles_server.web import entering, files, logins, reading, refusals, uploads
from halles_server.web.door import KnownHalls, PageDoor, templates
from halles_server.web.forms import Seal
from halles_server.web.guard import Guard
from halles_server.web.rate import TicketRate
from halles_server.web.reader import cookies
from halles_server.web.shelf import Shelf
from halles_server.web.throttle import Throttle

GZIP_FROM: int = 1024
"""Bytes under which compressing costs more than it saves."""
PACKED: Final = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/pdf")
"""What is compressed as it is, and sent in parts."""


def build(services: Services, config: ServerConfig) -> Starlette:
    """Makes the page door of one server.

    Args:
        services: What pages may ask for.
        config: Public address, origins, proxies, and the secret that signs forms; without one, forms signed before a
            restart are refused once.
    """
    secure = config.url.startswith("https://")
    shelf = Shelf(services.scenes)
    app = Starlette(
        routes=_routes(),
        middleware=[
            Middleware(Guard, hosts=config.names, secure=secure),
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
        templates=templates(shelf),
        turn=asyncio.Lock(),
    )
    return app


def _routes() -> list[Route]:
    routes = [
        Route("/", reading.root),
        Route("/static/{name}", files.static),
        Route("/media/{media}", files.media),
        Route("/api/uploads", uploads.begin, methods=["POST"]),
        Route("/api/uploads/{upload}", uploads.one, methods=["GET", "PUT", "DELETE"]),
    ]
    for code in LANGUAGES:
        routes += [
            Route(f"/{code}/", reading.welcome),
            Route(f"/{code}/booths", reading.directory),
            Route(f"/{code}/halls/{{hall}}", reading.hall),
            Route(f"/{code}/booths/{{booth}}", reading.booth),
            Route(f"/{code}/booths/{{booth}}/panels/{{panel}}", reading.panel),
            Route(f"/{code}/booths/{{booth}}/upload", uploads.page, methods=["GET"]),
            Route(f"/{code}/booths/{{booth}}/upload", uploads.take, methods=["POST"]),
            Route(f"/{code}/enter", entering.ask, methods=["GET"]),
            Route(f"/{code}/enter", entering.give, methods=["POST"]),
            Route(f"/{code}/login", logins.ask, methods=["GET"]),
            Route(f"/{code}/login", logins.log_in, methods=["POST"]),
            Route(f"/{code}/logout", logins.log_out, methods=["POST"]),
            Route(f"/{code}/accessibility", reading.statement("accessibility.html")),
            Route(f"/{code}/conduct", reading.statement("conduct.html")),
        ]
    return routes
