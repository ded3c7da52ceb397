"""Backstage of a live session: its hosts and speakers talk among themselves, and see what is ready.

Who belongs there: the hosts, who is announced to speak, the presenter, and whomever a host has given the floor or a
chair by name; the last read what was said since then only, since what was said before may have been about them.
"""

from dataclasses import dataclass
from typing import Final

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, HallId, LiveSessionId, RequestId, VisitId
from halles.protocol.backstage_messages import BackstageLine
from halles.protocol.messages import CHAT_CAP
from halles.world.booth import clean_text
from halles.world.live import backstage_since
from halles.world.roles import Right
from halles_server.announcements import BackstageTalked
from halles_server.ports.backstage import BackstageStore
from halles_server.ports.clock import Clock
from halles_server.ports.live import LiveRecord, key_of
from halles_server.ports.nodes import Bus
from halles_server.ports.standing import live_scope
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.live_sessions import LiveSessions, participant

HISTORY: Final = 50
"""Lines that somebody reads who comes later."""

_OVER: Final = ("ended", "published")


@dataclass(frozen=True, slots=True)
class Somebody:
    """A speaker or host as the programme names them.

    Attributes:
        key: Theirs in the live session; "" without an account.
        account: Whether they have one: of others nobody knows whether they are here.
        hall: Where they are; "" in none yet, None when they are not in the show.
    """

    name: str
    key: str
    account: bool
    hall: HallId | None


@dataclass(frozen=True, slots=True)
class Ready:
    """What is ready for a live session, as far as the server knows.

    Attributes:
        speakers: Who is announced to speak.
        others: The hosts that the programme names, without whoever asks.
        shown: How many documents and films can be shown.
        lacking: The names of those that cannot: no pages or no length is known of them.
    """

    speakers: tuple[Somebody, ...]
    others: tuple[Somebody, ...]
    shown: int
    lacking: tuple[str, ...]


class Backstage:
    """What is said backstage."""

    def __init__(self, store: BackstageStore, live: LiveSessions, clock: Clock, bus: Bus) -> None:
        self._store, self._live, self._clock, self._bus = store, live, clock, bus

    def since(self, actor: Actor, record: LiveRecord) -> int | None:
        """Returns from which moment on (Unix time, ms) somebody reads what is said; None for who does not."""
        entry = record.entry
        if self._live.is_host(actor, entry):
            return 0
        since = self._given(actor, record)  # of most nothing is: no right is asked for
        return since if since is not None and self._live.may_attend(actor, entry) else None

    async def say(self, actor: Actor, request_id: RequestId, session: LiveSessionId, text: str) -> int:
        """Says something; returns the line's number once that is stored.

        Raises:
            Rejection: FORBIDDEN to who does not belong there or is silenced; NOT_NOW once it is over; INVALID_TEXT;
                NOT_FOUND; STORAGE_FULL; BAD_FIELD for a used key.
            Unavailable: It was perhaps stored; asking again with the same ``request_id`` is safe.
        """
        record = await self._live.read(session)
        self._require(actor, record)
        if not self._may(actor, Right.SPEAK, record):
            raise Rejection(RejectionCode.FORBIDDEN, "not while one is silenced")
        if record.state.phase in _OVER:
            raise Rejection(RejectionCode.NOT_NOW, f"nothing is said backstage once it is {record.state.phase}")
        words = clean_text(text, CHAT_CAP, lines=False)
        if not words:
            raise Rejection(RejectionCode.INVALID_TEXT, "nothing was said")
        line = BackstageLine(0, actor.name, words, int(self._clock.wall().timestamp() * 1000))
        number = await self._store.say(record, participant(actor, session), actor.role, request_id, line)
        # A repeated request is told once more, since nobody knows whether it was heard: an equal line is the same.
        self._bus.announce(BackstageTalked(session, number))
        return number

    async def read(self, actor: Actor, session: LiveSessionId) -> tuple[BackstageLine, ...]:
        """Returns the last lines that somebody may read, oldest first; ``Rejection`` FORBIDDEN, NOT_FOUND."""
        record = await self._live.read(session)
        return await self._store.last(session, self._require(actor, record), HISTORY)

    async def seen(self, actor: Actor, record: LiveRecord) -> tuple[BackstageLine, ...] | None:
        """Returns what a page shows of it; None to who does not belong there."""
        since = self.since(actor, record)
        return await self._store.last(record.entry.session, since, HISTORY) if since is not None else None

    async def line(self, session: LiveSessionId, number: int) -> BackstageLine | None:
        """Returns a line, for whoever tells it to those who read it; None when it is not kept any more."""
        return await self._store.line(session, number)

    async def ready(self, actor: Actor, record: LiveRecord) -> Ready:
        """Returns what is ready; ``Rejection`` FORBIDDEN to who is no host."""
        entry = record.entry
        if not self._live.is_host(actor, entry):
            raise Rejection(RejectionCode.FORBIDDEN, f"{entry.session} has other hosts")
        speaking = [(one.name, one.account) for one in entry.speakers]
        hosting = [(one.name, one.account) for one in entry.hosts if one.account != actor.account]
        here = await self._store.here({account for _, account in (*speaking, *hosting) if account is not None})

        def somebody(name: str, account: AccountId | None) -> Somebody:
            if account is None:
                return Somebody(name, "", account=False, hall=None)
            return Somebody(name, key_of(entry.session, account, VisitId("")), account=True, hall=here.get(account))

        materials = await self._live.materials(entry)
        lacking = tuple(one.title for one in materials if not one.pages and not one.seconds)
        return Ready(
            tuple(somebody(*one) for one in speaking),
            tuple(somebody(*one) for one in hosting),
            len(materials) - len(lacking),
            lacking,
        )

    @staticmethod
    def _given(actor: Actor, record: LiveRecord) -> int | None:
        """Returns since when somebody is backstage by the programme, or by what the hosts gave them; None for not."""
        if actor.account is not None and any(one.account == actor.account for one in record.entry.speakers):
            return 0
        if actor.account is None and actor.visit is None:
            return None
        return backstage_since(record.state, participant(actor, record.entry.session).person.key)

    def _require(self, actor: Actor, record: LiveRecord) -> int:
        since = self.since(actor, record)
        if since is None:
            raise Rejection(RejectionCode.FORBIDDEN, "only hosts and speakers are backstage")
        return since

    def _may(self, actor: Actor, right: Right, record: LiveRecord) -> bool:
        scope = live_scope(record.entry.hall, record.entry.session)
        return policies.may(actor, right, policies.Where(scope, self._clock.wall()))
