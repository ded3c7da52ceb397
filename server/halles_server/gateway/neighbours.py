"""What this node and the others tell each other of their visitors; made only where there can be others.

Belongs here: when something is told, whom it concerns, what is done with what is heard. Not here: bytes and subjects
(``cluster``), what a roster or a slab holds (``hall``), leases (``services.membership``). Invariants: nothing is told
while this incarnation may be over, and nothing is believed of one that the database does not call alive.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import structlog

from halles.errors import HallesError
from halles.ids import HallId, VisitId
from halles.protocol.close_codes import CloseCode
from halles.protocol.messages import ChatLine, Goodbye, NodesListed, Said
from halles.protocol.voice_messages import Voice
from halles_server.announcements import (
    Announcement,
    ChatSaid,
    FromNode,
    NodeGone,
    NodeHere,
    NodeSlab,
    RosterChanged,
    RosterTold,
    RosterWanted,
    VisitHere,
    VoiceSaid,
    share,
)
from halles_server.gateway.boards import Act, Board
from halles_server.gateway.hall_runner import HallRunner
from halles_server.gateway.outbox import frame_of
from halles_server.gateway.visits import Visit
from halles_server.hall.elsewhere import Shadow
from halles_server.hall.hall import Tick
from halles_server.hall.telling import Telling
from halles_server.ports.nodes import Bus
from halles_server.services.chat import NEARBY_M
from halles_server.services.membership import RENEW_S, Membership

if TYPE_CHECKING:
    from halles_server.gateway.world import World

BEAT_S: Final = 0.5
"""Between two beats: each says which versions the rosters have."""

_HURRY_S: Final = 0.1
"""Between two questions to the database about a node that it has not told of yet, at least."""

_WHOLE_S: Final = 0.25
"""Between two whole rosters of a hall, at least: one is heard by all who asked."""

REPLACED: Final = Goodbye(CloseCode.REPLACED, "this visit goes on with another connection")

_log: Final = structlog.get_logger(__name__)


class Neighbours(Board):
    """The other nodes, as this one deals with them.

    Attributes:
        membership: Who is alive.
    """

    def __init__(self, world: "World", bus: Bus, membership: Membership) -> None:
        self.membership: Final = membership
        self._world = world
        self._bus = bus
        self._tellings = {hall: Telling(runner.hall) for hall, runner in world.runners.items()}
        self._whole_at: dict[HallId, float] = {}
        self._hurry = asyncio.Event()
        self._renewed_at = float("-inf")
        self._told_elsewhere: tuple[str, ...] = ()
        self._acts: Final[dict[type[FromNode], Callable[[Any], None]]] = {
            NodeHere: self._node_here,
            NodeGone: self._node_gone,
            NodeSlab: self._hall_news,
            RosterChanged: self._hall_news,
            RosterTold: self._hall_news,
            RosterWanted: self._roster_wanted,
            ChatSaid: self._chat_said,
            VisitHere: self._visit_here,
            VoiceSaid: self._voice_said,
        }
        for runner in world.runners.values():
            runner.share, runner.speaks = self._share, membership.speaks

    # --- what is told ---------------------------------------------------------------------------------------

    async def keep(self) -> None:
        """Keeps the lease, the beat, and a new beginning when the lease was lost; for ever."""
        while True:
            if not self.membership.speaks():
                await self._begin_anew()
            elif self._hurry.is_set() or self._world.now() - self._renewed_at >= RENEW_S:
                await self._renew()
            self._beat()
            self._hurry.clear()
            await asyncio.sleep(_HURRY_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT_S - _HURRY_S):
                    await self._hurry.wait()

    def say(self, runner: HallRunner, number: int, line: ChatLine) -> None:
        """Tells a line that was said here."""
        pose = runner.hall.pose(number)
        self._tell(ChatSaid, runner.id, line, round(pose.x * 100), round(pose.y * 100))

    def voiced(self, runner: HallRunner, voices: tuple[Voice, ...]) -> None:
        """Tells what this node's visitors said in a hall."""
        self._tell(VoiceSaid, runner.id, voices)

    def came_in(self, visit: Visit) -> None:
        """Tells that a visit is here now: whoever still shows or has it lets it go."""
        record = visit.record
        for runner in self._world.runners.values():
            if runner.hall.elsewhere is not None:
                runner.hall.elsewhere.drop(record.visit, self.membership.me.slot)
        self._tell(VisitHere, record.visit, record.account or "", record.epoch)

    def go(self) -> None:
        """Tells that this node stops."""
        self._tell(NodeGone)

    def last_seen(self, visit: VisitId) -> tuple[HallRunner, Shadow] | None:
        """Returns where somebody was last seen with another node."""
        now = self._world.now()
        found = [
            (runner, shadow)
            for runner in self._world.runners.values()
            if runner.hall.elsewhere is not None and (shadow := runner.hall.elsewhere.shadow(visit, now)) is not None
        ]
        return max(found, key=lambda pair: pair[1].at, default=None)

    def _tell(self, kind: Callable[..., FromNode], *fields: object) -> None:
        me = self.membership.me
        if self.membership.speaks():
            self._bus.tell_others(kind(me.slot, me.incarnation, *fields))

    def _share(self, runner: HallRunner, tick: Tick, now: float) -> None:
        """Tells the others of a hall's tick, and asks for the rosters that are missing."""
        if not self.membership.speaks():
            self._hurry.set()
            return
        me = self.membership.me
        for news in self._tellings[runner.id].news(me.slot, me.incarnation, tick, now):
            self._bus.tell_others(news)
        if runner.hall.elsewhere is not None:
            for slot in runner.hall.elsewhere.wanting(now):
                self._bus.tell_others(RosterWanted(me.slot, me.incarnation, runner.id, slot))

    def _beat(self) -> None:
        self._tell(NodeHere, tuple((hall, telling.version) for hall, telling in self._tellings.items()))

    async def _renew(self) -> None:
        self._renewed_at = self._world.now()
        try:
            gone = await self.membership.renew()
        except HallesError as error:
            _log.warning("lease not renewed", act="node", reason=str(error))
            return
        for slot in gone:
            self._forget(slot)
        self._world.metrics.nodes.set(1 + len(self.membership.others))
        if (elsewhere := self.membership.elsewhere()) != self._told_elsewhere:
            self._told_elsewhere = elsewhere
            self._world.tell_visits(NodesListed(elsewhere))

    async def _begin_anew(self) -> None:
        """Sends everybody away, who finds another node or this one again, and registers as another incarnation."""
        before = self.membership.me
        _log.warning("lease lost", act="node", slot=before.slot, visits=len(self._world.visits))
        self._world.send_away()
        try:
            await self.membership.begin_anew()
        except HallesError as error:
            _log.warning("not registered", act="node", reason=str(error))
            return
        self._world.send_away()  # who was let in meanwhile
        me = self.membership.me
        for hall, runner in self._world.runners.items():
            runner.hall.settle(me.slot)
            self._tellings[hall].begin()
        self._forget(me.slot)
        self._renewed_at = float("-inf")
        _log.info("registered", act="node", slot=me.slot, incarnation=me.incarnation)

    # --- what is heard --------------------------------------------------------------------------------------

    @property
    def hears(self) -> Mapping[type[Announcement], Act]:
        """Hears whatever nodes say of their visitors."""
        return dict.fromkeys(self._acts, self._heard)

    def _heard(self, news: FromNode) -> None:
        """Takes in what a node says that is alive; of another, which the database may know, asks it."""
        if self.membership.hears(news.slot, news.incarnation):
            self._acts[type(news)](news)
        elif self.membership.stranger(news.incarnation):
            self._hurry.set()
        else:
            self._world.metrics.bus_dropped.labels("fenced").inc()

    def _node_here(self, news: NodeHere) -> None:
        for hall, version in news.rosters:
            runner = self._world.runners.get(HallId(hall))
            if runner is not None and runner.hall.elsewhere is not None:
                runner.hall.elsewhere.heard_of(news, version, self._world.now())

    def _node_gone(self, news: NodeGone) -> None:
        self._forget(news.slot)

    def _hall_news(self, news: NodeSlab | RosterChanged | RosterTold) -> None:
        runner = self._world.runners.get(news.hall)
        if runner is not None and runner.hall.elsewhere is not None:
            runner.hall.elsewhere.hear(news, self._world.now())
            runner.others_told()

    def _roster_wanted(self, news: RosterWanted) -> None:
        now, me = self._world.now(), self.membership.me
        telling = self._tellings.get(news.hall)
        if telling is None or news.of != me.slot or now - self._whole_at.get(news.hall, float("-inf")) < _WHOLE_S:
            return
        self._whole_at[news.hall] = now
        if self.membership.speaks():
            for portion in telling.whole(me.slot, me.incarnation):
                self._bus.tell_others(portion)

    def _chat_said(self, news: ChatSaid) -> None:
        runner = self._world.runners.get(news.hall)
        if runner is None:
            return
        frame = frame_of(Said(news.line))
        if news.line.channel == "hall":
            self._world.blocks.spread(runner, news.line, frame)
            self._world.reports.heard(runner.id, news.line, None)
        else:
            near = runner.hall.near(news.x / 100.0, news.y / 100.0, NEARBY_M)
            self._world.blocks.spread(runner, news.line, frame, near)
            self._world.reports.heard(runner.id, news.line, near)

    def _voice_said(self, news: VoiceSaid) -> None:
        runner, theirs = self._world.runners.get(news.hall), share(news.slot)
        if runner is not None:
            self._world.speaking.heard(runner, tuple(voice for voice in news.voices if voice.number in theirs))

    def _visit_here(self, news: VisitHere) -> None:
        for runner in self._world.runners.values():
            if runner.hall.elsewhere is not None:
                runner.hall.elsewhere.drop(news.visit, news.slot)
        for visit in self._world.visits.same(news.visit, news.account):
            if visit.record.epoch < news.epoch:
                self._world.let_go(visit, REPLACED)

    def _forget(self, slot: int) -> None:
        for runner in self._world.runners.values():
            if runner.hall.elsewhere is not None:
                runner.hall.elsewhere.forget(slot)
