"""Reports: what visitors tell the moderators, and what those decide."""

from collections.abc import Collection, Mapping
from typing import Final, get_args

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, HallId, RequestId, VisitId
from halles.world.booth import clean_text
from halles.world.reports import REPORT_CAP, ReportDecision
from halles.world.roles import Right
from halles_server.announcements import ReportsChanged
from halles_server.hall.recent import Evidence
from halles_server.ports.clock import Clock
from halles_server.ports.nodes import Bus
from halles_server.ports.reports import OwnReport, Reporter, ReportStore, StoredReport, Verdict, Wish
from halles_server.ports.standing import SHOW, hall_scope
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.policies import Where

LISTED: Final = 100
"""Reports on the moderators' page."""

OWN_LISTED: Final = 20

_NOWHERE: Final = HallId("")


class Reports:
    """What people do with reports."""

    def __init__(self, store: ReportStore, clock: Clock, bus: Bus) -> None:
        self._store, self._clock, self._bus = store, clock, bus

    async def make(
        self,
        actor: Actor,
        request_id: RequestId,
        wish: Wish,
        seen: tuple[HallId, Evidence] | None = None,
        browser: str = "",
    ) -> int:
        """Reports something; returns the report's number once it is stored.

        Args:
            actor: Who reports.
            request_id: Its key.
            wish: What is reported.
            seen: Where the reporter is, and what was heard and seen there in the last minute.
            browser: Names a reader's browser who has neither account nor visit.

        Raises:
            Rejection: INVALID_TEXT; BAD_FIELD; NOT_FOUND; RATE_LIMITED; STORAGE_FULL.
            Unavailable: Not known whether it is stored; asking again with the same ``request_id`` is safe.
        """
        policies.require(actor, Right.REPORT)
        text = clean_text(wish.text, REPORT_CAP, lines=True)
        if wish.about == "other" and not text:
            raise Rejection(RejectionCode.INVALID_TEXT, "nothing was said of what it is about")
        key = actor.account or actor.visit or browser
        if not key:
            raise Rejection(RejectionCode.FORBIDDEN, "nobody reports")
        reporter = Reporter(str(key), actor.account, actor.visit, actor.name, actor.language)
        hall, evidence = seen or (_NOWHERE, Evidence())
        clean = Wish(wish.about, wish.subject, wish.reason, text, wish.line_ms)
        number = await self._store.make(reporter, request_id, clean, hall, evidence)
        self._bus.announce(ReportsChanged())
        return number

    async def listed(self, actor: Actor) -> tuple[StoredReport, ...]:
        """Returns the queue, as far as it is this moderator's; ``Rejection`` FORBIDDEN to others."""
        self._require_some(actor)
        return tuple(report for report in await self._store.listed(LISTED) if self._may(actor, report))

    async def read(self, actor: Actor, number: int) -> StoredReport:
        """Returns one for a moderator; ``Rejection`` FORBIDDEN, NOT_FOUND."""
        self._require_some(actor)
        report = await self._store.read(number)
        if not self._may(actor, report):
            raise Rejection(RejectionCode.FORBIDDEN, "this report is another's to look at")
        return report

    async def take(self, actor: Actor, request_id: RequestId, number: int) -> None:
        """Takes a report, so that others see who looks at it; one taken before may be taken over."""
        await self.read(actor, number)
        await self._store.take(_account(actor), request_id, number, actor.name)
        self._bus.announce(ReportsChanged())

    async def close(self, actor: Actor, request_id: RequestId, number: int, decision: str, note: str) -> None:
        """Closes a report with a decision and a note for the other moderators; its reporter is told.

        Raises:
            Rejection: FORBIDDEN; BAD_FIELD for no such decision; INVALID_TEXT; NOT_FOUND.
        """
        await self.read(actor, number)
        verdict = Verdict(_decision(decision), clean_text(note, REPORT_CAP, lines=True))
        await self._store.close(_account(actor), request_id, number, actor.name, verdict)
        self._bus.announce(ReportsChanged())

    async def own(self, key: str) -> tuple[OwnReport, ...]:
        """Returns what somebody reported, by their key."""
        return await self._store.own(key, OWN_LISTED)

    async def waiting(self) -> Mapping[HallId, int]:
        """Counts what nobody has taken, by hall."""
        return await self._store.waiting()

    async def untold(self) -> Mapping[int, VisitId]:
        """Returns which were closed lately, and whose visits have not been told."""
        return await self._store.untold()

    async def told(self, numbers: Collection[int]) -> None:
        """Notes that their reporters have been told."""
        await self._store.told(numbers)

    def may_see(self, actor: Actor, hall: HallId) -> bool:
        """Tells whether somebody looks at reports from a hall."""
        scope = hall_scope(hall) if hall else SHOW
        return policies.may(actor, Right.SEE_REPORTS, Where(scope, self._clock.wall()))

    def _may(self, actor: Actor, report: StoredReport) -> bool:
        return self.may_see(actor, report.hall) and (report.account is None or report.account != actor.account)

    def may_some(self, actor: Actor) -> bool:
        """Tells whether somebody looks at the reports of some hall; which hall's they are is judged by each."""
        halls = [grant.scope.removeprefix("hall:") for grant in actor.standing.grants if grant.scope[:5] == "hall:"]
        return any(self.may_see(actor, HallId(hall)) for hall in ("", *halls))

    def _require_some(self, actor: Actor) -> None:
        if not self.may_some(actor):
            raise Rejection(RejectionCode.FORBIDDEN, "reports are the moderators' to look at")


def _account(actor: Actor) -> AccountId:
    if actor.account is None:
        raise Rejection(RejectionCode.FORBIDDEN, "guests decide nothing")
    return actor.account


def _decision(said: str) -> ReportDecision:
    for decision in get_args(ReportDecision):
        if said == decision:
            found: ReportDecision = decision
            return found
    raise Rejection(RejectionCode.BAD_FIELD, "no such decision")
