"""The programme as one visit knows it: what is on and what comes, what one will come to, and being reminded of it.

Not here: how any of it looks (view). Hours are counted by the server's clock, shown by the show's.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from halles.errors import HallesError
from halles.ids import HallId, LiveSessionId
from halles.protocol.programme_messages import MarkComing, ProgrammeEntry, ProgrammeTold
from halles.world.text import Language
from halles_client.language import speak
from halles_client.net.requests import Ask, Failed, new_request_id

REMIND_MIN: Final = (10, 1)
"""Minutes before it begins at which one is reminded of what one will come to."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """It begins in so many minutes."""

    entry: ProgrammeEntry
    minutes: int


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in the words of one language.

    Attributes:
        when: The show's hour, with the day where that is not today.
        where: The hall's name.
        on: Whether it is on now.
        coming: Whether one will come.
    """

    session: LiveSessionId
    hall: HallId
    stage: str
    when: str
    title: str
    where: str
    on: bool
    coming: bool


class Programme:
    """One visit's programme.

    Attributes:
        seen: Counts what was told and marked, so that others know when to look again.
    """

    def __init__(self, ask: Ask, refused: Failed) -> None:
        self._ask, self._refused = ask, refused
        self._entries: tuple[ProgrammeEntry, ...] = ()
        self._told_at, self._told_ms = 0.0, 0
        self._marks: set[LiveSessionId] = set()
        self._reminded: dict[tuple[LiveSessionId, int], int] = {}
        self._guest = True
        self.seen = 0

    def welcomed(self, *, guest: bool) -> None:
        """A connection begins; what a guest has marked lives as long as this client."""
        self._guest = guest

    def heard(self, message: ProgrammeTold, now: float) -> None:
        """The server tells the programme."""
        self._entries, self._told_at, self._told_ms = message.entries, now, message.now_ms
        if not self._guest:
            self._marks = {entry.session for entry in message.entries if entry.coming}
        self.seen += 1

    def now_ms(self, now: float) -> int:
        """Returns the time of day by the server's clock, Unix milliseconds."""
        return self._told_ms + round((now - self._told_at) * 1000)

    def coming(self, now: float) -> tuple[ProgrammeEntry, ...]:
        """Returns what is on and what comes, by time."""
        moment = self.now_ms(now)
        return tuple(entry for entry in self._entries if entry.end_ms > moment)

    def mark(self, session: LiveSessionId) -> None:
        """Says that one will come, or takes that back; the account keeps it, a guest's client remembers it."""
        coming = session not in self._marks
        self._set(session, coming=coming)
        if not self._guest:
            self._ask(MarkComing(new_request_id(), session, coming), lambda _: None, self._undo(session, coming=coming))

    def due(self, now: float) -> list[Reminder]:
        """Returns what one is to be reminded of now, each time once."""
        moment, found = self.now_ms(now), []
        for entry in self._entries:
            left = math.ceil((entry.start_ms - moment) / 60_000)
            passed = [minutes for minutes in REMIND_MIN if left <= minutes]
            if left <= 0 or entry.session not in self._marks or not passed:
                continue
            key = (entry.session, entry.start_ms)
            if self._reminded.get(key, math.inf) > min(passed):
                self._reminded[key] = min(passed)
                found.append(Reminder(entry, left))
        return found

    def rows(self, language: Language, halls: Mapping[HallId, str], now: float) -> tuple[Row, ...]:
        """Returns what is on and what comes, in a language."""
        moment = self.now_ms(now)
        return tuple(
            Row(
                session=entry.session,
                hall=entry.hall,
                stage=entry.stage,
                when=written(entry, moment, language),
                title=entry.title.read(language)[0],
                where=halls.get(entry.hall, ""),
                on=entry.start_ms <= moment,
                coming=entry.session in self._marks,
            )
            for entry in self.coming(now)
        )

    def _set(self, session: LiveSessionId, *, coming: bool) -> None:
        self._marks = self._marks | {session} if coming else self._marks - {session}
        self.seen += 1

    def _undo(self, session: LiveSessionId, *, coming: bool) -> Failed:
        def failed(error: HallesError) -> None:
            self._set(session, coming=not coming)
            self._refused(error)

        return failed


def written(entry: ProgrammeEntry, moment: int, language: Language) -> str:
    """Writes when an entry begins by the show's clock, with the day where that is not the day of ``moment``."""
    return written_at(entry.start_ms, entry.offset_min, moment, language)


def written_at(start_ms: int, offset_min: int, moment: int, language: Language) -> str:
    """Writes a beginning by a clock that is so far ahead of UTC; see ``written``."""
    tongue = speak(language)
    start, today = (_local(ms, offset_min) for ms in (start_ms, moment))
    hour = tongue.time(start.hour, start.minute)
    return hour if start.date() == today.date() else f"{tongue.day(start.date())}, {hour}"


def _local(unix_ms: int, offset_min: int) -> datetime:
    return datetime.fromtimestamp(unix_ms / 1000, UTC) + timedelta(minutes=offset_min)
