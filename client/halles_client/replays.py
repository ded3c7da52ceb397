"""Watching a recorded live session again, in the hall where it was: one visit's replay, minute by minute.

Belongs here: its clock, what of it is fetched and kept, and what it shows at this moment. Not here: how ghosts move
(``replica.ghosts``), how anything looks (view). A live session that goes on in that hall wins. Bounded: ``MINUTES_CAP``
minutes are kept, ``ASKED_CAP`` are asked for at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import msgspec

from halles.errors import HallesError, Rejection, RejectionCode
from halles.ids import HallId, LiveSessionId
from halles.protocol.live_messages import LiveOpened
from halles.protocol.messages import Message
from halles.protocol.replay_messages import (
    ListReplays,
    OpenReplay,
    ReadReplay,
    ReplayCard,
    ReplayMoved,
    ReplayOpened,
    ReplayRead,
    ReplaysListed,
    ReplayVoiced,
)
from halles.world.live import SECONDS_CAP, has_floor, people_in
from halles.world.live_motion import PEOPLE_CAP
from halles.world.live_replay import SPEEDS, Chapter, RecordedLine, ReplayPart, part_at, state_at
from halles.world.text import LANGUAGES, Language, Text
from halles_client.net.requests import Ask, Failed, new_request_id
from halles_client.replay_voice import ReplayVoice, Words
from halles_client.replica.crowd import Crowd
from halles_client.replica.ghosts import NOBODY, Ghosts
from halles_client.replica.live_sessions import CAPTION_S, CAPTIONS_KEPT, Caption, Live
from halles_client.replica.public_then import FollowedPublic
from halles_client.replica.replica import Replica

MINUTES_CAP: Final = 4
ASKED_CAP: Final = 2
"""Minutes asked for at once: the one at hand and the next, or the one that was jumped to."""

SOON_S: Final = 0.5
"""Before a minute is asked for again that came too quickly after another."""

AGAIN_S: Final = 2.0
"""The same, where no answer came."""

STEP_MS: Final = 10_000
"""How far one jumps back or ahead."""

LOST_CAP: Final = 5
"""So many answers may be lost one after the other; then the replay ends."""

Why = Literal["", "live"]
"""Why a replay ended by itself: a live session begins in this hall."""


@dataclass(frozen=True, slots=True)
class _Open:
    """What is watched: ``serial`` differs for each replay, so that late answers to another are known."""

    serial: int
    told: ReplayOpened


class Replays:
    """One visit's replay.

    Attributes:
        live: The live session as it was at this moment, as screens and HUD read one; None where nothing is watched, or
            this moment has not come yet.
        position_ms: The moment, Unix time of then.
        playing: Whether time goes on.
        speed: How fast.
        hears: Whether voices are wanted with the minutes that are fetched.
        listed: What can be watched, newest first, as the server told it last.
        seen: Counts changes of what is watched and listed.
    """

    def __init__(self, replica: Replica, ask: Ask, refused: Failed) -> None:
        self._replica, self._ask, self._refused = replica, ask, refused
        self._ghosts, self._voice = Ghosts(), ReplayVoice()
        self._open: _Open | None = None
        self._minutes: dict[int, ReplayPart] = {}
        self._public: tuple[ReplayPart, FollowedPublic] | None = None
        self._asked: dict[int, int] = {}
        self._names: dict[str, str] = {}
        self._serial = self._lost = 0
        self._now = self._not_before = 0.0
        self._goal: tuple[str, str] | None = None
        self._listing = False
        self._ended: Why = ""
        self.live: Live | None = None
        self.position_ms = 0.0
        self.playing = self.hears = False
        self.speed = 1.0
        self.listed: tuple[ReplayCard, ...] = ()
        self.seen = 0

    # --- what people do -------------------------------------------------------------------------------------

    def list(self) -> None:
        """Asks what can be watched."""
        if not self._listing:
            self._listing = True
            self._ask(ListReplays(new_request_id()), self._told, self._not_told)

    def open(self, session: LiveSessionId) -> None:
        """Begins to watch one, in place of another."""
        self.end()
        serial = self._serial

        def opened(message: Message) -> None:
            if serial == self._serial and isinstance(message, ReplayOpened):
                self._begin(message)

        def failed(error: HallesError) -> None:
            if serial == self._serial:
                self._refused(error)

        self._ask(OpenReplay(new_request_id(), session), opened, failed)

    def end(self) -> None:
        """Watches nothing any more."""
        self._serial += 1
        self._open = self._goal = self._public = self.live = None
        self._minutes, self._asked, self._names, self._lost = {}, {}, {}, 0
        self._ghosts, self._voice, self.playing = Ghosts(), ReplayVoice(), False
        self.seen += 1

    def toggle(self) -> None:
        """Lets time go on, or stand still; at the end it begins anew."""
        if self._open is None:
            return
        outline = self._open.told.outline
        if not self.playing and self.position_ms >= outline.ended_ms:
            self.position_ms = float(outline.begun_ms)
        self.playing = not self.playing
        self.seen += 1

    def run_at(self, speed: float) -> None:
        """Takes one of ``SPEEDS``."""
        if speed in SPEEDS:
            self.speed = speed
            self.seen += 1

    def seek(self, at_ms: float) -> None:
        """Goes to a moment."""
        if self._open is not None:
            outline = self._open.told.outline
            self.position_ms = float(min(max(at_ms, outline.begun_ms), outline.ended_ms))
            self.seen += 1

    # --- every beat -----------------------------------------------------------------------------------------

    def heard(self, message: ReplayMoved | ReplayVoiced) -> None:
        """The server tells how people moved, or what somebody said, in a minute that was asked for."""
        about = self.about
        if about is None or message.session != about.session or message.part not in self._asked:
            return
        if isinstance(message, ReplayMoved):
            self._ghosts.put(message.part, message.chunk)
        else:
            self._voice.put(message.part, message.portion)

    def entered(self, hall: HallId) -> None:
        """One is in a hall now: another than that of the replay ends it."""
        if self.about is not None and self._goal is None and hall != self.about.hall:
            self.end()

    def not_arrived(self) -> None:
        """One did not come to the hall that one asked for."""
        if self.about is not None and not self.here:
            self.end()

    def step(self, now: float) -> None:
        """Lets time go on and fetches what is needed; ``now`` as for ``Replica.apply``."""
        gone, self._now = now - self._now, now
        about = self.about
        if about is None:
            return
        if self.here and self._replica.live.first is not None:
            self.end()
            self._ended = "live"
            return
        number = part_at(about.outline, round(self.position_ms))
        part = self._minutes.get(number)
        if part is not None and self.playing and self.here:
            self._go_on(about, gone)
        self._fetch(number)
        self.live = self._at(about, number, part) if part is not None and self.here else None

    def goal(self) -> tuple[str, str] | None:
        """Returns once to which hall and place one must go to watch it."""
        goal, self._goal = self._goal, None
        return goal

    def voices(self) -> Sequence[Words]:
        """Returns what is to be heard now; asked once a step."""
        return self._voice.due(self.position_ms, playing=self.here and self.pace == 1.0)

    def reason(self) -> Why:
        """Returns once why the last replay ended by itself."""
        why, self._ended = self._ended, ""
        return why

    # --- what is shown --------------------------------------------------------------------------------------

    @property
    def about(self) -> ReplayOpened | None:
        """What is watched."""
        return self._open.told if self._open is not None else None

    @property
    def here(self) -> bool:
        """Whether one is in its hall."""
        return self._open is not None and self._replica.hall == self._open.told.hall

    @property
    def waiting(self) -> bool:
        """Whether this moment has not come yet."""
        about = self.about
        return about is not None and part_at(about.outline, round(self.position_ms)) not in self._minutes

    @property
    def pace(self) -> float:
        """How fast time goes at this moment."""
        return self.speed if self.playing and not self.waiting else 0.0

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """Where one may jump to: phases, speakers and questions; pages are too many."""
        about = self.about
        return tuple(row for row in about.outline.chapters if row.kind != "slide") if about is not None else ()

    def crowd(self) -> Crowd:
        """Returns everybody who was there at this moment."""
        scene = self._replica.scene
        return self._ghosts.at(self.position_ms, scene, self.pace) if self.here and scene is not None else NOBODY

    def names(self) -> dict[int, str]:
        """Returns the names of those who took part, by the ghosts' numbers of ``crowd``."""
        keys = self._ghosts.keys if self.here else {}
        return {number: self._names[key] for number, key in keys.items() if key in self._names}

    def speaking(self) -> frozenset[int]:
        """Returns the numbers of the ghosts who have the floor."""
        if self.live is None:
            return frozenset()
        state = self.live.state
        return frozenset(number for number, key in self._ghosts.keys.items() if has_floor(state, key))

    # --- inside ---------------------------------------------------------------------------------------------

    def _begin(self, told: ReplayOpened) -> None:
        if told.outline.parts == 0:
            self._refused(Rejection(RejectionCode.NOT_FOUND, "nothing of it was recorded"))
            return
        self._open = _Open(self._serial, told)
        self.position_ms, self.speed, self.playing = float(told.outline.begun_ms), 1.0, True
        self._lost, self._not_before = 0, 0.0
        if not self.here:
            self._goal = told.hall, f"stage:{told.stage}"
        for speaker in told.speakers:
            self._name(speaker.key, speaker.name)
        self.seen += 1

    def _go_on(self, about: ReplayOpened, gone: float) -> None:
        self.position_ms += max(gone, 0.0) * 1000.0 * self.speed
        if self.position_ms >= about.outline.ended_ms:
            self.position_ms, self.playing = float(about.outline.ended_ms), False
            self.seen += 1

    def _fetch(self, number: int) -> None:
        """Asks for the minute at hand, then for the next."""
        if self._open is None or self._now < self._not_before:
            return
        parts = self._open.told.outline.parts
        for wanted in (number, number + 1):
            known = wanted >= parts or wanted in self._minutes or wanted in self._asked
            if not known and len(self._asked) < ASKED_CAP and (wanted == number or not self._asked):
                self._read(self._open, wanted)

    def _read(self, about: _Open, number: int) -> None:
        def read(message: Message) -> None:
            if about.serial == self._serial and isinstance(message, ReplayRead):
                self._asked.pop(number, None)
                self._keep(number, message.part)

        def failed(error: HallesError) -> None:
            if about.serial == self._serial:
                self._asked.pop(number, None)
                self._not_read(error)

        self._asked[number] = about.serial
        self._ask(ReadReplay(new_request_id(), about.told.session, number, self.hears), read, failed)

    def _keep(self, number: int, part: ReplayPart) -> None:
        if self._open is None or not part.moments:
            return
        self._lost = 0
        self._minutes[number] = part
        at_hand = part_at(self._open.told.outline, round(self.position_ms))
        while len(self._minutes) > MINUTES_CAP:
            # The next one is worth more than the last one, though both are as near.
            del self._minutes[max(self._minutes, key=lambda one: abs(one - at_hand - 0.5))]
        wanted = {*self._minutes, *self._asked}
        self._ghosts.keep(wanted)
        self._voice.keep(wanted)
        for moment in part.moments:
            for key, person in people_in(moment.state).items():
                self._name(key, person.name)
        for line in part.lines:
            self._name(line.key, line.name)
        self.seen += 1

    def _not_read(self, error: HallesError) -> None:
        if isinstance(error, Rejection) and error.code in (RejectionCode.RATE_LIMITED, RejectionCode.TRY_LATER):
            self._not_before = self._now + max(error.retry_after_ms / 1000.0, SOON_S)
            return
        if isinstance(error, Rejection) or self._lost + 1 >= LOST_CAP:
            self.end()
            self._refused(error)
            return
        self._lost += 1
        self._not_before = self._now + AGAIN_S
        if self._lost == 1:
            self._refused(error)

    def _name(self, key: str, name: str) -> None:
        if key and name and (key in self._names or len(self._names) < PEOPLE_CAP):
            self._names[key] = name

    def _told(self, message: Message) -> None:
        self._listing = False
        if isinstance(message, ReplaysListed):
            self.listed = message.rows
            self.seen += 1

    def _not_told(self, _: HallesError) -> None:
        self._listing = False  # the sheet shows what it knows; it is asked for again when it is opened again

    def _at(self, about: ReplayOpened, number: int, part: ReplayPart) -> Live:
        """Returns the live session as it was, as screens and HUD know one."""
        at_ms = round(self.position_ms)
        captions = self._captions(number, at_ms)
        outline, spoken = about.outline, captions[-1][0] if captions else "fr"
        opened = LiveOpened(
            session=about.session,
            hall=HallId(about.hall),
            stage=about.stage,
            title=about.title,
            summary=Text("", "", ""),
            starts_ms=outline.begun_ms,
            ends_ms=outline.ended_ms,
            language=spoken,
            capacity=0,
            speakers=about.speakers,
            materials=about.materials,
        )
        if self._public is None or self._public[0] is not part:
            self._public = part, FollowedPublic(about.session, part.public)
        public = self._public[1].at(at_ms, self._now, max(self.speed, 1.0))
        return Live(opened, state=state_at(part, at_ms), told=True, captions=captions, public=public)

    def _captions(self, number: int, at_ms: int) -> tuple[tuple[Language, tuple[Caption, ...]], ...]:
        """Returns what was said lately, by language; the newest last. At speed it stays as long as one can read it."""
        pace = max(self.speed, 1.0)
        said: dict[Language, list[Caption]] = {}
        minutes = (self._minutes.get(one) for one in (number - 1, number))
        for line in (line for part in minutes if part is not None for line in part.lines):
            age = (at_ms - line.at_ms) / 1000.0 / pace
            if line.kind in ("said", "caption") and 0.0 <= age < CAPTION_S:
                rows = said.pop(_language(line), [])
                said[_language(line)] = [*rows, Caption(line.at_ms, _words(line), self._now - age)]
        return tuple((language, tuple(rows[-CAPTIONS_KEPT:])) for language, rows in said.items())


def still(live: Live, position_ms: float, *, pace: float) -> tuple[Live, int]:
    """Returns a live session and its moment as screens can follow it: at another speed a film is shown in steps."""
    film = live.state.film
    if film is None or not film.playing or pace == 1.0:
        return live, round(position_ms)
    step = max(1.0, pace) * 2000.0 if pace else 1.0
    moment = round(position_ms // step * step)
    position = film.position_ms + max(0, moment - film.at_ms)
    stopped = msgspec.structs.replace(film, playing=False, position_ms=min(position, SECONDS_CAP * 1000), at_ms=moment)
    return replace(live, state=msgspec.structs.replace(live.state, film=stopped)), round(position_ms)


def _language(line: RecordedLine) -> Language:
    return line.language if line.language in LANGUAGES else "fr"


def _words(line: RecordedLine) -> str:
    return f"{line.name}: {line.text}" if line.kind == "said" and line.name else line.text
