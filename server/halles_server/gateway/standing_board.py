"""What counts for and against this node's visits: read when it changes and again and again, and carried out here.

Belongs here: whose visit ends, who may not move, and telling people what they are under. Not here: which rights a
sanction takes away (``policies``), and refusing what is asked for without the right (each service). An announcement
says only that it is time to look; a sweep repairs what was lost, and what ends by itself is looked at when it ends.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from halles.ids import AccountId, HallId, VisitId
from halles.protocol.close_codes import CloseCode
from halles.protocol.messages import Goodbye
from halles.protocol.standing_messages import BANNED, REMOVED, TOLD_MOST, LiftedCard, SanctionCard, SanctionTold
from halles.world.roles import Right, Role
from halles.world.sanctions import SanctionKind, reason_in
from halles.world.text import Language
from halles_server.announcements import Announcement, SanctionChanged
from halles_server.gateway.boards import Act, Attempt, Board
from halles_server.gateway.connection import Connection
from halles_server.gateway.visits import Visit
from halles_server.ports.sanctions import Binding, Lifted
from halles_server.ports.standing import SHOW, Grant, InForce, Standing, hall_scope
from halles_server.services import policies

if TYPE_CHECKING:
    from halles_server.gateway.world import World

SWEEP_S: Final = 5.0
"""The longest between two looks, whatever the bus has lost."""

_GONE: Final = Goodbye(CloseCode.NOT_ADMITTED, "this account is no more")
"""An account that was deleted has no role and no visit."""

RETRY_MOST_MS: Final = 0xFFFF_FFFF

Ranks = Mapping[AccountId, tuple[Role, tuple[Grant, ...]]]


class StandingBoard(Board):
    """The standing of this node's visits."""

    def __init__(self, world: "World", attempt: Attempt) -> None:
        self._world, self._attempt = world, attempt
        self._news = asyncio.Event()
        self._bound = _Bound(())
        self._told: dict[VisitId, tuple[Connection, tuple[InForce, ...], tuple[Lifted, ...]]] = {}

    @property
    def hears(self) -> Mapping[type[Announcement], Act]:
        """Looks at once when a sanction or role has changed."""
        return {SanctionChanged: lambda _: self._news.set()}

    async def keep(self) -> None:
        """Looks for ever."""
        while True:
            self._news.clear()
            await self._attempt("read the sanctions", self._look())
            with suppress(TimeoutError):
                async with asyncio.timeout(self._wait_s()):
                    await self._news.wait()

    def came_in(self, visit: Visit) -> None:
        """Binds a visit that has come in or come back by what is known; it was read at the door as well."""
        self._told.pop(visit.record.visit, None)
        known = self._bound.of(visit, self._wall())
        newer = [one for one in known if one not in visit.record.standing.sanctions]
        self._settle(visit, replace(visit.record.standing, sanctions=(*newer, *visit.record.standing.sanctions)))

    def entered(self, visit: Visit) -> None:
        """Holds an avatar that has come into a hall, where its visit may not move."""
        if visit.runner is not None:
            visit.runner.hall.hold(visit.number, held=not self.may(visit, Right.MOVE, visit.runner.id))

    def may(self, visit: Visit, right: Right, hall: HallId) -> bool:
        """Tells whether a visit has a right in a hall."""
        return policies.may(visit.actor, right, self.where(hall))

    def check_speech(self, visit: Visit, hall: HallId) -> None:
        """Refuses who may say nothing in a hall; ``Rejection`` FORBIDDEN."""
        if not self.may(visit, Right.SPEAK, hall):
            self._world.live.mute_ignored(visit)
        self.require(visit, Right.SPEAK, hall)

    def require(self, visit: Visit, right: Right, hall: HallId) -> None:
        """Refuses a visit that has not a right in a hall; ``Rejection`` FORBIDDEN."""
        policies.require(visit.actor, right, self.where(hall))

    def speaks(self, visit: Visit) -> bool:
        """Tells whether a visit may be heard where it stands."""
        if visit.runner is None:
            return policies.may(visit.actor, Right.SPEAK, policies.Where(SHOW, self._wall()))
        return self.may(visit, Right.SPEAK, visit.runner.id)

    def where(self, hall: HallId) -> policies.Where:
        """Returns a hall and the time, to ask for a right in it: what binds in its open live sessions binds in it."""
        return policies.Where(hall_scope(hall), self._wall(), self._world.live.scopes_in(hall))

    async def heed(self, hall: HallId) -> None:
        """Settles everybody in a hall anew: a live session has begun there, changed, or is over."""
        async for visit in self._world.visits.in_turns():
            if visit.runner is not None and visit.runner.id == hall:
                self._settle(visit, visit.record.standing)

    async def _look(self) -> None:
        """Reads what is in force, and settles everybody who is here."""
        sanctions = self._world.services.sanctions
        accounts = {visit.record.account for visit in self._world.visits.with_accounts() if visit.record.account}
        self._bound = _Bound(await sanctions.in_force(), await sanctions.lifted())
        ranks = await sanctions.ranks(list(accounts))
        gone = accounts - ranks.keys()
        async for visit in self._world.visits.in_turns():
            if visit.record.account in gone:
                self._world.end(visit, _GONE)
            else:
                self._renew(visit, ranks)
        self._told = {visit: told for visit, told in self._told.items() if self._world.visits.get(visit) is not None}

    def _renew(self, visit: Visit, ranks: Ranks) -> None:
        role, grants = visit.record.role, visit.record.standing.grants
        if visit.record.account is not None:
            role, grants = ranks.get(visit.record.account, (role, grants))
        if role is not visit.record.role:
            visit.renew(replace(visit.record, role=role))
            if visit.runner is not None:
                visit.runner.renew(visit)
        self._settle(visit, Standing(grants, self._bound.of(visit, self._wall())))

    def _settle(self, visit: Visit, standing: Standing) -> None:
        """Gives a visit its standing, and carries out what follows from it."""
        if self._world.visits.get(visit.record.visit) is not visit:
            return  # it has gone meanwhile
        if standing != visit.record.standing:
            visit.renew(replace(visit.record, standing=standing))
        sent_away = self._sent_away(visit)
        if sent_away is not None:
            self._world.end(visit, removed(sent_away, self._wall()))
            return
        self._world.live.door.show_out(visit)
        self.entered(visit)
        self._tell(visit)

    def _sent_away(self, visit: Visit) -> InForce | None:
        """Returns what ends a visit: its removal, or a ban from where it is."""
        keys = self.where(visit.runner.id).binding if visit.runner is not None else SHOW.keys
        for sanction in visit.record.standing.sanctions:
            here = sanction.scope in keys
            if here and sanction.kind is SanctionKind.REMOVE and sanction.visit == visit.record.visit:
                return sanction
            if here and sanction.kind is SanctionKind.BAN:
                return sanction
        return None

    def _tell(self, visit: Visit) -> None:
        """Tells a visit what it is under, where that has changed or its connection is another."""
        connection, sanctions = visit.connection, visit.record.standing.sanctions
        lifted = self._bound.lifted_of(visit)
        before = self._told.get(visit.record.visit)
        nothing = before is None and not sanctions and not lifted
        if connection is None or nothing or before == (connection, sanctions, lifted):
            return
        self._told[visit.record.visit] = connection, sanctions, lifted
        language = visit.record.language
        cards = tuple(card(one, language) for one in sanctions[:TOLD_MOST])
        connection.send(SanctionTold(cards, tuple(lifted_card(one) for one in lifted[:TOLD_MOST])))
        connection.out.flush()

    def _wait_s(self) -> float:
        """Returns until when nothing changes by itself."""
        now = self._wall()
        ends = (one.until for visit in self._world.visits for one in visit.record.standing.sanctions)
        soonest = min(((end - now).total_seconds() for end in ends), default=SWEEP_S)
        return min(max(soonest, 0.05), SWEEP_S, self._world.config.sweep_s)

    def _wall(self) -> datetime:
        return self._world.services.clock.wall()


