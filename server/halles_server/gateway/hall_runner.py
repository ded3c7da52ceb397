"""The beat of one hall: on an absolute schedule it ticks the hall and hands what that tells to those who stand there.

Belongs here: the schedule, who stands where by number, and the order of writing: each one's own frames first, then the
shared pose frame, in one write. Not here: what a frame holds (``hall``).
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from math import ceil
from typing import Final, Protocol

import numpy as np
import structlog

from halles.ids import HallId
from halles.protocol import wide_move
from halles.protocol.close_codes import CloseCode
from halles.protocol.messages import AvatarCard, AvatarsEntered, AvatarsLeft, Correction, Goodbye, Move
from halles_server.gateway.connection import Connection
from halles_server.gateway.outbox import frame_of, framed
from halles_server.gateway.portions import CARDS, Portions
from halles_server.gateway.small_frames import unmasked
from halles_server.gateway.visits import Visit
from halles_server.hall.hall import Hall, Tick
from halles_server.hall.overload import Overload
from halles_server.hall.snapshot import Frame
from halles_server.observability import Metrics
from halles_server.ports.visits import Place

_log = structlog.get_logger(__name__)


HEAR_S: Final = 0.01
"""Seconds between judging and telling, in which the other nodes' slabs of the same beat come; also where ours has them
all: nodes on one core would not get to theirs while we tell."""

WAYS: Final = ("up", "down")
"""Of a step on the ladder, as ``halles_overload_steps_total`` tells it."""

HEAR_SHARE: Final = 0.25
"""Of a period: the longest that is waited for them."""

DRIFT_S: Final = 0.001
"""By which one tick is moved at most towards the common beat."""


class VoiceCarrier(Protocol):
    """Who carries what is said in halls."""

    def begin(self, runner: "HallRunner") -> None:
        """Ends what is said before a tick, and tells the other nodes of it."""

    def deliver(self, runner: "HallRunner") -> None:
        """Tells each listener what they hear in this tick."""


class HallRunner:
    """Keeps one hall running.

    Attributes:
        hall: The live world.
        portions: What newcomers are told of who is here.
        overload: What is left out while ticks are late; the node's, so that all halls share it.
        lag: How late the last tick began, seconds.
        share: Tells the other nodes of a tick; None when there can be none.
        voice: Carries what is said; None where there is no voice.
        listeners: The numbers of those who want to hear voices.
        speaks: Whether this node may still speak for its visitors; if not, whoever moves is sent away.
    """

    def __init__(self, hall: Hall, overload: Overload, metrics: Metrics, phase: float = 0.0) -> None:
        """Takes the hall and when in each period it ticks, 0 … 1: halls that take turns leave the loop air."""
        self.hall = hall
        self.overload = overload
        self.portions = Portions(hall)
        self.lag = 0.0
        self.share: Callable[[HallRunner, Tick, float], None] | None = None
        self.voice: VoiceCarrier | None = None
        self.listeners: set[int] = set()
        self.speaks: Callable[[], bool] = lambda: True
        self._metrics = metrics
        self._phase = phase
        self._visits: dict[int, Visit] = {}
        self._connections: dict[int, Connection] = {}
        self._lane: dict[Connection, bytes] = {}
        self._complete = asyncio.Event()

    @property
    def id(self) -> HallId:
        """The hall's id."""
        return self.hall.scene.id

    def enter(self, visit: Visit, place: Place, now: float) -> AvatarCard:
        """Puts a visit's avatar in; ``drop`` takes its other one out. ``Rejection`` HALL_FULL changes nothing."""
        card = self.hall.enter(visit.record, place.x, place.y, place.heading, now)
        self.portions.changed(card.number)
        visit.runner, visit.number, visit.detached_at = self, card.number, None
        self._visits[card.number] = visit
        if visit.connection is not None:
            self._connections[card.number] = visit.connection
            visit.connection.walk_in(self._lane)
        return card

    def renew(self, visit: Visit) -> None:
        """Shows everybody the role that a visit has now."""
        self.hall.renew(visit.number, visit.record.role)
        self.portions.changed(visit.number)

    def visit(self, number: int) -> Visit | None:
        """Returns the visit whose avatar has a number here."""
        return self._visits.get(number)

    def leave(self, visit: Visit) -> None:
        """Takes a visit's avatar out and keeps its place."""
        visit.kept = visit.place()
        self.drop(visit.number)
        visit.runner, visit.number = None, 0

    def drop(self, number: int) -> None:
        """Takes an avatar out."""
        self.hall.leave(number)
        self.portions.changed(number)
        del self._visits[number]
        self._disconnect(number)

    def detach(self, visit: Visit, now: float) -> None:
        """Tells a visit nothing more from now on, while its avatar stays, until it enters anew."""
        visit.detached_at = now
        visit.kept = visit.place()
        self._disconnect(visit.number)

    def attached(self, visit: Visit) -> bool:
        """Tells whether a visit hears what happens here."""
        return visit.number in self._connections

    def jump(self, visit: Visit, place: Place, now: float) -> None:
        """Puts a visit's avatar elsewhere in the hall; whatever it did before is overruled."""
        if visit.connection is not None:
            visit.connection.forget_move()
        self.hall.jump(visit.number, place.x, place.y, place.heading, now)

    def submit(self, visit: Visit, move: Move) -> None:
        """Hands a move to the hall; the newest before a tick counts, so never over 25 a second."""
        self.hall.submit(visit.number, move)

    def tell(self, frame: bytes) -> None:
        """Queues one frame for everybody here."""
        for connection in self._connections.values():
            connection.send_frame(frame)

    def numbers(self) -> tuple[int, ...]:
        """Returns the numbers of everybody here."""
        return tuple(self._connections)

    def tell_latest(self, key: str, frame: bytes) -> None:
        """Queues one frame for everybody here, in place of the unsent one of this key."""
        for connection in self._connections.values():
            connection.out.put_latest(key, frame)

    def tell_some(self, numbers: Iterable[int], frame: bytes) -> None:
        """Queues one frame for these numbers."""
        for number in numbers:
            connection = self._connections.get(number)
            if connection is not None:
                connection.send_frame(frame)

    def tell_now(self, numbers: Iterable[int], key: str, frame: bytes) -> None:
        """Queues one frame for these numbers for the write of this tick; who has left something unread misses it."""
        for number in numbers:
            connection = self._connections.get(number)
            if connection is not None:
                connection.out.put_now(key, frame)

    def tick(self, now: float) -> None:
        """Ticks the hall and writes to everybody."""
        self.finish(self.begin(now), now)

    def begin(self, now: float) -> Tick:
        """Judges what was heard, and tells the other nodes of it."""
        began = time.thread_time()
        self._hear(now)
        tick = self.hall.begin(now)
        # Before anything else can move them: an older correction must not follow a newer one.
        for number, correction in tick.corrections:
            self._correct(number, correction, now)
        if self.share is not None:
            self.share(self, tick, now)
        if self.voice is not None:
            self.voice.begin(self)
        self._metrics.tick_judge.observe(time.thread_time() - began)
        return tick

    def finish(self, begun: Tick, now: float) -> None:
        """Makes the frames and writes to everybody."""
        began = time.thread_time()
        tick = self.hall.finish(begun, now, self.overload.detail)
        built = time.thread_time()
        if self.share is not None:
            for changed in (*tick.left, *(card.number for card in tick.entered)):
                self.portions.changed(changed)
        if tick.number % self.hall.tick_hz == 0:
            self.portions.grow_old()
        if tick.left:
            self.tell(frame_of(AvatarsLeft(tick.left)))
        for portion in _portions(tick.entered):
            self.tell(frame_of(portion))
        if self.voice is not None:
            self.voice.deliver(self)
        self._write(tick.frames)
        self._metrics.tick_build.observe(built - began)
        self._metrics.tick_send.observe(time.thread_time() - built)

    def _hear(self, now: float) -> None:
        """Reads everybody's newest move, all at once."""
        if not self._lane:
            return
        walkers = list(self._lane.items())
        self._lane.clear()
        moves, fine = wide_move.read(unmasked([frame for _, frame in walkers]))
        numbers, speaks = np.zeros(len(walkers), dtype=np.intp), self.speaks()
        for row, (valid, (connection, frame)) in enumerate(zip(fine.tolist(), walkers, strict=True)):
            if not connection.take_rate(now):
                continue
            if not valid or not speaks:
                connection.hear_alone(frame, now)
            elif connection.visit is not None:
                numbers[row] = connection.visit.number
        self.hall.submit_all(numbers[numbers > 0], moves[numbers > 0])

    def _disconnect(self, number: int) -> None:
        self.listeners.discard(number)
        connection = self._connections.pop(number, None)
        if connection is not None:
            connection.walk_out(self._lane)

    def _write(self, frames: Sequence[Frame]) -> None:
        """Writes the poses, each after what waits for its viewer; then what waits for those who get none."""
        sent, connections = 0, self._connections
        passed_over: list[Connection] = []
        for frame in frames:
            data = framed(frame.payload)
            for number in frame.viewers.tolist():
                connection = connections.get(number)
                if connection is not None:
                    if connection.out.write_poses(data, spare=frame.spare):
                        sent += 1
                    else:
                        passed_over.append(connection)
        self._metrics.frames_sent.inc(sent)
        self._metrics.frames_skipped.inc(len(passed_over))
        for connection in passed_over if frames else connections.values():
            connection.out.flush()

    async def run(self) -> None:
        """Ticks for ever; a tick that comes too late is left out, not caught up on."""
        loop = asyncio.get_running_loop()
        due, behind = loop.time() + self.overload.period * self._phase, 0.0
        while True:
            await asyncio.sleep(max(0.0, due - loop.time()))
            now = loop.time()
            period = self.overload.period
            self.note_lag(max(0.0, now - due), behind, now)
            judged_at = told_at = now
            try:
                begun = self.begin(now)
                judged_at = loop.time()
                if self.share is not None:
                    await self._hear_others(period * HEAR_SHARE)
                told_at = loop.time()
                self.finish(begun, told_at)
            except Exception:  # noqa: BLE001 - a fault in one hall's tick must not end the other halls
                self._metrics.faults.labels("tick").inc()
                _log.exception("tick failed", hall=self.id)
            done = loop.time()
            # As late as the next one would begin if none were left out: what a beat takes beyond its period adds up.
            behind = min(max(0.0, behind + (judged_at - now) + (done - told_at) - period), period)
            beats = to_next(done - due, period)
            self._metrics.ticks_skipped.inc(beats - 1)
            due += period * beats
            if self.share is not None:
                due -= off_beat(due + time.time() - loop.time(), period, self._phase)

    def others_told(self) -> None:
        """Hears that another node has told of a beat."""
        if self.hall.elsewhere is not None and not self.hall.elsewhere.awaited:
            self._complete.set()

    async def _hear_others(self, seconds: float) -> None:
        """Waits ``HEAR_S``, and until every node that told of the last beat has told of this one, at most so long."""
        at_least = min(HEAR_S, seconds)
        await asyncio.sleep(at_least)
        if self.hall.elsewhere is None or not self.hall.elsewhere.awaited:
            return
        self._complete.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds - at_least):
                await self._complete.wait()

    def note_lag(self, lag: float, behind: float, now: float) -> None:
        """Takes in how late a tick begins; the node may leave something out for it.

        Args:
            lag: Seconds after it was due.
            behind: So many seconds late it would begin if none had been left out before it, a period at most.
            now: Seconds.
        """
        self.lag = lag
        self._metrics.tick_lag.observe(lag)
        if lag > self.overload.period / 2:
            self._metrics.ticks_late.inc()
        before = self.overload.rung
        if self.overload.heard(max(lag, behind), now):
            rung = self.overload.rung
            self._metrics.overload.set(rung)
            self._metrics.overload_steps.labels(max(rung, before).name.lower(), WAYS[rung < before]).inc()
            _log.warning("overload", rung=rung.name.lower(), lag_ms=round(lag * 1000))

    def _correct(self, number: int, correction: Correction, now: float) -> None:
        visit = self._visits.get(number)
        if visit is None or visit.connection is None:
            return
        self._metrics.corrections.labels(correction.reason).inc()
        visit.connection.send(correction)
        if not visit.corrections.add(now):
            visit.connection.close(Goodbye(CloseCode.TOO_FAST, "too many moves had to be overruled"))


def to_next(spent: float, period: float) -> int:
    """Returns how many periods after one tick was due the next one is: whoever is over half a period late is left out.

    Args:
        spent: Seconds from when the tick was due until it was done.
        period: Seconds between two ticks.
    """
    return max(1, ceil(spent / period - 0.5))


def off_beat(due: float, period: float, phase: float) -> float:
    """Returns by how much to begin sooner, at most ``DRIFT_S``, so that all nodes tick together by the wall clock.

    Args:
        due: When a tick is due, wall clock seconds.
        period: Seconds between two ticks.
        phase: Where in each period they are to be, 0 … 1.
    """
    late = (due - phase * period + period / 2) % period - period / 2
    return min(max(late, -DRIFT_S), DRIFT_S)


def _portions(cards: tuple[AvatarCard, ...]) -> Iterator[AvatarsEntered]:
    for start in range(0, len(cards), CARDS):
        yield AvatarsEntered(cards[start : start + CARDS])
