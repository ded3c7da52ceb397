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
from halles_server.web import (
    agenda,
    announcements,
    bell,
    blocks,
    booth_files,
    cards,
    conclusions,
    consents,
    console,
    entering,
    files,
    groups,
    hosts,
    invitations,
    leads,
    live_pages,
    logins,
    materials,
    meetings,
    numbers,
    planning,
    programme,
    reading,
    refusals,
    replays,
    reports,
    sanctions,
    satchel,
    staff,
    studio,
    studio_acts,
    studio_preview,
    take_down,
    talk,
    tokens,
    uploads,
)
from halles_server.web.api import serving
from halles_server.web.api.callers import Callers
from halles_server.web.door import KnownHalls, PageDoor, templates
from halles_server.web.forms import Seal
from halles_server.web.guard import Guard
from halles_server.web.page_reads import PageReads
from halles_server.web.rate import ReportRate, TalkRate, TicketRate
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
        reports=ReportRate(time.monotonic),
    )
    return app


def _routes() -> list[Route]:
    routes = [
        Route("/", reading.root),
        Route("/static/{name}", files.static),
        Route("/media/{media}", files.media),
        Route("/studio/{booth}/picture.webp", studio_preview.picture),
        Route("/api/uploads", uploads.begin, methods=["POST"]),
        Route("/api/uploads/{upload}", uploads.one, methods=["GET", "PUT", "DELETE"]),
        *serving.routes(),
        Route("/live/{session}/replay/{minute}.json", replays.minute),
        Route("/live/{session}/replay/{minute}/{key}.webm", replays.voice),
        Route("/live/{session}/minutes.{code}.md", replays.minutes),
        Route("/agenda/{secret}.ics", agenda.feed),
        Route("/programme.ics", programme.calendar),
        Route("/programme.atom", programme.feed),
    ]
    for code in LANGUAGES:
        routes += [
            Route(f"/{code}/", reading.welcome),
            Route(f"/{code}/booths", reading.directory),
            Route(f"/{code}/halls/{{hall}}", reading.hall),
            Route(f"/{code}/booths/{{booth}}", reading.booth),
            Route(f"/{code}/booths/{{booth}}/panels/{{panel}}", reading.panel),
            Route(f"/{code}/booths/{{booth}}/talk", talk.say, methods=["POST"]),
            Route(f"/{code}/booths/{{booth}}/upload", uploads.page, methods=["GET"]),
            Route(f"/{code}/booths/{{booth}}/upload", uploads.take, methods=["POST"]),
            Route(f"/{code}/enter", entering.ask, methods=["GET"]),
            Route(f"/{code}/enter", entering.give, methods=["POST"]),
            Route(f"/{code}/login", logins.ask, methods=["GET"]),
            Route(f"/{code}/login", logins.log_in, methods=["POST"]),
            Route(f"/{code}/logout", logins.log_out, methods=["POST"]),
            Route(f"/{code}/studio", studio.mine),
            Route(f"/{code}/studio/{{booth}}", studio.slot),
            Route(f"/{code}/studio/{{booth}}/slots/{{slot}}", studio.slot, methods=["GET"]),
            Route(f"/{code}/studio/{{booth}}/slots/{{slot}}", studio_acts.save, methods=["POST"]),
            Route(f"/{code}/studio/{{booth}}/acts/{{act}}", studio_acts.act, methods=["POST"]),
            Route(f"/{code}/studio/{{booth}}/revisions", studio.revisions),
            Route(f"/{code}/studio/{{booth}}/preview", studio.preview),
            Route(f"/{code}/studio/{{booth}}/enter", studio_preview.enter, methods=["POST"]),
            Route(f"/{code}/studio/{{booth}}/file", booth_files.show, methods=["GET"]),
            Route(f"/{code}/studio/{{booth}}/file", booth_files.bring, methods=["POST"]),
            Route(f"/{code}/studio/{{booth}}/file/booth.zip", booth_files.take),
            Route(f"/{code}/me/tokens", tokens.show, methods=["GET"]),
            Route(f"/{code}/me/tokens", tokens.make, methods=["POST"]),
            Route(f"/{code}/me/tokens/{{token}}/remove", tokens.remove, methods=["POST"]),
            Route(f"/{code}/invitation", invitations.ask, methods=["GET"]),
            Route(f"/{code}/invitation", invitations.give, methods=["POST"]),
            Route(f"/{code}/invitations", invitations.made, methods=["GET"]),
            Route(f"/{code}/invitations", invitations.make, methods=["POST"]),
            Route(f"/{code}/studio/{{booth}}/staff", staff.read, methods=["GET"]),
            Route(f"/{code}/studio/{{booth}}/staff", staff.change, methods=["POST"]),
            Route(f"/{code}/studio/{{booth}}/bell", bell.read, methods=["GET"]),
            Route(f"/{code}/studio/{{booth}}/bell", bell.act, methods=["POST"]),
            Route(f"/{code}/studio/{{booth}}/host", hosts.read, methods=["GET"]),
            Route(f"/{code}/studio/{{booth}}/host", hosts.act, methods=["POST"]),
            Route(f"/{code}/studio/{{booth}}/taken-down", take_down.read, methods=["GET"]),
            Route(f"/{code}/studio/{{booth}}/taken-down", take_down.act, methods=["POST"]),
            Route(f"/{code}/booths/{{booth}}/host/remove", hosts.remove, methods=["POST"]),
            Route(f"/{code}/live/{{session}}", live_pages.read, methods=["GET"]),
            Route(f"/{code}/live/{{session}}", live_pages.act, methods=["POST"]),
            Route(f"/{code}/console/{{session}}", console.read, methods=["GET"]),
            Route(f"/{code}/console/{{session}}", console.act, methods=["POST"]),
            Route(f"/{code}/sanctions", sanctions.show, methods=["GET"]),
            Route(f"/{code}/sanctions", sanctions.appeal, methods=["POST"]),
            Route(f"/{code}/announcements", announcements.show, methods=["GET"]),
            Route(f"/{code}/announcements", announcements.announce, methods=["POST"]),
            Route(f"/{code}/live/{{session}}/replay", replays.show),
            Route(f"/{code}/me/recordings/{{session}}/withdraw", replays.withdraw, methods=["POST"]),
            Route(f"/{code}/accessibility", reading.statement("accessibility.html")),
            Route(f"/{code}/conduct", reading.statement("conduct.html")),
            Route(f"/{code}/report", reports.ask, methods=["GET"]),
            Route(f"/{code}/report", reports.give, methods=["POST"]),
            Route(f"/{code}/reports", reports.queue, methods=["GET"]),
            Route(f"/{code}/reports/{{report}}", reports.one, methods=["GET"]),
            Route(f"/{code}/reports/{{report}}", reports.act, methods=["POST"]),
        ]
        routes += _member_routes(f"/{code}") + _meeting_routes(f"/{code}") + _satchel_routes(f"/{code}/satchel")
        routes += _programme_routes(f"/{code}")
    return routes


