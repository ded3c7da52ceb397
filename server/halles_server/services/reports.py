"""Reports: what visitors tell the moderators, and what those decide."""

from collections.abc import Collection, Mapping
from typing import Final, get_args

from halles.errors import Rejection, RejectionCode
from halles.ids import HallId, RequestId, SlotId, VisitId
from halles.world.booth import clean_text
from halles.world.reports import REPORT_CAP, REPORTS, REPORTS_S, ReportDecision
from halles.world.roles import Right, Role
from halles_server.announcements import ReportsChanged
from halles_server.hall.recent import Evidence
from halles_server.ports.clock import Clock
from halles_server.ports.nodes import Bus
from halles_server.ports.reports import (
    Looking,
    OwnReport,
    Queue,
    Reporter,
    ReportStore,
    Spot,
    StoredReport,
    Verdict,
    Wish,
    Witness,
)
from halles_server.ports.sanctions import Decider, Known
from halles_server.ports.standing import SHOW, hall_scope
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.limits import AddressBuckets
from halles_server.services.policies import Where
from halles_server.services.sanctions import decider_of

LISTED: Final = 100
"""Reports on one page of the moderators' queue, and of one hall on a console."""

PAGES_CAP: Final = 10_000
"""Pages of the queue that can be asked for."""

AT_ONCE_BY_ADDRESS: Final = 4 * REPORTS
"""Reports by people without an account from one address: as many as one person, or a class together."""

OWN_LISTED: Final = 20

_NOWHERE: Final = HallId("")
_NO_SLOT: Final = SlotId("")


class Reports:
    """What people do with reports."""

    def __init__(self, store: ReportStore, clock: Clock, bus: Bus) -> None:
        self._store, self._clock, self._bus = store, clock, bus
        self._by_address = AddressBuckets(REPORTS / REPORTS_S, AT_ONCE_BY_ADDRESS)

    def check_address(self, actor: Actor, address: str) -> None:
        """Counts a report that is about to be made: who has no account is somebody else whenever they come in anew.

        Raises:
            Rejection: RATE_LIMITED, with the time until the next is taken.
        """
        if actor.account is not None:
            return
        if wait_ms := self._by_address.take(self._clock.monotonic(), address):
            raise Rejection(RejectionCode.RATE_LIMITED, "too many reports from this address", wait_ms)

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

    async def seen_from_page(
        self, witness: Witness, known: Known, wish: Wish, spot: Spot
    ) -> tuple[HallId, Evidence] | None:
        """Returns what goes with a report from a page.

        Whoever is present in the hall that it is about tells what they heard and saw themselves; for others it is
        what everybody there could read, and who was near whom or what it is about.

        Args:
            witness: What this node remembers.
            known: Who reports: an account, else by what the browser is known since it was present.
            wish: What is reported.
            spot: Returns where a booth's slot is in a hall.
        """
        about = VisitId(wish.subject) if wish.about in {"person", "line"} else None
        place = await self._store.place_of(wish)
        hall = witness.hall_of(VisitId(wish.subject)) if wish.about == "person" else None
        place = (hall, _NO_SLOT) if hall is not None else place
        own = witness.seen_by(known, about)
        if own is not None and (place is None or own[0] == place[0]):
            return own
        if place is None:
            return None
        hall, slot = place
        seen = witness.seen_in(hall, about, spot(hall, slot) if slot else None)
        return (hall, seen) if seen is not None else None

    async def queue(self, actor: Actor, page: int = 1) -> Queue:
        """Returns a page of the queue, as far as it is this moderator's; ``Rejection`` FORBIDDEN to others."""
        self._require_some(actor)
        halls = tuple(hall for hall in await self._store.halls() if self.may_see(actor, hall))
        looking, skipped = Looking(halls, actor.account), (min(max(page, 1), PAGES_CAP) - 1) * LISTED
        return Queue(
            await self._store.waiting_in(looking, LISTED, skipped),
            await self._store.count(looking),
            await self._store.closed_in(looking, LISTED),
        )

    async def waiting_in(self, actor: Actor, hall: HallId) -> tuple[StoredReport, ...]:
        """Returns the newest from one hall that are not closed; none to who does not look at these."""
        if not self.may_see(actor, hall):
            return ()
        return await self._store.waiting_in(Looking((hall,), actor.account), LISTED)

    async def read(self, actor: Actor, number: int) -> StoredReport:
        """Returns one for a moderator; ``Rejection`` FORBIDDEN, NOT_FOUND."""
        self._require_some(actor)
        report = await self._store.read(number)
        if not self._may(actor, report):
            raise Rejection(RejectionCode.FORBIDDEN, "this report is another's to look at")
        return report

    async def take(self, actor: Actor, request_id: RequestId, number: int) -> None:
        """Takes a report, so that others see who looks at it; one taken before may be taken over."""
        await self._store.take(await self._decider(actor, number), request_id, number)
        self._bus.announce(ReportsChanged())

    async def close(self, actor: Actor, request_id: RequestId, number: int, decision: str, note: str) -> None:
        """Closes a report with a decision and a note for the other moderators; its reporter is told.

        Raises:
            Rejection: FORBIDDEN; BAD_FIELD for no such decision; INVALID_TEXT; NOT_FOUND.
        """
        decider = await self._decider(actor, number)
        verdict = Verdict(_decision(decision), clean_text(note, REPORT_CAP, lines=True))
        await self._store.close(decider, request_id, number, verdict)
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
        return policies.may(actor, Right.SEE_REPORTS, self._where(hall))

    async def _decider(self, actor: Actor, number: int) -> Decider:
        report = await self.read(actor, number)

        def weigh(now: Actor) -> Role:
            if not self._may(now, report):
                raise Rejection(RejectionCode.FORBIDDEN, "this report is another's to look at")
            return policies.role_at(now.role, now.standing, self._where(report.hall))

        return decider_of(actor, weigh)

    def _may(self, actor: Actor, report: StoredReport) -> bool:
        return self.may_see(actor, report.hall) and (report.account is None or report.account != actor.account)

    def _where(self, hall: HallId) -> Where:
        return Where(hall_scope(hall) if hall else SHOW, self._clock.wall())

    def may_some(self, actor: Actor) -> bool:
        """Tells whether somebody looks at the reports of some hall; which hall's they are is judged by each."""
        halls = [grant.scope.removeprefix("hall:") for grant in actor.standing.grants if grant.scope[:5] == "hall:"]
        return any(self.may_see(actor, HallId(hall)) for hall in ("", *halls))

    def _require_some(self, actor: Actor) -> None:
        if not self.may_some(actor):
            raise Rejection(RejectionCode.FORBIDDEN, "reports are the moderators' to look at")


def _decision(said: str) -> ReportDecision:
    for decision in get_args(ReportDecision):
        if said == decision:
            found: ReportDecision = decision
            return found
    raise Rejection(RejectionCode.BAD_FIELD, "no such decision")
