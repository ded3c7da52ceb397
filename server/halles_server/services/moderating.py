"""What moderators and organisers read before they decide, and who answers an appeal.

Belongs here: whom a page means, where somebody may decide, who else may. Not here: the decisions (``sanctions``,
``grants``, ``reports``).
"""

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, HallId, LiveSessionId, RequestId, VisitId
from halles.world.booth import clean_text
from halles.world.roles import Right
from halles.world.sanctions import REASON_CAP
from halles_server.ports.clock import Clock
from halles_server.ports.moderating import ModeratingStore, Named, Whereabouts
from halles_server.ports.sanctions import SanctionRecord, Target
from halles_server.ports.standing import SHOW, Scope, ScopeKind, hall_scope
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.live_sessions import LiveSessions
from halles_server.services.sanctions import LISTED, Sanctions, Whom

DECIDERS: Final = 500
"""People above others that are looked at when one who may decide is sought."""

CALLED: Final = 5
"""Accounts of one name that are shown to who means one of them."""

_SCOPES_MOST: Final = 50
"""Granted scopes whose sanctions are listed for one person."""


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a page means: by visit, account, key in a live session, or a question asked there."""

    visit: str = ""
    account: str = ""
    session: str = ""
    key: str = ""
    question: int = 0


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody about whom is decided.

    Attributes:
        scopes: Where the one who asks may sanction them: nowhere those of their own rank or above.
        before: What they were ever under.
    """

    whom: Whom
    target: Target
    where: Whereabouts
    scopes: tuple[Scope, ...]
    before: tuple[SanctionRecord, ...]


@dataclass(frozen=True, slots=True)
class Appealed:
    """A sanction with an appeal.

    Attributes:
        mine: Whether who asks must leave the answer to somebody else.
    """

    record: SanctionRecord
    scope: Scope
    mine: bool