def _member_routes(root: str) -> list[Route]:
    """Returns what only somebody logged in can do; the page that offers a card is open to all."""
    lead = f"{root}/studio/{{booth}}/leads/{{lead}}"
    return [
        Route(f"{root}/booths/{{booth}}/card", cards.offer, methods=["GET"]),
        Route(f"{root}/booths/{{booth}}/card", cards.give, methods=["POST"]),
        Route(f"{root}/me/card", cards.own, methods=["GET"]),
        Route(f"{root}/me/card", cards.keep, methods=["POST"]),
        Route(f"{root}/me/consents", consents.show, methods=["GET"]),
        Route(f"{root}/me/consents/{{lead}}/withdraw", consents.withdraw, methods=["POST"]),
        Route(f"{root}/me/consents/{{lead}}/undo", consents.restore, methods=["POST"]),
        Route(f"{root}/me/consents/live/{{session}}/withdraw", consents.leave_attendance, methods=["POST"]),
        Route(f"{root}/me/data.json", consents.take_away, methods=["GET"]),
        Route(f"{root}/me/blocked", blocks.show, methods=["GET"]),
        Route(f"{root}/me/blocked", blocks.lift, methods=["POST"]),
        Route(f"{root}/me/erase", consents.ask_to_erase, methods=["GET"]),
        Route(f"{root}/me/erase", consents.erase, methods=["POST"]),
        Route(f"{root}/studio/{{booth}}/leads", leads.listed, methods=["GET"]),
        Route(f"{root}/studio/{{booth}}/leads/export", leads.export, methods=["POST"]),
        Route(f"{root}/studio/{{booth}}/numbers", numbers.show),
        Route(lead, leads.one, methods=["GET"]),
        Route(f"{lead}/note", leads.note, methods=["POST"]),
        Route(f"{lead}/tag", leads.tag, methods=["POST"]),
        Route(f"{lead}/untag", leads.untag, methods=["POST"]),
        Route(f"{lead}/vcard", leads.card, methods=["POST"]),
    ]


