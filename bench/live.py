"""A full live session: questions, votes, hands, slides and applause at once; how soon are they heard, and does it tick?

Viewers walk in one hall as any crowd does. One run has the same crowd before anything happens and during all of it, so
that what the live session costs the tick is a difference within the run. Viewers count as people, since bots have no
vote; the moderator approves each question as soon as it is on its screen.
"""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import uvloop

from bench import crowd, exhibitors, live_show, measuring, serving
from bench.live_show import SESSION
from bench.live_spans import Span, span
from bench.report import Note, Result
from bench.walkers import arrive, walk
from bench.witnessing import Crowd
from halles.protocol import codec
from halles.protocol.live_messages import ActLive, LiveTold
from halles.protocol.messages import Hello, Message
from halles.protocol.public_messages import (
    AskQuestion,
    DecideQuestion,
    OwnVotesTold,
    QuestionQueueTold,
    QuestionsTold,
    QuestionTold,
    React,
    ReactionsTold,
    VoteQuestion,
    VotesTold,
)
from halles.protocol.table import BY_TYPE, Direction
from halles.world.live_acts import LiveAct, RaiseHand, Record, ShowPage, Step
from halles.world.look import Look
from halles.world.reactions import REACTIONS

QUESTIONS, VOTES, HANDS, REACTIONS_A_S = 200, 5_000, 50, 1_000
"""With ``FULL`` viewers; with fewer, as many less."""
FULL: Final = 500
SLIDE_EVERY_S: Final = 1.0
JOINS: Final = 10
"""Who come in the middle."""
HZ: Final = 10.0
SETTLE_S: Final = 3.0
"""After the last of it, in which what is late still comes."""

TURN_S: Final = 2.0
"""Until recording has begun, or what was recorded is stored."""

UNRECORDED, RECORDED, DURING = "quiet, not recorded", "quiet, recorded", "with all that happens"
"""Kinds of span."""
CPU, LAG_MEAN, LAG_P99, LATE = "server's share of a core", "tick lag ms, mean", "tick lag ms, p99 at most", "late ticks"
"""What is told of each."""
QUESTION_P99: Final = "question to the moderator ms, p99"
SLIDE_P99: Final = "slide to all ms, p99"
LONGEST_JOIN: Final = "join to the whole state s, longest"
RECORDING: Final = "recording, share of the ticks' processor time"
"""By the recorder's own clock: the difference between two spans is less than what other things make of it."""
RECORDING_QUIET, RECORDING_DURING = f"{RECORDING}, {RECORDED}", f"{RECORDING}, {DURING}"
BARS: Final = {
    QUESTION_P99: (500.0, "{:.0f} ms"),
    SLIDE_P99: (300.0, "{:.0f} ms"),
    LONGEST_JOIN: (1.0, "{:.2f} s"),
    RECORDING_QUIET: (0.05, "{:.1%}"),
    RECORDING_DURING: (0.05, "{:.1%}"),
}
"""The most that each may be, and how it is written."""
_TURNS: Final = (False, True, True, False)
"""Recorded or not, in quiet spans one after the other: what drifts falls on both alike."""
_SEED: Final = 23
_HEEDED: Final = frozenset(
    BY_TYPE[kind].code
    for kind in (LiveTold, QuestionQueueTold, QuestionsTold, QuestionTold, OwnVotesTold, ReactionsTold, VotesTold)
)


@dataclass(slots=True)
class Heard:
    """What all of the load has heard, with when.

    Attributes:
        asked: When each question's words were sent.
        on_screen: How long each took to the moderator's screen, in seconds.
        turned: When each page was asked for last.
        turns: How often a page was.
        slides: How long it took to each viewer, in seconds.
        reactions: As one of the viewers was told.
        votes: As one of the viewers was told, all together.
        shown: The numbers of questions that can be voted for.
    """

    asked: dict[str, float] = field(default_factory=dict)
    on_screen: list[float] = field(default_factory=list)
    turned: dict[int, float] = field(default_factory=dict)
    turns: int = 0
    slides: list[float] = field(default_factory=list)
    reactions: int = 0
    votes: int = 0
    shown: list[int] = field(default_factory=list)


