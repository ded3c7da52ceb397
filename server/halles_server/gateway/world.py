"""What the gateway's parts share: the halls that run, who visits, and the tasks that keep both going.

Belongs here: the state that several parts need, its start, its beat and its end. Not here: what a message does.
"""

import asyncio
import itertools
import math
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from random import Random
from typing import Final

import structlog

from halles.errors import HallesError, Rejection, RejectionCode
from halles.ids import HallId, VisitId
from halles.protocol.close_codes import CloseCode
from halles.protocol.messages import Goodbye, HallCard, Message, PeopleCounted
from halles.world.geometry import Floats
from halles.world.movement import Pose
from halles_server.announcements import Announcement
from halles_server.config import ServerConfig
from halles_server.gateway.announced import Announced
from halles_server.gateway.appeal_board import AppealBoard
from halles_server.gateway.backstage import BackstageBoard
from halles_server.gateway.bells import Bells
from halles_server.gateway.blocks import BlockBoard
from halles_server.gateway.boards import Boards
from halles_server.gateway.booth_board import BoothBoard
from halles_server.gateway.booth_talk import BoothTalk
from halles_server.gateway.departures import Departures
from halles_server.gateway.draft_board import DraftBoard
from halles_server.gateway.footfalls import Footfalls
from halles_server.gateway.hall_runner import WAYS, HallRunner
from halles_server.gateway.host_board import HostBoard
from halles_server.gateway.live_board import LiveBoard
from halles_server.gateway.neighbours import REPLACED, Neighbours
from halles_server.gateway.outbox import frame_of
from halles_server.gateway.programme_board import ProgrammeBoard
from halles_server.gateway.public_board import PublicBoard
from halles_server.gateway.reactions import Reactions
from halles_server.gateway.recorder import Recorder
from halles_server.gateway.report_board import ReportBoard
from halles_server.gateway.staff_board import StaffBoard
from halles_server.gateway.standing_board import StandingBoard
from halles_server.gateway.visits import Visit, Visits
from halles_server.gateway.voice import Speaking, VoiceRules
from halles_server.gateway.voice_recorder import VoiceRecorder
from halles_server.hall.hall import Hall
from halles_server.hall.overload import Overload, Rung
from halles_server.observability import Metrics
from halles_server.ports.visits import Place
from halles_server.services.finding import PersonHere
from halles_server.services.membership import OtherNodes
from halles_server.services.offered import Services
from halles_server.services.travel import Atlas

_SWEEP_S: Final = 0.5
"""Seconds between two looks at dropped visits."""

_SHARES: Final = 10
"""In so many portions everybody's place is stored, one after the other."""

_DRAIN_NOTES_S: Final = 2.5
"""Seconds in which a stopping server notes its visits' drops; a drop not noted is resumable all the same."""

BREATHER_MS: Final = 10_000
"""After which a newcomer whom a server with too much to do refused may try again."""

BEGINS_ANEW: Final = Goodbye(CloseCode.RESTART, "this node begins anew; come back, here or elsewhere")

_log: Final = structlog.get_logger(__name__)