def _satchel_routes(root: str) -> list[Route]:
    """Returns the satchel's, which everybody has."""
    return [
        Route(root, satchel.show, methods=["GET"]),
        Route(f"{root}/take", satchel.ask, methods=["GET"]),
        Route(f"{root}/take", satchel.take, methods=["POST"]),
        Route(f"{root}/{{item}}/remove", satchel.remove, methods=["POST"]),
        Route(f"{root}/empty", satchel.empty, methods=["POST"]),
        Route(f"{root}/undo", satchel.restore, methods=["POST"]),
    ]


def _meeting_routes(root: str) -> list[Route]:
    """Returns slots, meetings and agendas; which slots are free, everybody may see."""
    studio, own = f"{root}/studio/{{booth}}/meetings", f"{root}/me/agenda"
    return [
        Route(f"{root}/booths/{{booth}}/meetings", meetings.free, methods=["GET"]),
        Route(f"{root}/booths/{{booth}}/meetings", meetings.ask, methods=["POST"]),
        Route(studio, meetings.staff_page, methods=["GET"]),
        Route(f"{studio}/open", meetings.open_slots, methods=["POST"]),
        Route(f"{studio}/slots/{{slot}}/close", meetings.close_slot, methods=["POST"]),
        Route(f"{studio}/{{meeting}}", meetings.answer, methods=["POST"]),
        Route(own, agenda.show, methods=["GET"]),
        Route(f"{own}/feed", agenda.renew_feed, methods=["POST"]),
        Route(f"{own}/feed/stop", agenda.stop_feed, methods=["POST"]),
        Route(f"{own}/{{meeting}}/cancel", agenda.cancel, methods=["POST"]),
        Route(f"{own}/{{meeting}}.ics", agenda.one, methods=["GET"]),
    ]


def _programme_routes(root: str) -> list[Route]:
    """Returns the programme and the working groups; ``new`` comes before what is called so."""
    entry, group = f"{root}/programme/{{session}}", f"{root}/groups/{{group}}"
    return [
        Route(f"{root}/programme", programme.show),
        Route(f"{root}/programme/new", planning.new, methods=["GET"]),
        Route(f"{root}/programme/new", planning.write, methods=["POST"]),
        Route(f"{entry}.ics", programme.one_file),
        Route(entry, programme.one),
        Route(f"{entry}/coming", programme.mark, methods=["POST"]),
        Route(f"{entry}/edit", planning.edit, methods=["GET"]),
        Route(f"{entry}/edit", planning.change, methods=["POST"]),
        Route(f"{entry}/material", materials.ask, methods=["GET"]),
        Route(f"{entry}/material", materials.take, methods=["POST"]),
        Route(f"{entry}/conclusion", conclusions.ask, methods=["GET"]),
        Route(f"{entry}/conclusion", conclusions.write, methods=["POST"]),
        Route(f"{entry}/cancel", planning.cancel, methods=["POST"]),
        Route(f"{root}/groups", groups.listed, methods=["GET"]),
        Route(f"{root}/groups", groups.make, methods=["POST"]),
        Route(group, groups.one, methods=["GET"]),
        Route(group, groups.act, methods=["POST"]),
    ]