class _Bound:
    """What is in force, and what was lately lifted, by whom it binds or bound."""

    def __init__(self, bindings: tuple[Binding, ...], lifted: tuple[Lifted, ...] = ()) -> None:
        self._by: dict[object, list[InForce]] = {}
        self._lifted: dict[object, list[Lifted]] = {}
        for one in lifted:
            for key in (one.known.account, one.known.visit, *one.known.devices):
                if key:
                    self._lifted.setdefault(key, []).append(one)
        for binding in bindings:
            known = binding.known
            for key in (known.account, known.visit, *known.devices):
                if key:
                    self._by.setdefault(key, []).append(binding.sanction)
            if known.network:  # whoever else has the address has done nothing: the reason is not theirs
                self._by.setdefault(("network", known.network), []).append(
                    replace(binding.sanction, reason="", answer="")
                )

    def of(self, visit: Visit, now: datetime) -> tuple[InForce, ...]:
        """Returns what binds a visit, newest first."""
        if not self._by:
            return ()
        found: dict[int, InForce] = {}
        for key in _keys(visit):
            for one in self._by.get(key, ()):
                if now < one.until:
                    found.setdefault(one.number, one)
        return tuple(found[number] for number in sorted(found, reverse=True))

    def lifted_of(self, visit: Visit) -> tuple[Lifted, ...]:
        """Returns what a visit is bound by no more since somebody lifted it, newest first."""
        if not self._lifted:
            return ()
        found = {one.number: one for key in _keys(visit) for one in self._lifted.get(key, ())}
        return tuple(found[number] for number in sorted(found, reverse=True))


def _keys(visit: Visit) -> Iterator[object]:
    """Yields by what a visit is recognised; an account's by nothing else, since devices and addresses are shared."""
    record = visit.record
    yield record.visit
    if record.account is not None:
        yield record.account
        return
    yield from record.devices
    if record.network:
        yield "network", record.network


def card(sanction: InForce, language: Language) -> SanctionCard:
    """Returns a sanction as the person is told of it, in their language as far as its reason is a common one."""
    kind, _, place = sanction.scope.partition(":")
    return SanctionCard(
        sanction=sanction.number,
        kind=sanction.kind,
        scope=kind,  # type: ignore[arg-type]  # as Postgres checks
        place=place,
        reason=reason_in(sanction.reason, language),
        until_ms=int(sanction.until.timestamp() * 1000),
        appealed=sanction.appealed,
        by_role=sanction.by_role,
        upheld=sanction.upheld,
        answer=sanction.answer,
    )


def lifted_card(lifted: Lifted) -> LiftedCard:
    """Returns a sanction that was lifted as the person is told of it."""
    kind, _, place = lifted.scope.partition(":")
    return LiftedCard(
        sanction=lifted.number,
        kind=lifted.kind,
        scope=kind,  # type: ignore[arg-type]  # as Postgres checks
        place=place,
        answer=lifted.answer,
        appealed=lifted.appealed,
    )


def removed(sanction: InForce, now: datetime) -> Goodbye:
    """Returns what somebody is told who has to go, or may not come in: why, and when again."""
    banned = sanction.kind is SanctionKind.BAN
    wait_ms = min(int((sanction.until - now).total_seconds() * 1000), RETRY_MOST_MS) if banned else 0
    return Goodbye(CloseCode.REMOVED, sanction.reason, max(wait_ms, 0), reason=BANNED if banned else REMOVED)
