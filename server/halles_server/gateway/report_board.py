"""Reports on this node: what was heard and seen is kept a minute in memory, and goes with a report into the database.

``ReportsChanged`` says on every node that it is time to look again: reporters are told that theirs was looked at,
moderators how many wait. A sweep repairs what was lost.
"""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from halles.errors import Rejection, RejectionCode
from halles.ids import HallId, RequestId, VisitId
from halles.protocol.messages import ChatLine, Done
from halles.protocol.report_messages import Report, ReportLooked, ReportsWaiting
from halles_server.announcements import Announcement, ReportsChanged
from halles_server.gateway.boards import Act, Attempt, Board
from halles_server.gateway.connection import Connection
from halles_server.gateway.visits import Visit
from halles_server.hall.recent import LOOK_S, Evidence
from halles_server.ports.reports import Wish
from halles_server.ports.sanctions import Known

if TYPE_CHECKING:
    from halles_server.gateway.world import World

_COUNTED: Final = 0xFFFF


class ReportBoard(Board):
    """The last minute of each hall, and reports as visits of this node make them."""

    def __init__(self, world: "World", attempt: Attempt) -> None:
        self._world, self._attempt = world, attempt
        self._recent = {hall: runner.hall.recent() for hall, runner in world.runners.items()}
        self._waiting: dict[VisitId, tuple[Connection, int]] = {}
        """What moderators were told, and with which connection."""

        self._news = asyncio.Event()

    async def report(self, connection: Connection, visit: Visit, message: Report) -> None:
        """Reports something for a visit."""
        if visit.record.bot:
            raise Rejection(RejectionCode.FORBIDDEN, "bots report nothing")
        wish = Wish(message.about, message.subject, message.reason, message.text, message.line_ms)
        seen = self._seen(visit, wish)
        reports = self._world.services.reports
        reports.check_address(visit.actor, visit.address)
        number = await reports.make(visit.actor, RequestId(message.request_id), wish, seen)
        connection.send(Done(message.request_id, number))

    def heard(self, hall: HallId, line: ChatLine, numbers: Iterable[int] | None) -> None:
        """Keeps a line that was told in a hall, with the numbers of those who heard it; None for all."""
        self._recent[hall].heard(line, numbers, self._world.now())

    def seen_by(self, known: Known, about: VisitId | None) -> tuple[HallId, Evidence] | None:
        """Returns in which hall somebody's visit is on this node, and what it heard and saw there."""
        visit = next((visit for visit in self._world.visits if _is(visit, known)), None)
        return self._evidence(visit, about) if visit is not None else None

    def hall_of(self, visit: VisitId) -> HallId | None:
        """Returns in which hall somebody was within the last minute, where they came in by another node, too."""
        here = self._world.visits.get(visit)
        if here is not None and here.runner is not None:
            return here.runner.id
        return next((hall for hall, recent in self._recent.items() if recent.knows(visit)), None)

    def seen_in(self, hall: HallId, about: VisitId | None, at: tuple[float, float] | None) -> Evidence | None:
        """Returns what everybody in a hall could read, and who was near whom it is about, or near a place in it."""
        recent = self._recent.get(hall)
        return recent.public_evidence(self._world.now(), about, at) if recent is not None else None

    @property
    def hears(self) -> Mapping[type[Announcement], Act]:
        """Looks at once when something was reported or decided."""
        return {ReportsChanged: lambda _: self._news.set()}

    async def keep(self) -> None:
        """Remembers for ever, and looks at what was reported at news and at each sweep."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._remember())
            group.create_task(self._keep_told())

    async def _remember(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            for recent in self._recent.values():
                recent.look(self._world.now())
                await asyncio.sleep(0)  # so that no tick waits for all of them

    async def _keep_told(self) -> None:
        while True:
            self._news.clear()
            await self._attempt("look at reports", self._look())
            with suppress(TimeoutError):
                async with asyncio.timeout(self._world.config.sweep_s):
                    await self._news.wait()

    async def _look(self) -> None:
        reports = self._world.services.reports
        self._tell_waiting(await reports.waiting())
        told = []
        for number, whose in (await reports.untold()).items():
            visit = self._world.visits.get(whose)
            if visit is not None and visit.connection is not None:
                visit.connection.send(ReportLooked(number))
                visit.connection.out.flush()
                told.append(number)
        if told:
            await reports.told(told)

    def _tell_waiting(self, waiting: Mapping[HallId, int]) -> None:
        """Tells moderators how many wait, where that has changed for them; who has not heard of any hears of none."""
        before, self._waiting = self._waiting, {}
        may_see = self._world.services.reports.may_see
        for visit in self._world.visits:
            connection, known = visit.connection, before.get(visit.record.visit)
            count = min(sum(n for hall, n in waiting.items() if may_see(visit.actor, hall)), _COUNTED)
            if connection is None or (count == 0 and known is None):
                continue
            if count:
                self._waiting[visit.record.visit] = connection, count
            if known != (connection, count):
                connection.send(ReportsWaiting(count))
                connection.out.flush()

    def _seen(self, visit: Visit, wish: Wish) -> tuple[HallId, Evidence] | None:
        return self._evidence(visit, VisitId(wish.subject) if wish.about in {"person", "line"} else None)

    def _evidence(self, visit: Visit, about: VisitId | None) -> tuple[HallId, Evidence] | None:
        if visit.runner is None:
            return None
        hall = visit.runner.id
        return hall, self._recent[hall].evidence(visit.number, self._world.now(), about)


def _is(visit: Visit, known: Known) -> bool:
    """Tells whether a visit is somebody's: of their account, else of their browser and in a hall."""
    record = visit.record
    if known.account is not None or record.account is not None:
        return record.account == known.account
    return visit.runner is not None and not set(known.devices).isdisjoint(record.devices)
