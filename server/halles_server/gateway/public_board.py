"""The public of live sessions on this node: questions, polls and attendance, counted, answered and told.

What people do is decided and stored by the services; here it is known for the halls, so that a newcomer is told all of
it at once. Questions are read again when ``QuestionsChanged`` says so, and told one by one, a few at a time; numbers at
most every ``COUNT_S``, however many vote. A sweep repairs what was lost.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from halles.ids import HallId, LiveSessionId, RequestId
from halles.protocol.messages import Done, Message
from halles.protocol.public_messages import (
    QUESTIONS_A_MESSAGE,
    AskQuestion,
    Attend,
    AttendanceTold,
    DecidePoll,
    DecideQuestion,
    OpenPoll,
    OwnVotesTold,
    PollChoice,
    PollTold,
    QuestionQueueTold,
    QuestionsTold,
    QuestionTold,
    SetAsking,
    VotePoll,
    VoteQuestion,
    VotesTold,
)
from halles.world.polls import POLLS_TOLD
from halles.world.questions import SHOWN, VOTED_ON, Asking, Question, in_order
from halles_server.announcements import Announcement, PublicCounted, QuestionsChanged
from halles_server.gateway.boards import Act, Attempt, Board
from halles_server.gateway.booth_board import Tell
from halles_server.gateway.connection import Connection
from halles_server.gateway.outbox import frame_of
from halles_server.gateway.visits import Visit
from halles_server.ports.live import LiveRecord
from halles_server.ports.public import PollTally, QuestionsRecord
from halles_server.services.questions import SAMPLE_MS

if TYPE_CHECKING:
    from halles_server.gateway.world import World

GAP_S: Final = 0.1
"""Between two readings of questions that have changed, at least."""

COUNT_S: Final = 0.25
"""Between two readings of numbers, at least: at most four tellings a second to a hall."""

ROWS_A_GAP: Final = 20
"""Questions told in one gap: when a database comes back with a hundred changes, no outbox is to overflow."""


@dataclass(slots=True)
class Known:
    """What this node knows of a live session's public.

    Attributes:
        shown: The questions that everybody sees, by number.
        told: As the hall was told of them.
        waiting: Those that wait, the oldest first.
        people: How many are there, as hosts were told.
    """

    revision: int = -1
    asking: Asking = "checked"
    shown: dict[int, Question] = field(default_factory=dict)
    told: dict[int, Question] = field(default_factory=dict)
    waiting: tuple[Question, ...] = ()
    votes: dict[int, int] = field(default_factory=dict)
    polls: dict[int, PollTally] = field(default_factory=dict)
    consented: int = 0
    people: int = -1


class PublicBoard(Board):
    """Questions, polls and attendance of the live sessions that halls show."""

    def __init__(self, world: "World", tell: Tell, attempt: Attempt) -> None:
        self._world, self._tell, self._attempt = world, tell, attempt
        self._known: dict[LiveSessionId, Known] = {}
        self._asked: set[LiveSessionId] = set()
        self._counted: set[LiveSessionId] = set()
        self._unsampled: set[LiveSessionId] = set()
        self._news = asyncio.Event()
        self._swept = self._counted_at = self._sampled_at = self._peopled_at = float("-inf")

    # --- what visits ask for --------------------------------------------------------------------------------

    async def ask(self, connection: Connection, visit: Visit, message: AskQuestion) -> None:
        """Asks the live session something."""
        session, request_id = LiveSessionId(message.session), RequestId(message.request_id)
        questions = self._world.services.questions
        number = await questions.ask(visit.actor, request_id, session, message.language, message.text)
        connection.send(Done(message.request_id, number))

    async def vote(self, connection: Connection, visit: Visit, message: VoteQuestion) -> None:
        """Votes for a question."""
        session = LiveSessionId(message.session)
        await self._world.services.questions.vote(visit.actor, session, message.question, on=message.on)
        connection.send(Done(message.request_id))

    async def decide(self, connection: Connection, visit: Visit, message: DecideQuestion) -> None:
        """Decides what becomes of a question, for a host."""
        session, request_id = LiveSessionId(message.session), RequestId(message.request_id)
        questions = self._world.services.questions
        reached = await questions.decide(visit.actor, request_id, session, message.question, message.decision)
        connection.send(Done(message.request_id, reached))

    async def set_asking(self, connection: Connection, visit: Visit, message: SetAsking) -> None:
        """Says how questions are taken, for a host."""
        session, request_id = LiveSessionId(message.session), RequestId(message.request_id)
        reached = await self._world.services.questions.set_asking(visit.actor, request_id, session, message.asking)
        connection.send(Done(message.request_id, reached))

    async def open_poll(self, connection: Connection, visit: Visit, message: OpenPoll) -> None:
        """Opens a poll, for a host."""
        session, request_id = LiveSessionId(message.session), RequestId(message.request_id)
        number = await self._world.services.polls.open(visit.actor, request_id, session, message.poll)
        connection.send(Done(message.request_id, number))

    async def vote_poll(self, connection: Connection, visit: Visit, message: VotePoll) -> None:
        """Votes in a poll."""
        session = LiveSessionId(message.session)
        await self._world.services.polls.vote(visit.actor, session, message.poll, message.choices)
        connection.send(Done(message.request_id))

    async def decide_poll(self, connection: Connection, visit: Visit, message: DecidePoll) -> None:
        """Closes a poll, shows or withdraws it, for a host."""
        session, request_id = LiveSessionId(message.session), RequestId(message.request_id)
        await self._world.services.polls.decide(visit.actor, request_id, session, message.poll, message.decision)
        connection.send(Done(message.request_id))

    async def attend(self, connection: Connection, visit: Visit, message: Attend) -> None:
        """Agrees to be named as present, or takes that back."""
        session = LiveSessionId(message.session)
        await self._world.services.attendance.attend(visit.actor, session, consent=message.consent)
        connection.send(Done(message.request_id))

    # --- what newcomers are told ----------------------------------------------------------------------------

    def listed(self, hall: HallId, visit: Visit) -> Iterator[bytes]:
        """Yields what a visit that comes into a hall is told, each frame as of the moment when it is asked for."""
        for record in self._world.live.open_in(hall):
            session = record.entry.session
            known = self._known.get(session)
            if known is None:
                continue  # it is told to everybody once it has been read
            yield from _portions(session, known)
            for tally in tuple(known.polls.values())[-POLLS_TOLD:]:
                yield frame_of(_poll(session, tally))
            if self._world.live.hosts(visit, session):
                yield frame_of(_queue(session, known))
                yield frame_of(self._attendance(record, known))

    def arrived(self, visit: Visit) -> None:
        """Hears that a visit has come into its hall: it is told what it voted for, once that has been read."""
        if visit.runner is None or visit.record.bot:
            return
        for record in self._world.live.open_in(visit.runner.id):
            self._world.note("tell own votes", self._tell_own(visit, record.entry.session, visit.entry))

    async def _tell_own(self, visit: Visit, session: LiveSessionId, entry: int) -> None:
        own = await self._world.services.attendance.own(visit.actor, session)
        if visit.connection is not None and visit.entry == entry:
            polls = tuple(PollChoice(poll, choices) for poll, choices in own.polls)
            visit.connection.send(OwnVotesTold(session, own.questions, polls, own.attends, own.asked))
            visit.connection.out.flush()

    # --- what has changed -----------------------------------------------------------------------------------

    @property
    def hears(self) -> Mapping[type[Announcement], Act]:
        """Reads again what has changed."""
        return {QuestionsChanged: self._heard_questions, PublicCounted: self._heard_counts}

    def _heard_questions(self, news: QuestionsChanged) -> None:
        if news.session in self._known:
            self._asked.add(news.session)
            self._news.set()

    def _heard_counts(self, news: PublicCounted) -> None:
        if news.session in self._known:
            self._counted.add(news.session)

    async def keep(self) -> None:
        """Reads what has changed, for ever; now and then looks at everything."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(COUNT_S):
                    await self._news.wait()
            self._news.clear()
            now = self._world.now()
            self._follow()
            if now - self._swept >= self._world.config.sweep_s:
                self._swept = now
                await self._attempt("sweep the public", self._sweep())
            for session in tuple(self._asked):
                self._asked.discard(session)
                await self._attempt("read questions", self._read(session))
            if now - self._counted_at >= COUNT_S:
                self._counted_at = now
                await self._count(now)
            await asyncio.sleep(GAP_S)

    def _follow(self) -> None:
        """Begins with live sessions that are open now, and forgets those that are over."""
        open_now = {record.entry.session for record in self._world.live.records()}
        for session in self._known.keys() - open_now:
            del self._known[session]
        for session in open_now - self._known.keys():
            self._known[session] = Known()
            self._asked.add(session)
            self._counted.add(session)
        self._unsampled &= open_now

    async def _sweep(self) -> None:
        for session, revision in (await self._world.services.questions.revisions()).items():
            known = self._known.get(session)
            if known is not None and known.revision < revision:
                self._asked.add(session)
        self._asked |= {session for session, known in self._known.items() if known.revision < 0}  # it could not be read
        self._counted |= self._known.keys()
        await self._world.services.polls.close_over()
        await self._world.services.questions.count_over()

    async def _read(self, session: LiveSessionId) -> None:
        record = await self._world.services.questions.all(session)
        known, live = self._known.get(session), self._world.live.record(session)
        if known is not None and live is not None and record.revision >= known.revision:
            self._renew(live, known, record)

    def _renew(self, live: LiveRecord, known: Known, record: QuestionsRecord) -> None:
        session, hall = live.entry.session, live.entry.hall
        begins, asking, before = known.revision < 0, known.asking, _undecided(known)
        known.revision, known.asking = record.revision, record.asking
        known.shown = {one.number: one for one in in_order(record.questions) if one.state in SHOWN}
        waiting = tuple(one for one in record.questions if one.state == "waiting")
        if begins or known.asking != asking:
            self._tell(hall, frame_of(QuestionsTold(session, known.revision, known.asking, (), first=begins)))
        if self._tell_rows(live, known):
            self._asked.add(session)
            self._news.set()
        if begins or waiting != known.waiting:
            known.waiting = waiting
            self._tell_hosts(live, "queue", _queue(session, known))
        if not begins:
            self._tell_askers(live, {key for _, key, _ in before ^ _undecided(known)})

    def _tell_askers(self, live: LiveRecord, keys: set[str]) -> None:
        """Tells those whose questions have come, or were decided, what has become of them."""
        session, hall = live.entry.session, live.entry.hall
        for visit in self._world.visits if keys else ():
            here = visit.runner is not None and visit.runner.id == hall
            if here and visit.connection is not None and self._world.live.key(visit, live) in keys:
                self._world.note("tell own questions", self._tell_own(visit, session, visit.entry))

    def _tell_rows(self, live: LiveRecord, known: Known) -> bool:
        """Tells the hall of a few questions that it knows otherwise; returns whether there are more."""
        session, hall = live.entry.session, live.entry.hall
        changed = [one for one in known.shown.values() if _otherwise(known.told.get(one.number), one)]
        changed += [_hidden(one) for one in known.told.values() if one.number not in known.shown]
        for one in changed[:ROWS_A_GAP]:
            self._tell(hall, frame_of(QuestionTold(session, known.revision, one)))
            if one.state in SHOWN:
                known.told[one.number] = one
            else:
                del known.told[one.number]
        return len(changed) > ROWS_A_GAP

    # --- numbers --------------------------------------------------------------------------------------------

    async def _count(self, now: float) -> None:
        services = self._world.services
        for session in services.questions.take_voted() | services.polls.take_voted():
            self._world.announce(PublicCounted(session))
        for session in tuple(self._counted):
            self._counted.discard(session)
            await self._attempt("count votes", self._read_counts(session))
        if now - self._sampled_at >= SAMPLE_MS / 1000:
            self._sampled_at = now
            for session in tuple(self._unsampled):
                await self._attempt("sample votes", self._sample(session))
        if now - self._peopled_at >= self._world.config.count_s:
            self._peopled_at = now
            self._count_people()

    async def _read_counts(self, session: LiveSessionId) -> None:
        services = self._world.services
        votes, polls = await services.questions.votes(session), await services.polls.seen(session)
        consented = await services.attendance.count(session)
        known, live = self._known.get(session), self._world.live.record(session)
        if known is None or live is None:
            return
        if votes != known.votes or any(known.polls.get(one.card.number) != one for one in polls):
            self._unsampled.add(session)
        self._tell_votes(live, known, votes)
        self._tell_polls(live, known, {one.card.number: one for one in polls})
        if consented != known.consented:
            known.consented = consented
            self._tell_hosts(live, "attendance", self._attendance(live, known))

    def _tell_votes(self, live: LiveRecord, known: Known, votes: dict[int, int]) -> None:
        if votes == known.votes:
            return
        known.votes = votes
        for number, one in known.shown.items():
            known.shown[number] = replace(one, votes=votes.get(number, 0))
        rows = tuple((number, one.votes) for number, one in known.shown.items() if one.state in VOTED_ON)
        self._tell_latest(live, "votes", VotesTold(live.entry.session, rows))

    def _tell_polls(self, live: LiveRecord, known: Known, polls: dict[int, PollTally]) -> None:
        for number, tally in polls.items():
            if known.polls.get(number) != tally:
                self._tell_latest(live, f"poll {number}", _poll(live.entry.session, tally))
        for number in known.polls.keys() - polls.keys():
            self._tell_latest(live, f"poll {number}", _poll(live.entry.session, _withdrawn(known.polls[number])))
        known.polls = polls

    async def _sample(self, session: LiveSessionId) -> None:
        if await self._world.services.questions.sample(session):
            self._unsampled.discard(session)

    def _count_people(self) -> None:
        for session, known in self._known.items():
            live = self._world.live.record(session)
            if live is not None and self._people(live) != known.people:
                known.people = self._people(live)
                self._tell_hosts(live, "attendance", self._attendance(live, known))

    # --- to whom --------------------------------------------------------------------------------------------

    def _people(self, live: LiveRecord) -> int:
        return self._world.live.people(live.entry.hall)

    def _attendance(self, live: LiveRecord, known: Known) -> AttendanceTold:
        return AttendanceTold(live.entry.session, self._people(live), known.consented)

    def _tell_latest(self, live: LiveRecord, key: str, message: Message) -> None:
        runner = self._world.runners.get(live.entry.hall)
        if runner is not None:
            runner.tell_latest(f"{key} {live.entry.session}", frame_of(message))

    def _tell_hosts(self, live: LiveRecord, key: str, message: Message) -> None:
        frame = frame_of(message)
        for visit in self._world.visits:
            runner, connection = visit.runner, visit.connection
            if connection is None or runner is None or runner.id != live.entry.hall:
                continue
            if self._world.live.hosts(visit, live.entry.session):
                connection.out.put_latest(f"{key} {live.entry.session}", frame)


