"""Recorded live sessions: made of what happened as it was stored, for whoever may see them again.

Belongs here: who may watch, and the minutes that are watched. What happened is decided anew by ``world.live_rules``
from the acts as recorded, so that nothing is kept twice and nobody's replay differs from what was.
"""

from bisect import bisect_left, bisect_right
from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import accumulate
from typing import Final, TypeVar

import msgspec

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, LiveSessionId, VisitId
from halles.world import live_acts, live_rules
from halles.world.live import LiveState, Material
from halles.world.live_acts import Depart, LiveAct, ServerAct, Silence, Step
from halles.world.live_motion import MotionChunk
from halles.world.live_replay import (
    CHAPTERS_BYTES,
    CHAPTERS_CAP,
    LINES_BYTES,
    LINES_CAP,
    MOMENTS_BYTES,
    MOMENTS_CAP,
    PART_MS,
    Chapter,
    LineKind,
    Moment,
    RecordedLine,
    ReplayOutline,
    ReplayPart,
)
from halles.world.live_voice import PORTION_MS, VoicePortion
from halles.world.reactions import ReactionCounts
from halles.world.text import Language
from halles_server.ports.live import LiveRecord, key_of
from halles_server.ports.programme import Entry, Speaker
from halles_server.ports.recordings import WORDS, LiveEvent, MineIn, RecordedPerson, RecordingStore
from halles_server.services import off_record
from halles_server.services.actor import Actor
from halles_server.services.live_sessions import LiveSessions
from halles_server.services.made_once import MadeOnce, Make
from halles_server.services.once_for_many import OnceForMany
from halles_server.services.public_then import Everything
from halles_server.services.recorded_people import Cast
from halles_server.services.recorded_public import polls_of, questions_of

LEAD_S: Final = 10.0
"""For so long a node that records may fall silent before another goes on."""

BEGIN: Final = "begin"
_STEP: Final = live_acts.name_of(Step("end"))
PUBLISHED_DAYS: Final = 30
"""Of so many days it is listed what can be watched; of older ones one has the address."""

_READ_MOST: Final = 200
_KEPT: Final = 8
"""Recordings that are kept in memory, the last ones that somebody watched."""

_FULL_KNOWN: Final = 64
"""Recordings of which it is known that they hold no more voice."""

_SPREAD_MS: Final = 125
"""Within which of several states the last counts, where they are too many; then twice as long, and so on."""

_ACTS: Final = msgspec.json.Decoder(LiveAct | ServerAct)
_Row = TypeVar("_Row", Chapter, RecordedLine)
_TALK: Final[dict[str, LineKind]] = {"said": "said", "caption": "caption"}


@dataclass(frozen=True, slots=True)
class Recording:
    """One, as it is read.

    Attributes:
        record: What it is about, and its phase now.
        materials: What was shown.
        outline: Its beginning, end and chapters.
        moments: Every state, from its moment on.
        lines: All that was said and asked, by time; ``told`` has what polls came to as well.
        public: What the public did.
        withdrawn: Whose keys are nobody's: of those who have withdrawn, and of guests, who could not.
        off: From when until when nothing was recorded.
    """

    record: LiveRecord
    materials: tuple[Material, ...]
    outline: ReplayOutline
    moments: tuple[Moment, ...]
    lines: tuple[RecordedLine, ...]
    public: Everything
    withdrawn: frozenset[str]
    off: tuple[tuple[int, int], ...]
    _told: dict[Language, tuple[RecordedLine, ...]] = field(default_factory=dict, compare=False, repr=False)
    """The transcript as it was told: every minute that somebody watches is cut out of it."""

    @property
    def speakers(self) -> tuple[Speaker, ...]:
        """Who was announced to speak, but for those who have withdrawn: nobody shall read whose their shapes are."""
        entry = self.record.entry
        return tuple(
            one
            for one in entry.speakers
            if one.account is None or key_of(entry.session, one.account, VisitId("")) not in self.withdrawn
        )

    def told(self, language: Language) -> tuple[RecordedLine, ...]:
        """Returns the transcript; what polls came to in a reader's language."""
        if language not in self._told:
            polls = polls_of(self.public.results.values(), language)
            self._told[language] = tuple(sorted((*self.lines, *polls), key=lambda line: line.at_ms))
        return self._told[language]


@dataclass(frozen=True, slots=True)
class Minute:
    """One minute, how people moved in it, and what was said from the stage."""

    part: ReplayPart
    motion: tuple[MotionChunk, ...]
    voice: tuple[VoicePortion, ...] = ()


@dataclass(frozen=True, slots=True)
class VoiceMinute:
    """What one speaker said in a minute that begins at a moment."""

    begun_ms: int
    voice: tuple[VoicePortion, ...]