class Moderating:
    """What stands on the pages of who decides."""

    def __init__(
        self,
        store: ModeratingStore,
        sanctions: Sanctions,
        live: LiveSessions,
        clock: Clock,
        halls: Collection[HallId],
    ) -> None:
        self._store, self._sanctions, self._live = store, sanctions, live
        self._clock, self._halls = clock, halls

    async def subject(self, actor: Actor, meant: Meant) -> Subject:
        """Returns whom a page means.

        Raises:
            Rejection: FORBIDDEN to who may sanction nobody anywhere, or nobody in the live session in which somebody
                is known by key or question; NOT_FOUND.
        """
        places = await self.require_some(actor, (meant.session,) if meant.session else ())
        whom = await self._whom(actor, meant)
        target = await self._sanctions.target(whom)
        scopes = [one for one in places if self._may_sanction(actor, target, one)]
        binding = [one for one in scopes if not await self._is_over(one)]
        return Subject(
            whom,
            target,
            await self._store.whereabouts(whom.visit, whom.account),
            tuple(binding or scopes),
            await self._sanctions.history(target.known),
        )

    async def require_some(self, actor: Actor, sessions: Iterable[str] = ()) -> tuple[Scope, ...]:
        """Returns where somebody may sanction; ``Rejection`` FORBIDDEN to who may nowhere."""
        places = await self.places(actor, Right.SANCTION, sessions)
        if not places:
            raise Rejection(RejectionCode.FORBIDDEN, "moderators and organisers sanction")
        return places

    async def _is_over(self, scope: Scope) -> bool:
        """Tells whether a live session is over: a sanction in it would bind nobody any more."""
        if scope.kind != "live":
            return False
        return (await self._live.read(LiveSessionId(scope.id))).state.phase in ("ended", "published")

    async def places(self, actor: Actor, right: Right, sessions: Iterable[str] = ()) -> tuple[Scope, ...]:
        """Returns where somebody has a right: the show, halls, booths granted; live sessions open, granted or named."""
        keys = policies.scopes_of(actor, right, self._clock.wall())
        named = [*sessions, *(key.partition(":")[2] for key in keys if key.startswith("live:"))]
        wanted: list[tuple[ScopeKind, str]] = [
            ("live", one) for one in dict.fromkeys([*named, *await self._live.open()])
        ]
        wanted += [("booth", key.partition(":")[2]) for key in keys if key.startswith("booth:")]
        found = [SHOW, *(hall_scope(hall) for hall in self._halls)]
        for kind, place in wanted:
            try:
                found.append(await self._sanctions.scope(kind, place))
            except Rejection:  # of a grant whose booth or live session is gone
                continue
        return tuple(scope for scope in found if policies.may(actor, right, self._at(scope)))

    async def listed(self, actor: Actor, *, past: bool = False, before: int = 0) -> tuple[SanctionRecord, ...]:
        """Returns the newest sanctions in force, or past, that are somebody's to look at.

        Args:
            actor: Who asks.
            past: Whether those that have ended.
            before: Only those given before the one with this number; 0 for the newest.

        Raises:
            Rejection: FORBIDDEN to who may sanction nobody.
        """

        async def read(scope: Scope) -> tuple[SanctionRecord, ...]:
            return await self._sanctions.in_scope(actor, scope, past=past, before=before)

        return await self._listed(actor, read)

    async def appeals(self, actor: Actor) -> tuple[Appealed, ...]:
        """Returns the appeals that wait, oldest first; ``Rejection`` FORBIDDEN to who may sanction nobody."""
        found = await self._listed(actor, lambda scope: self._sanctions.appeals(actor, scope))
        waiting = sorted(found, key=lambda one: one.number)
        deciders = await self._store.deciders(DECIDERS) if waiting else ()
        appealed = []
        for record in waiting:
            scope = (await self._sanctions.read(actor, record.number))[1]
            appealed.append(Appealed(record, scope, self._others_decide(actor, record, scope, deciders)))
        return tuple(appealed)

    async def awaited(self) -> Callable[[Actor], int]:
        """Reads which appeals wait in the show; returns what counts those that somebody is to answer."""
        waiting = await self._sanctions.awaited()
        deciders = await self._store.deciders(DECIDERS) if waiting else ()
        now = self._clock.wall()

        def count(actor: Actor) -> int:
            if not waiting or not policies.may_somewhere(actor, Right.SANCTION, now):  # nearly everybody
                return 0
            return sum(
                actor.account is not None
                and actor.account != record.account
                and policies.may_lift(actor, record.by_role, self._at(scope))
                and not self._others_decide(actor, record, scope, deciders)
                for record, scope in waiting
            )

        return count

    async def one(self, actor: Actor, number: int) -> Appealed:
        """Returns one sanction; ``Rejection`` FORBIDDEN, NOT_FOUND."""
        record, scope = await self._sanctions.read(actor, number)
        deciders = await self._store.deciders(DECIDERS) if record.waits else ()
        return Appealed(record, scope, record.waits and self._others_decide(actor, record, scope, deciders))

    async def answer(self, actor: Actor, request_id: RequestId, number: int, *, lift: bool, reply: str) -> None:
        """Answers an appeal with words that the person reads, and lifts the sanction or not.

        Raises:
            Rejection: FORBIDDEN to who gave it while somebody else may answer, and as ``Sanctions.lift``; INVALID_TEXT
                without words; NOT_FOUND.
            Unavailable: Not known whether it was answered; asking again with the same ``request_id`` is safe.
        """
        words = clean_text(reply, REASON_CAP, lines=False)
        if not words:
            raise Rejection(RejectionCode.INVALID_TEXT, "an appeal is answered with words")
        if (await self.one(actor, number)).mine:
            raise Rejection(RejectionCode.FORBIDDEN, "somebody else answers than who gave it")
        if lift:
            await self._sanctions.lift(actor, request_id, number, words)
        else:
            await self._sanctions.uphold(actor, request_id, number, words)

    async def house(self, actor: Actor) -> tuple[Named, ...]:
        """Returns who is moderator, organiser or operator of the whole show; ``Rejection`` FORBIDDEN to others."""
        policies.require(actor, Right.GRANT)
        return tuple(one for one in await self._store.deciders(DECIDERS) if policies.stands_above(one.role))

    async def called(self, actor: Actor, name: str) -> tuple[Named, ...]:
        """Returns the accounts of a login or name; ``Rejection`` FORBIDDEN to who gives no roles."""
        if not policies.may_somewhere(actor, Right.GRANT, self._clock.wall()):
            raise Rejection(RejectionCode.FORBIDDEN, "organisers give roles")
        return await self._store.called(name.strip(), CALLED) if name.strip() else ()

    async def _whom(self, actor: Actor, meant: Meant) -> Whom:
        visit, account = VisitId(meant.visit), meant.account
        if meant.key or meant.question:
            session = LiveSessionId(meant.session)
            scope = await self._sanctions.scope("live", session)
            policies.require(actor, Right.SANCTION, self._at(scope))
            visit, found = await self._store.behind(session, key=meant.key, question=meant.question)
            account = found or ""
        if account:
            return Whom(account=_account(account))
        return Whom(visit=visit)

    async def _listed(
        self, actor: Actor, read: Callable[[Scope], Awaitable[tuple[SanctionRecord, ...]]]
    ) -> tuple[SanctionRecord, ...]:
        """Reads the newest of all scopes that are somebody's to look at."""
        scopes = await self._own(actor)
        if not scopes:
            raise Rejection(RejectionCode.FORBIDDEN, "moderators and organisers look at sanctions")
        found = {one.number: one for scope in scopes for one in await read(scope)}
        return tuple(found[number] for number in sorted(found, reverse=True))[:LISTED]

    async def _own(self, actor: Actor) -> tuple[Scope, ...]:
        """Returns the scopes in which somebody may sanction, without those that lie in another of them."""
        places = await self.places(actor, Right.SANCTION)
        keys = {scope.key for scope in places}
        return tuple(one for one in places if not (one.keys - {one.key}) & keys)[:_SCOPES_MOST]

    def _may_sanction(self, actor: Actor, target: Target, scope: Scope) -> bool:
        where = self._at(scope)
        return policies.may_sanction(actor, policies.role_at(target.role, target.standing, where), where)

    def _others_decide(self, actor: Actor, record: SanctionRecord, scope: Scope, others: Iterable[Named]) -> bool:
        """Tells whether somebody gave a sanction on whose appeal another may answer."""
        if actor.account is None or actor.account != record.by_account:
            return False
        where = self._at(scope)
        return any(
            policies.may_lift(_actor(one), record.by_role, where)
            for one in others
            if one.account not in {actor.account, record.account}
        )

    def _at(self, scope: Scope) -> policies.Where:
        return policies.Where(scope, self._clock.wall())


def _actor(named: Named) -> Actor:
    return Actor(named.account, None, named.name, named.role, "fr", named.standing)


def _account(said: str) -> AccountId:
    try:
        return AccountId(str(UUID(said)))
    except ValueError:
        raise Rejection(RejectionCode.NOT_FOUND, "no such account") from None
