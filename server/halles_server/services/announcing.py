"""Announcements: who calls out what to the show, a hall or a booth, checked and stored, then told on every node."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

from halles.errors import Rejection, RejectionCode
from halles.ids import BoothId, HallId, LiveSessionId, RequestId
from halles.protocol.announcement_messages import ANNOUNCED_MOST, ANNOUNCEMENT_CAP, NEWS_MS
from halles.world.booth import clean_text
from halles.world.roles import Right
from halles.world.scene import Scene
from halles.world.text import LANGUAGES, Text
from halles_server.announcements import AnnouncementMade
from halles_server.ports.announcing import AnnouncementStore, MadeAnnouncement
from halles_server.ports.clock import Clock
from halles_server.ports.nodes import Bus
from halles_server.ports.standing import SHOW, Scope, ScopeKind, hall_scope
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.live_sessions import LiveSessions
from halles_server.services.staff import Staff

NEWS_S: Final = NEWS_MS / 1000
"""For how long an announcement is news."""


class Announcing:
    """What is announced."""

    def __init__(
        self, store: AnnouncementStore, staff: Staff, bus: Bus, clock: Clock, scenes: Mapping[HallId, Scene]
    ) -> None:
        self._store, self._staff, self._bus, self._clock = store, staff, bus, clock
        self._scenes = scenes

    async def announce(self, actor: Actor, request_id: RequestId, kind: ScopeKind, place: str, text: Text) -> int:
        """Makes an announcement; returns its number.

        A repeated request is announced once more on the bus: whoever knows its number says nothing.

        Raises:
            Rejection: FORBIDDEN to who has not the right there; NOT_FOUND; INVALID_TEXT; RATE_LIMITED; STORAGE_FULL.
            Unavailable: Not known whether it was made; asking again with the same ``request_id`` is safe.
        """
        scope = await self._scope(kind, place)
        if actor.account is None or not await self._may(actor, scope):
            raise Rejection(RejectionCode.FORBIDDEN, "no announcements from here")
        number = await self._store.make(actor.account, request_id, scope, _cleaned(text))
        self._bus.announce(AnnouncementMade(number))
        return number

    async def read(self, number: int) -> MadeAnnouncement | None:
        """Reads one that is still news."""
        found = await self._store.read(number)
        return found if found is not None and self.is_news(found) else None

    async def recent(self) -> tuple[MadeAnnouncement, ...]:
        """Returns what is still news, oldest first."""
        return await self._store.recent(NEWS_S, ANNOUNCED_MOST)

    async def recent_for(self, actor: Actor, live: LiveSessions) -> tuple[MadeAnnouncement, ...]:
        """Returns what is still news, without what was said in live sessions that are not for somebody."""
        made = await self.recent()
        told = {LiveSessionId(one.scope.id) for one in made if one.scope.kind == "live"}
        attended = await live.attended(actor, told)
        return tuple(one for one in made if one.scope.kind != "live" or one.scope.id in attended)

    def is_news(self, made: MadeAnnouncement) -> bool:
        """Tells whether somebody who hears of it now is to be told."""
        return (self._clock.wall() - made.made).total_seconds() <= NEWS_S

    async def places(self, actor: Actor) -> tuple[Scope, ...]:
        """Returns to whom somebody may announce: the show and halls first; a booth only to who is on its staff."""
        keys = policies.scopes_of(actor, Right.ANNOUNCE, self._clock.wall())
        wanted: list[tuple[ScopeKind, str]] = [("hall", hall) for hall in self._scenes]
        wanted += [("live", key.partition(":")[2]) for key in keys if key.startswith("live:")]
        wanted += [("booth", key.partition(":")[2]) for key in keys if key.startswith("booth:")]
        wanted += [("booth", booth) for booth in await self._staff.served(actor) if ("booth", booth) not in wanted]
        found = [SHOW]
        for kind, place in wanted:
            try:
                found.append(await self._scope(kind, place))
            except Rejection:  # of a grant whose booth or live session is gone
                continue
        return tuple([scope for scope in found if await self._may(actor, scope)])

    async def _scope(self, kind: ScopeKind, place: str) -> Scope:
        if kind != "hall":
            return await self._store.scope(kind, place)
        if HallId(place) not in self._scenes:
            raise Rejection(RejectionCode.NOT_FOUND, f"no hall {place}")
        return hall_scope(HallId(place))

    async def _may(self, actor: Actor, scope: Scope) -> bool:
        role = await self._staff.role_of(actor, BoothId(scope.id)) if scope.kind == "booth" else None
        return policies.may(actor, Right.ANNOUNCE, policies.Where(scope, self._now()), staff_role=role)

    def _now(self) -> datetime:
        return self._clock.wall()


def _cleaned(text: Text) -> Text:
    """Returns a text as it is told; ``Rejection`` INVALID_TEXT."""
    said = {code: clean_text(text.within(code), ANNOUNCEMENT_CAP, lines=False) for code in LANGUAGES}
    if not any(said.values()):
        raise Rejection(RejectionCode.INVALID_TEXT, "nothing is announced")
    return msgspec.structs.replace(text, **said)