class TakenBackReplay(Rejection):
    """NOT_NOW, with what it was of: it was published, and is taken back."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(RejectionCode.NOT_NOW, f"the replay of {entry.session} was taken back")
        self.entry = entry


class Recordings:
    """What is done with recordings."""

    def __init__(self, store: RecordingStore, live: LiveSessions) -> None:
        self._store, self._live = store, live
        self._full: deque[LiveSessionId] = deque(maxlen=_FULL_KNOWN)
        self._published = OnceForMany(lambda: store.published(PUBLISHED_DAYS, _READ_MOST))
        self._kept: OrderedDict[LiveSessionId, MadeOnce[Recording]] = OrderedDict()

    # --- recording ------------------------------------------------------------------------------------------

    async def lead(self, session: LiveSessionId) -> bool:
        """Claims to record from now on; tells whether this node may."""
        return await self._store.lead(session, LEAD_S)

    async def keys(self, session: LiveSessionId) -> dict[VisitId, str]:
        """Returns the keys of those who took part, by visit: all others are shapes without one."""
        people = await self._store.people(session)
        return {person.visit: key for key, person in people.items() if person.visit and person.named}

    async def keep(self, session: LiveSessionId, chunk: MotionChunk) -> None:
        """Stores how people moved."""
        await self._store.keep(session, chunk)

    async def keep_voice(self, session: LiveSessionId, portion: VoicePortion) -> None:
        """Stores what somebody said who wants to be heard in it; beyond what a recording holds, nothing.

        Raises:
            Rejection: OVER_BUDGET the first time that there is no room; then it is known, and nothing is asked or said
                again for each speaker. STORAGE_FULL.
        """
        if session in self._full:
            return
        try:
            await self._store.keep_voice(session, portion)
        except Rejection as refusal:
            if refusal.code == RejectionCode.OVER_BUDGET:
                self._full.append(session)
            raise

    async def react(self, session: LiveSessionId, at_ms: int, counts: ReactionCounts) -> None:
        """Stores how many reactions came in the seconds from a moment on."""
        await self._store.react(session, at_ms, counts)

    async def keep_talk(self) -> bool:
        """Keeps some of what was said to the hall in live sessions that have ended; tells whether there may be more."""
        return await self._store.keep_talk()

    async def forget(self, days: int, unpublished_days: int) -> int:
        """Deletes what happened in live sessions that were over so many days ago; returns of how many."""
        return await self._store.forget(days, unpublished_days)

    # --- watching -------------------------------------------------------------------------------------------

    async def watch(self, actor: Actor, session: LiveSessionId) -> Recording:
        """Returns a recording.

        Raises:
            TakenBackReplay: It is taken back, but for its hosts and who moderates its hall.
            Rejection: NOT_FOUND; FORBIDDEN to whom the live session was not for; NOT_NOW before it is published, but
                to its hosts.
        """
        record = await self._live.read(session)
        if not self._live.may_attend(actor, record.entry):
            raise Rejection(RejectionCode.FORBIDDEN, f"{session} was not for everybody")
        hosts = self._live.is_host(actor, record.entry)
        if not hosts and await self._store.taken_back(session):
            raise TakenBackReplay(record.entry)
        if record.state.phase != "published" and not hosts:
            raise Rejection(RejectionCode.NOT_NOW, "its hosts have not published it")
        kept = self._kept.get(session)
        if kept is None:
            kept = MadeOnce(partial(self._store.mark, session), partial(self._read, session))
            self._kept[session] = kept
        self._kept.move_to_end(session)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return await kept.get()

    async def published(self, actor: Actor) -> tuple[Entry, ...]:
        """Returns what somebody may watch of what was published lately, newest first."""
        entries = await self._published.get()
        return tuple(entry for entry in entries if self._live.may_attend(actor, entry))

    async def minute(self, actor: Actor, session: LiveSessionId, number: int) -> Minute:
        """Returns one minute of a recording; ``Rejection`` as ``watch``, and NOT_FOUND for no such minute."""
        recording = await self.watch(actor, session)
        begun = _begun(recording, number)
        chunks = await self._store.motion(session, begun - MARGIN_MS, begun + PART_MS)
        kept = (off_record.moved(chunk, recording.off) for chunk in chunks)
        motion = tuple(_without(chunk, recording.withdrawn) for chunk in kept if chunk is not None)
        told = recording.told(recording.record.entry.language)
        first, last = (bisect_left(told, at, key=lambda line: line.at_ms) for at in (begun, begun + PART_MS))
        lines = _fitting(told[first:last][:LINES_CAP], LINES_BYTES)
        moments = _moments_in(recording.moments, begun)
        public = recording.public.part(begun, {moment.state.on_screen for moment in moments})
        voice = await self._heard(recording, begun)
        return Minute(ReplayPart(number, begun, moments, lines, public), motion, voice)

    async def voice_of(self, actor: Actor, session: LiveSessionId, number: int, key: str) -> VoiceMinute:
        """Returns what somebody said in one minute, and nothing else of it; ``Rejection`` as ``minute``."""
        recording = await self.watch(actor, session)
        begun = _begun(recording, number)
        return VoiceMinute(begun, await self._heard(recording, begun, key))

    # --- whoever is in it -----------------------------------------------------------------------------------

    async def mine(self, actor: Actor) -> tuple[MineIn, ...]:
        """Returns in which recordings somebody is named; ``Rejection`` FORBIDDEN for guests."""
        return await self._store.mine(_account(actor))

    async def withdraw(self, actor: Actor, session: LiveSessionId) -> None:
        """Makes somebody a shape without a name in a recording, for good, and takes out what they wrote.

        While it still goes on, what they do from now on is recorded without them as well. Again, it changes nothing.

        Raises:
            Rejection: FORBIDDEN for guests; NOT_FOUND where they have not taken part.
        """
        await self._store.withdraw(session, _account(actor))

    async def _read(self, session: LiveSessionId) -> Make[Recording]:
        """Reads all that a recording is made of."""
        record = await self._live.read(session)
        events, people = await self._store.events(session), await self._store.people(session)
        if not any(event.kind == BEGIN for event in events):
            raise Rejection(RejectionCode.NOT_FOUND, f"nothing of {session} was recorded")
        return partial(recording_of, record, await self._live.materials(record.entry), events, people)

    async def _heard(self, recording: Recording, begun: int, key: str | None = None) -> tuple[VoicePortion, ...]:
        """Reads what may be heard in the minute from a moment on."""
        session = recording.record.entry.session
        voice = await self._store.voice(session, begun - PORTION_MS, begun + PART_MS, key)
        heard = (off_record.spoken(one, recording.off) for one in voice if one.key not in recording.withdrawn)
        return tuple(one for one in heard if one.data)

    async def erase(self, actor: Actor) -> None:
        """Withdraws somebody from every recording; ``Rejection`` FORBIDDEN for guests."""
        for session in await self._store.took_part(_account(actor)):
            await self.withdraw(actor, session)


MARGIN_MS: Final = 10_000
"""A chunk that began so long before a minute still tells of it."""


def recording_of(
    record: LiveRecord,
    materials: tuple[Material, ...],
    events: Sequence[LiveEvent],
    people: Mapping[str, RecordedPerson],
) -> Recording:
    """Makes a recording of what was stored; pure."""
    events = sorted(_until_the_end(events), key=lambda event: event.at_ms)
    cast = Cast(events, people)
    every = tuple(_moments(events, cast, materials))
    moments = tuple(moment for moment in every if moment.state.recorded)
    words = [event for event in events if not (event.kind in WORDS and cast.withdrew(event.by))]
    told = (*_lines(words, cast), *questions_of(words, cast.person))
    lines = tuple(sorted((line for line in told if _on_record(every, line.at_ms)), key=lambda line: line.at_ms))
    begun = moments[0].at_ms if moments else 0
    ended = max([begun, *(moment.at_ms for moment in moments), *(line.at_ms for line in lines)])
    parts = (ended - begun) // PART_MS + 1 if moments else 0
    outline = ReplayOutline(begun, ended, parts, _chapters(moments, lines))
    withdrawn = frozenset(key for key, one in people.items() if not one.named)
    public = Everything(words, cast.person, partial(_told_at, every, moments))
    return Recording(record, materials, outline, moments, lines, public, withdrawn, tuple(off_record.spans(every)))


def _begun(recording: Recording, number: int) -> int:
    """Returns when a minute begins; ``Rejection`` NOT_FOUND for one that it has not."""
    outline = recording.outline
    if not 0 <= number < outline.parts:
        raise Rejection(RejectionCode.NOT_FOUND, f"no minute {number} of {outline.parts}")
    return outline.begun_ms + number * PART_MS


def _on_record(moments: Sequence[Moment], at_ms: int) -> bool:
    """Tells whether what was said at a moment was said while it was recorded; nothing was before the doors opened."""
    place = bisect_right(moments, at_ms, key=lambda moment: moment.at_ms)
    return place > 0 and moments[place - 1].state.recorded


def _told_at(every: Sequence[Moment], recorded: Sequence[Moment], at_ms: int) -> int | None:
    """Returns when what happened at a moment is told: then, or once recording went on; None for never."""
    if _on_record(every, at_ms):
        return at_ms
    place = bisect_right(recorded, at_ms, key=lambda moment: moment.at_ms)
    return recorded[place].at_ms if place < len(recorded) else None


def _until_the_end(events: Sequence[LiveEvent]) -> Iterator[LiveEvent]:
    """Yields what happened before it was over, and as of that moment how polls ended that hosts had left open.

    What hosts did later, days perhaps, nobody has seen.
    """
    steps = (event for event in events if event.kind == _STEP)
    end = next((step for step in steps if _ACTS.decode(step.detail) == Step("end")), None)
    for event in events:
        if end is None or event.at_ms <= end.at_ms or event.number <= end.number:
            yield event
        elif event.kind == "poll-closed" and not event.by:
            yield replace(event, at_ms=end.at_ms)


def _moments(events: Sequence[LiveEvent], cast: Cast, materials: tuple[Material, ...]) -> Iterator[Moment]:
    """Decides every act anew, in the order in which they were committed, from the opening of the doors on."""
    state, at_ms = LiveState(), 0
    for event in sorted(events, key=lambda event: event.number):
        if event.kind == BEGIN:
            state = msgspec.json.decode(event.detail, type=LiveState)
        elif event.kind in live_rules.NAMES:
            at_ms = max(at_ms, event.at_ms)  # two nodes' clocks may differ by a little
            about = cast.person(event.about) if event.about else None
            # Whoever acted had the right to: that was weighed when it happened.
            asked = live_rules.Asked(cast.person(event.by), True, event.at_ms, about, materials)
            act = _ACTS.decode(event.detail)
            if isinstance(act, Depart | Silence):  # whoever has withdrawn goes under the key that they have here
                act = msgspec.structs.replace(act, who=cast.person(act.who).key)
            try:
                state = live_rules.decide(state, act, asked)
            except Rejection:
                continue  # a material that is stored no longer
            if state.phase != "scheduled":
                # How long each has spoken counts also what was said off the record.
                yield Moment(at_ms, msgspec.structs.replace(state, talked=(), counted_ms=0, backstage=()))


def _lines(events: Sequence[LiveEvent], cast: Cast) -> Iterator[RecordedLine]:
    for event in events:
        if event.kind in _TALK:
            language, text = msgspec.json.decode(event.detail, type=tuple[str, str])
            person = cast.person(event.by)
            yield RecordedLine(event.at_ms, _TALK[event.kind], person.key, person.name, language, text)


def _chapters(moments: Sequence[Moment], lines: Sequence[RecordedLine]) -> tuple[Chapter, ...]:
    before = LiveState()
    found: list[Chapter] = []
    for moment in moments:
        state = moment.state
        if state.phase != before.phase:
            found.append(Chapter(moment.at_ms, "phase", state.phase))
        had = {floor.person.key for floor in before.floor}
        found += [
            Chapter(moment.at_ms, "speaker", floor.person.name) for floor in state.floor if floor.person.key not in had
        ]
        if state.slide is not None and state.slide != before.slide:
            found.append(Chapter(moment.at_ms, "slide", str(state.slide.page)))
        before = state
    found += [Chapter(line.at_ms, "question", line.text) for line in lines if line.kind == "question"]
    found.sort(key=lambda chapter: chapter.at_ms)
    if len(found) > CHAPTERS_CAP:
        found = [chapter for chapter in found if chapter.kind != "slide"]
    return _fitting(tuple(found[:CHAPTERS_CAP]), CHAPTERS_BYTES)


def _fitting(rows: tuple[_Row, ...], most: int) -> tuple[_Row, ...]:
    """Returns the first rows, as many as so many bytes have room for."""
    sizes = accumulate(len(msgspec.msgpack.encode(row)) for row in rows)
    return rows[: sum(size <= most for size in sizes)]


def _moments_in(moments: Sequence[Moment], begun: int) -> tuple[Moment, ...]:
    """Returns the states of one minute, the one at its beginning first; what was not recorded is left out."""
    first = next((moment for moment in reversed(moments) if moment.at_ms <= begun), moments[0])
    within = [moment for moment in moments if begun < moment.at_ms < begun + PART_MS and moment.state.recorded]
    spread, chosen = _SPREAD_MS, within
    while len(chosen) > MOMENTS_CAP or len(msgspec.msgpack.encode(chosen)) > MOMENTS_BYTES:
        chosen = list({(moment.at_ms - begun) // spread: moment for moment in within}.values())
        spread *= 2
    start = first.state if first.state.recorded else LiveState(phase=first.state.phase, recorded=False)
    return (Moment(begun, start), *chosen)


def _without(chunk: MotionChunk, withdrawn: frozenset[str]) -> MotionChunk:
    return msgspec.structs.replace(chunk, people=tuple(one for one in chunk.people if one.key not in withdrawn))


def _account(actor: Actor) -> AccountId:
    if actor.account is None:
        raise Rejection(RejectionCode.FORBIDDEN, "guests are named in no recording")
    return actor.account