class Viewer(crowd.Visitor):
    """Somebody in the public."""

    heeds = 1 << 20
    _last: tuple[bytes, Message] | None = None
    """Of all viewers: they get the same bytes one after the other, so that they are read once."""

    def __init__(self, members: Crowd, index: int, url: str, heard: Heard) -> None:
        super().__init__(members, index, url)
        self.heard, self.page = heard, 0
        self.whole: asyncio.Event = asyncio.Event()
        self.wants = {LiveTold, QuestionsTold, OwnVotesTold}

    def greet(self) -> None:
        """Asks for admission, as a person."""
        name = f"Viewer {self.index}"
        self.send(codec.encode(Hello(1, 1, "guest", "", name, "en", Look(), "bench", conduct=True)))

    def receive(self, payload: bytes) -> None:
        """Comes in; then hears of the live session, and whether the server has moved it."""
        if not self.inside.done() or len(payload) <= crowd.LONGEST_CORRECTION:
            super().receive(payload)
        if live_show.code_of(payload) in _HEEDED:
            self.take(self._read(payload), time.perf_counter())

    def take(self, message: Message, now: float) -> None:
        """Notes what it is told."""
        self.wants.discard(type(message))
        if not self.wants:
            self.whole.set()
        if isinstance(message, LiveTold):
            self._look(message, now)
        elif self.index:
            return
        elif isinstance(message, QuestionTold):
            self.heard.shown.append(message.row.number)
        elif isinstance(message, ReactionsTold):
            self.heard.reactions += sum(message.counts)
        elif isinstance(message, VotesTold):
            self.heard.votes = sum(votes for _, votes in message.votes)

    def ask(self, message: Message) -> None:
        """Sends a message."""
        self.send(codec.encode(message))

    def _look(self, message: LiveTold, now: float) -> None:
        page = message.state.slide.page if message.state.slide is not None else 0
        if page != self.page and page in self.heard.turned:
            self.page = page
            self.heard.slides.append(now - self.heard.turned[page])

    @classmethod
    def _read(cls, payload: bytes) -> Message:
        if Viewer._last is None or Viewer._last[0] != payload:
            Viewer._last = payload, codec.decode(payload, Direction.TO_CLIENT)
        return Viewer._last[1]


class Moderator(Viewer):
    """The host: approves each question as soon as it sees it."""

    def greet(self) -> None:
        """Logs in."""
        hello = Hello(1, 1, "account", exhibitors.PASSWORD, live_show.LOGIN, "en", Look(), "bench", conduct=True)
        self.send(codec.encode(hello))

    def take(self, message: Message, now: float) -> None:
        """Notes when a question is on its screen, and approves it."""
        super().take(message, now)
        for row in message.rows if isinstance(message, QuestionQueueTold) else ():
            sent = self.heard.asked.pop(row.text, None)
            if sent is not None:
                self.heard.on_screen.append(now - sent)
                self.ask(DecideQuestion(uuid.uuid4().bytes, SESSION, row.number, "approve"))

    def _look(self, message: LiveTold, now: float) -> None:
        """Whoever turns the pages does not count."""

    def act(self, act: LiveAct) -> None:
        """Conducts."""
        self.ask(ActLive(uuid.uuid4().bytes, SESSION, act))


def run(clients: int, seconds: float) -> list[Result]:
    """Measures a live session with so many viewers: quiet for so many seconds, then with all that they do."""
    measuring.pin_load()
    with live_show.running(crowd.settings(clients + JOINS + 1, HZ)) as show:
        return [uvloop.run(_measure(show.server, clients, seconds))]


async def _measure(server: serving.Serving, clients: int, seconds: float) -> Result:
    heard = Heard()
    members = Crowd(clients + 1, np.random.default_rng(_SEED))
    host = Moderator(members, clients, server.world, heard)
    viewers = [Viewer(members, index, server.world, heard) for index in range(clients)]
    everybody = [*viewers, host]
    await arrive(everybody)
    walking = asyncio.ensure_future(walk(everybody, HZ, 1e6))
    for step in ("open-doors", "start"):
        host.act(Step(step))
        await asyncio.sleep(1.0)
    await asyncio.sleep(measuring.WALK_IN_S)
    quiet = {False: Span(), True: Span()}
    for on in _TURNS:
        host.act(Record(on))
        await asyncio.sleep(TURN_S)
        quiet[on] += await span(server, lambda: asyncio.sleep(seconds / 2))
    host.act(Record(True))
    await asyncio.sleep(TURN_S)
    joins: list[float] = []
    during = await span(server, lambda: _happen(server, everybody, heard, joins, seconds))
    walking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await walking
    lost = members.lost
    await measuring.dismiss(everybody)
    return _result(clients, seconds, heard, joins, Spans(quiet[False], quiet[True], during), lost)


async def _happen(
    server: serving.Serving, everybody: list[Viewer], heard: Heard, joins: list[float], seconds: float
) -> None:
    """Lets all of it happen, spread over the time."""
    *viewers, host = everybody
    assert isinstance(host, Moderator)
    share = len(viewers) / FULL
    rng = np.random.default_rng(_SEED)
    await asyncio.gather(
        _spread(seconds, QUESTIONS * share, lambda number: _ask(viewers, heard, number)),
        _spread(seconds, VOTES * share, lambda number: _vote(viewers[number % len(viewers)], heard, rng)),
        _spread(seconds, HANDS * share, lambda number: _raise(viewers[number % len(viewers)])),
        _spread(seconds, REACTIONS_A_S * share * seconds, lambda number: _react(viewers, number)),
        _spread(seconds, seconds / SLIDE_EVERY_S, lambda number: _turn(host, heard, 1 + number % live_show.PAGES)),
        _join(server, joins, seconds),
    )
    await asyncio.sleep(SETTLE_S)