class World:
    """The live halls of this node with everybody in them.

    Attributes:
        runners: Every hall, running while ``running`` is.
        visits: Everybody.
        board: The halls' booths.
        staff_board: Whose visits are of which booth's staff, and how booths are staffed.
        standing_board: What counts for and against the visits.
        bells: The booths' doorbells.
        talk: What is said at booths.
        drafts: The drafts that single visits see.
        host_board: Which booths have a recorded host.
        speaking: Voice in the halls.
        live: The live sessions that halls show.
        backstage: What hosts and speakers say among themselves.
        recorder: How people move in them, kept.
        programme: What is on and what comes, told to each visit as it may know of it.
        public: Their questions, polls and attendance.
        reactions: Applause and the like in them.
        reports: The last minute of each hall, and what was reported.
        blocks: Who neither sees nor hears whom.
        announced: What is called out to the show, a hall or a booth.
        departures: Who dropped or is gone, on its way to the database.
        footfalls: Who comes near booths, counted.
        atlas: What places are known.
    """

    def __init__(
        self,
        config: ServerConfig,
        metrics: Metrics,
        services: Services,
        nodes: OtherNodes,
        digests: Mapping[HallId, str],
    ) -> None:
        self.config: Final = config
        self.metrics: Final = metrics
        self.services: Final = services
        self.rng: Final = Random()
        self.visits: Final = Visits(config)
        self.overload: Final = Overload(config.tick_hz, config.near_cap)
        for rung in tuple(Rung)[1:]:  # so that an alert on their rate sees the first step, too
            for way in WAYS:
                metrics.overload_steps.labels(rung.name.lower(), way)
        slot = nodes.membership.me.slot if nodes.membership is not None else None
        self.runners: Final = self._new_runners(slot)
        self._boards = Boards()
        add, tell, attempt = self._boards.add, self._tell, self._attempt
        self.departures: Final = add(Departures(services.admission, attempt))
        self.board: Final = add(BoothBoard(services.booths, tell, attempt, config.sweep_s))
        self.staff_board: Final = add(StaffBoard(self, tell, attempt))
        self.standing_board: Final = add(StandingBoard(self, attempt))
        self.appeals: Final = add(AppealBoard(self, attempt))
        self.bells: Final = add(Bells(self, attempt))
        self.talk: Final = add(BoothTalk(self))
        self.drafts: Final = add(DraftBoard(self, attempt))
        self.host_board: Final = add(HostBoard(self, tell, attempt))
        self.live: Final = add(LiveBoard(self, tell, attempt))
        self.blocks: Final = add(BlockBoard(self, attempt))
        self.backstage: Final = add(BackstageBoard(self))
        self.recorder: Final = add(Recorder(self, attempt))
        self.voice_recorder: Final = add(VoiceRecorder(self, attempt))
        standing, live, blocks, recorded = self.standing_board, self.live, self.blocks, self.voice_recorder.heard
        rules = VoiceRules(standing.speaks, live.on_stage, live.silent, blocks.voices, recorded, live.mute_ignored)
        self.speaking: Final = add(Speaking(self, rules))
        self.programme: Final = add(ProgrammeBoard(self, attempt))
        self.public: Final = add(PublicBoard(self, tell, attempt))
        self.reactions: Final = add(Reactions(self))
        self.reports: Final = add(ReportBoard(self, attempt))
        self.announced: Final = add(Announced(self, attempt))
        self.footfalls: Final = add(Footfalls(self.runners, self.board, services.staff, services.numbers, attempt))
        self.neighbours: Final = (
            add(Neighbours(self, nodes.bus, nodes.membership)) if nodes.membership is not None else None
        )
        self.atlas: Final = Atlas(services.scenes, self.board.slot, self._whereabouts, self._company)
        self.tasks: asyncio.TaskGroup
        self._bus = nodes.bus
        self._digests = digests

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Lets the halls tick; leaving stops them once requests under way are finished or ``request_s`` has passed.

        Raises:
            Unavailable: The booths cannot be read at the start.
        """
        await self.board.load(tuple(self.runners))
        async with asyncio.TaskGroup() as beats:
            keepers = [runner.run() for runner in self.runners.values()]
            keepers += [self._watch_drops(), self._count_people(), self._keep_places(), *self._boards.keepers()]
            loops = [beats.create_task(keeper) for keeper in keepers]
            async with asyncio.TaskGroup() as self.tasks:
                stop_listening = self._bus.listen(self._heard)
                try:
                    yield
                finally:
                    stop_listening()
            with suppress(TimeoutError):
                async with asyncio.timeout(_DRAIN_NOTES_S):
                    await self.departures.store()
                    await self.footfalls.store()
                    await self.recorder.store()
                    await self.voice_recorder.store()
            for loop in loops:
                loop.cancel()

    @property
    def overloaded(self) -> bool:
        """Whether the node has so much to do that nobody new gets in."""
        return self.overload.rung >= Rung.NEWCOMERS

    def now(self) -> float:
        """Returns the world's time in seconds: monotonic, so that no change of the wall clock moves anybody."""
        return asyncio.get_running_loop().time()

    def announce(self, news: Announcement) -> None:
        """Tells every node something, this one too."""
        self._bus.announce(news)

    def note(self, act: str, awaitable: Awaitable[None]) -> None:
        """Lets something be done that nobody waits for; a database that is away is logged and forgotten."""
        self.tasks.create_task(self._attempt(act, awaitable))

    def check_room(self, address: str) -> None:
        """Refuses a newcomer where the node is overloaded or full, or its address has too many visits.

        Raises:
            Rejection: TRY_LATER.
        """
        if self.overloaded:
            raise Rejection(RejectionCode.TRY_LATER, "the server is overloaded", BREATHER_MS)
        self.visits.check_room(address)

    def hall_cards(self) -> tuple[HallCard, ...]:
        """Returns the halls for ``Welcomed``."""
        return tuple(
            HallCard(
                hall=hall,
                name=runner.hall.scene.name.text(),
                region=runner.hall.scene.region.text(),
                subject=runner.hall.scene.subject.text(),
                colour=runner.hall.scene.colour,
                people=runner.hall.people,
                digest=self._digests.get(hall, ""),
            )
            for hall, runner in self.runners.items()
        )

    def counts(self) -> PeopleCounted:
        """Returns how many are in each hall."""
        return PeopleCounted(tuple((hall, runner.hall.people) for hall, runner in self.runners.items()))

    def people(self) -> list[PersonHere]:
        """Returns everybody who can be found, whichever node they are with."""
        own = [
            PersonHere(visit.record.visit, visit.record.name, visit.record.role, visit.runner.id)
            for visit in self.visits
            if visit.runner is not None
        ]
        if self.neighbours is None:
            return own
        return own + [
            PersonHere(card.visit, card.name, card.role, runner.id)
            for runner in self.runners.values()
            for card in runner.hall.others()
        ]

    def end(self, visit: Visit, goodbye: Goodbye | None = None) -> None:
        """Ends a visit for good, saying why where it is connected."""
        self.visits.remove(visit)
        if visit.runner is not None:
            visit.runner.leave(visit)
        if visit.connection is not None:
            connection, visit.connection = visit.connection, None
            connection.visit = None
            if goodbye is not None:
                connection.close(goodbye)
        self.bells.left(visit.record.visit)
        self.live.left(visit.record.visit)
        self.departures.ended(visit.record.visit)

    def let_go(self, visit: Visit, goodbye: Goodbye) -> None:
        """Forgets a visit that is not this node's any more; what is stored of it is another's business."""
        self.visits.remove(visit)
        self.bells.forget(visit.record.visit)
        if visit.runner is not None:
            visit.runner.leave(visit)
        if visit.connection is not None:
            connection, visit.connection = visit.connection, None
            connection.visit = None
            connection.close(goodbye)

    def send_away(self) -> None:
        """Lets everybody go, to come back elsewhere or here: this node begins anew."""
        for visit in self.visits:
            self.let_go(visit, BEGINS_ANEW)

    def tell_visits(self, message: Message) -> None:
        """Tells something to everybody who is connected to this node."""
        for visit in self.visits:
            if visit.connection is not None:
                visit.connection.send(message)
                visit.connection.out.flush()

    def recall(self, visit: Visit) -> None:
        """Gives a visit that returns the place where another node showed it last, if that is newer than what is stored.

        So a node that was killed costs no steps.
        """
        seen = self.neighbours.last_seen(visit.record.visit) if self.neighbours is not None else None
        if seen is None or visit.runner is not None:
            return
        runner, shadow = seen
        if self.now() - shadow.at < visit.record.place_age_s:
            heading = shadow.heading * math.tau / 65_536
            visit.kept = Place(runner.id, shadow.x, shadow.y, shadow.z, heading)

    def suspend(self, visit: Visit) -> None:
        """Keeps a visit whose connection broke for its return."""
        visit.connection = None
        visit.dropped_at = now = self.now()
        if visit.runner is not None:
            visit.runner.detach(visit, now)
        self.departures.dropped(visit.record.visit, visit.record.epoch, visit.place())

    async def drain(self) -> None:
        """Sends everybody away to come back later, each after another delay, and stores where they stood.

        Whoever asked for something has its answer first, within ``request_s``.
        """
        places = _places(self.visits)
        until = self.now() + self.config.request_s
        waiting = [visit.connection for visit in self.visits if visit.connection is not None]
        while waiting:
            late = self.now() >= until
            for connection in waiting:
                if late or connection.requests is None or not connection.requests.busy:
                    delay = int(self.rng.random() * self.config.drain_s * 1000)
                    connection.close(Goodbye(CloseCode.RESTART, "the server restarts; come back", delay))
            waiting = [connection for connection in waiting if not connection.closing]
            if waiting:
                await asyncio.sleep(0.05)
        with suppress(TimeoutError, HallesError):
            async with asyncio.timeout(_DRAIN_NOTES_S):
                await self.services.admission.keep_places(places)
        if self.neighbours is not None:
            self.neighbours.go()

    def _new_runners(self, slot: int | None) -> dict[HallId, HallRunner]:
        """Makes the halls, empty, each with its beat at another moment; ``slot`` is this node's, None when alone."""
        config, scenes = self.config, self.services.scenes
        runners = {}
        for i, (hall, scene) in enumerate(scenes.items()):
            empty = Hall(
                scene, capacity=config.hall_capacity, tick_hz=config.tick_hz, near_cap=config.near_cap, slot=slot
            )
            runners[hall] = HallRunner(empty, self.overload, self.metrics, phase=i / len(scenes))
        return runners

    def _heard(self, news: Announcement) -> None:
        """Hears an announcement of this node or another."""
        for doing in self._boards.heard(news):
            self.note(f"hear {type(news).__name__}", doing)

    async def _attempt(self, act: str, awaitable: Awaitable[None]) -> bool:
        """Does something within ``request_s``; tells whether it was done, having logged why not."""
        try:
            async with asyncio.timeout(self.config.request_s):
                await awaitable
                return True
        except (HallesError, TimeoutError) as error:
            _log.warning("not done", act=act, reason=str(error) or "timeout")
        except Exception:  # noqa: BLE001 - a fault in a side note must not end the world
            self.metrics.faults.labels("note").inc()
            _log.exception("not done", act=act)
        return False

    async def _watch_drops(self) -> None:
        """Hides avatars that nobody moves after a moment, and forgets dropped visits when nobody came back.

        An avatar that nobody moves is that of a dropped visit, or of one that returned and has entered no hall since.
        """
        while True:
            await asyncio.sleep(min(_SWEEP_S, self.config.hide_s))
            now = self.now()
            dropped = 0
            for visit in self.visits:
                dropped += visit.dropped_at is not None
                if visit.dropped_at is not None and now - visit.dropped_at > self.config.resume_s:
                    self.end(visit)
                elif visit.runner is None or visit.detached_at is None:
                    continue
                elif now - visit.detached_at > self.config.hide_s:
                    visit.runner.leave(visit)
            self.metrics.visits.labels("suspended").set(dropped)
            self.metrics.visits.labels("connected").set(len(self.visits) - dropped)

    async def _count_people(self) -> None:
        """Tells everybody how many are where, when it has changed."""
        told = self.counts()
        while True:
            await asyncio.sleep(self.config.count_s)
            counts = self.counts()
            for hall, runner in self.runners.items():
                self.metrics.people.labels(hall).set(runner.hall.own_people)
            if counts == told:
                continue
            told, frame = counts, frame_of(counts)
            for visit in self.visits:
                if visit.connection is not None:
                    visit.connection.out.put_latest("people", frame)
                    visit.connection.out.flush()

    async def _keep_places(self) -> None:
        """Stores where everybody stands again and again, so that a crash costs a few steps only.

        A share of them at a time: a statement for thousands would hold up the ticks where the database has no core of
        its own.
        """
        for turn in itertools.cycle(range(_SHARES)):
            await asyncio.sleep(self.config.keep_places_s / _SHARES)
            share = [visit for visit in self.visits if hash(visit.record.visit) % _SHARES == turn]
            if share:
                await self._attempt("keep places", self._keep(share))

    async def _keep(self, visits: Sequence[Visit]) -> None:
        """Stores places; among several nodes, lets go whom another has taken up without our hearing it."""
        epochs = {visit.record.visit: visit.record.epoch for visit in visits}
        elsewhere = await self.services.admission.keep_places(_places(visits))
        for visit in self.visits if self.neighbours is not None and elsewhere else ():
            # One that came back here meanwhile has another epoch.
            if visit.record.visit in elsewhere and epochs.get(visit.record.visit) == visit.record.epoch:
                self.let_go(visit, REPLACED)

    def _tell(self, hall: HallId, frame: bytes) -> None:
        runner = self.runners.get(hall)
        if runner is not None:
            runner.tell(frame)

    def _whereabouts(self, visit: VisitId) -> tuple[HallId, Pose] | None:
        found = self.visits.get(visit)
        if found is not None and found.runner is not None:
            return found.runner.id, found.runner.hall.pose(found.number)
        for hall, runner in self.runners.items() if self.neighbours is not None else ():
            number = runner.hall.elsewhere.number_of(visit) if runner.hall.elsewhere is not None else 0
            if number:
                return hall, runner.hall.pose(number)
        return None

    def _company(self, hall: HallId, x: float, y: float, metres: float) -> Floats:
        return self.runners[hall].hall.places_near(x, y, metres)


def _places(visits: Iterable[Visit]) -> dict[VisitId, Place | None]:
    """Returns what ``keep_places`` stores: who is here, and where those stand or stood who were in a hall."""
    return {visit.record.visit: visit.place() for visit in visits}