def _undecided(known: Known) -> set[tuple[int, str, bool]]:
    """Returns each question with who asked it and whether it waits: what its asker is told of."""
    return {(one.number, one.key, one.state == "waiting") for one in (*known.waiting, *known.shown.values())}


def _portions(session: LiveSessionId, known: Known) -> Iterator[bytes]:
    numbers = tuple(known.shown)
    for start in range(0, max(1, len(numbers)), QUESTIONS_A_MESSAGE):
        portion = numbers[start : start + QUESTIONS_A_MESSAGE]
        rows = tuple(known.shown[number] for number in portion if number in known.shown)
        yield frame_of(QuestionsTold(session, max(0, known.revision), known.asking, rows, first=start == 0))


def _queue(session: LiveSessionId, known: Known) -> QuestionQueueTold:
    return QuestionQueueTold(session, max(0, known.revision), known.waiting[:QUESTIONS_A_MESSAGE], len(known.waiting))


def _poll(session: LiveSessionId, tally: PollTally) -> PollTold:
    return PollTold(session, tally.card, tally.counts, tally.voters)


def _withdrawn(tally: PollTally) -> PollTally:
    return PollTally(replace(tally.card, state="withdrawn"), (), 0)


def _otherwise(told: Question | None, one: Question) -> bool:
    """Tells whether a question is another than was told; votes are told apart."""
    return told is None or replace(told, votes=one.votes) != one


def _hidden(one: Question) -> Question:
    """Returns what is told of a question that is not shown any more."""
    return replace(one, state="refused", text="", name="", votes=0)