async def _spread(seconds: float, count: float, do: Callable[[int], None]) -> None:
    """Does something so often, evenly; as many at once as are due."""
    begun, done, all_of_it = time.perf_counter(), 0, max(1, round(count))
    while done < all_of_it:
        due = min(all_of_it, int((time.perf_counter() - begun) / seconds * all_of_it) + 1)
        for number in range(done, due):
            do(number)
        done = due
        await asyncio.sleep(min(0.02, seconds / all_of_it))


def _ask(viewers: list[Viewer], heard: Heard, number: int) -> None:
    words = f"Question {number}: what does that cost, and who pays for it?"
    heard.asked[words] = time.perf_counter()
    viewers[number % len(viewers)].ask(AskQuestion(uuid.uuid4().bytes, SESSION, "en", words))


def _vote(viewer: Viewer, heard: Heard, rng: np.random.Generator) -> None:
    if heard.shown:
        question = heard.shown[int(rng.integers(len(heard.shown)))]
        viewer.ask(VoteQuestion(uuid.uuid4().bytes, SESSION, question, True))


def _raise(viewer: Viewer) -> None:
    viewer.ask(ActLive(uuid.uuid4().bytes, SESSION, RaiseHand()))


def _react(viewers: list[Viewer], number: int) -> None:
    viewers[number % len(viewers)].ask(React(SESSION, REACTIONS[number % len(REACTIONS)]))


def _turn(host: Moderator, heard: Heard, page: int) -> None:
    heard.turned[page], heard.turns = time.perf_counter(), heard.turns + 1
    host.act(ShowPage(0, page))


async def _join(server: serving.Serving, joins: list[float], seconds: float) -> None:
    """Lets some come in the middle, one after the other; notes how long each took until it had all."""
    newcomers = Crowd(JOINS, np.random.default_rng(_SEED))
    for index in range(JOINS):
        await asyncio.sleep(seconds / JOINS / 2)
        viewer = Viewer(newcomers, index, server.world, Heard())
        begun = time.perf_counter()
        await viewer.come()
        async with asyncio.timeout(10):
            await viewer.whole.wait()
        joins.append(time.perf_counter() - begun)
        viewer.leave()


@dataclass(frozen=True, slots=True)
class Spans:
    """The spans of one run: quiet without recording and with it, and all that happens, recorded."""

    unrecorded: Span
    recorded: Span
    during: Span


def _result(clients: int, seconds: float, heard: Heard, joins: list[float], spans: Spans, lost: int) -> Result:
    share = clients / FULL
    limits: dict[str, Note] = {
        QUESTION_P99: _ms(heard.on_screen, 99),
        SLIDE_P99: _ms(heard.slides, 99),
        LONGEST_JOIN: max(joins, default=float("inf")),
    }
    notes: dict[str, Note] = {
        **limits,
        **_ticks(spans),
        "question to the moderator ms, p50": _ms(heard.on_screen, 50),
        "questions that came": len(heard.on_screen),
        "slide to all ms, p50": _ms(heard.slides, 50),
        "slides that were missed": heard.turns * clients - len(heard.slides),
        "reactions told": heard.reactions,
        "reactions sent": round(REACTIONS_A_S * share * seconds),
        "votes told": heard.votes,
    }
    held = all(float(notes[key]) <= bar for key, (bar, _) in BARS.items())
    return Result(
        "a full live session",
        clients=clients,
        hz=HZ,
        seconds=seconds,
        server_cpu_share=spans.during.cpu_share,
        late_ticks=int(spans.during.late),
        valid=not lost and not heard.asked,
        notes=notes | {"bars held": "yes" if held else "no"},
    )


def _ticks(spans: Spans) -> dict[str, Note]:
    kinds = {UNRECORDED: spans.unrecorded, RECORDED: spans.recorded, DURING: spans.during}
    return {
        f"{what}, {kind}": value
        for kind, span in kinds.items()
        for what, value in (
            (CPU, span.cpu_share),
            (LAG_MEAN, span.lag_ms_mean),
            (LAG_P99, span.lag_ms_p99),
            (LATE, int(span.late)),
            (RECORDING, span.recording_of_tick),
        )
    }


def _ms(seconds: list[float], rank: float) -> float:
    return float(np.percentile(seconds, rank)) * 1e3 if seconds else float("inf")
