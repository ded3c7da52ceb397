"""Meetings at booths: staff open slots, visitors ask for one, staff answer, and both have an agenda.

Belongs here: who may do what, and what may be written. Not here: that nobody is in two meetings at once, which the
database itself refuses (``storage/migrations``), and how times are cut (``meeting_times``).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId, RequestId
from halles.world.booth import clean_text
from halles.world.roles import Right
from halles.world.text import Language
from halles_server.ports.clock import Clock
from halles_server.ports.meetings import Meeting, MeetingAnswer, MeetingGone, MeetingRequest, MeetingStore, Slot
from halles_server.services import policies
from halles_server.services.actor import Actor
from halles_server.services.meeting_times import Opening, cut
from halles_server.services.staff import Staff

SUBJECT_CAP: Final = 500
WORD_CAP: Final = 500
AHEAD: Final = timedelta(days=366)
"""How far ahead slots are opened."""

AGENDA_PAST: Final = timedelta(days=7)
"""How long an agenda shows what is over."""

_DAY: Final = timedelta(days=1, hours=1)
"""No day is longer, not even that on which summer time ends."""

KEPT: Final = timedelta(days=366)
"""The oldest meeting that is kept, and a day: what somebody takes away has all of them."""


@dataclass(frozen=True, slots=True)
class MeetingRules:
    """What holds for all meetings of the show.

    Attributes:
        zone: Of the clock on its wall.
        request_lasts: How long a request waits for an answer.
    """

    zone: ZoneInfo
    request_lasts: timedelta


class Meetings:
    """What people do with meetings."""

    def __init__(
        self,
        store: MeetingStore,
        staff: Staff,
        clock: Clock,
        rules: MeetingRules,
        new_secret: Callable[[], str],
    ) -> None:
        """Takes also a source of secrets: 256 random bits as URL-safe text."""
        self._store = store
        self._staff = staff
        self._clock = clock
        self._rules = rules
        self._new_secret = new_secret

    async def open(self, actor: Actor, request_id: RequestId, booth: BoothId, host: AccountId, opening: Opening) -> int:
        """Opens slots with somebody of the booth's staff; returns how many.

        Raises:
            Rejection: FORBIDDEN; BAD_FIELD for a time that is past, too far ahead or not on the clock; OVER_BUDGET;
                NOT_FOUND for a host who is not on the staff; TIME_TAKEN when the host has a slot then.
        """
        author = await self._staff.require(actor, Right.HOLD_MEETINGS, booth)
        periods, now = cut(opening, self._rules.zone), self._clock.wall()
        if not now < periods[0].start < now + AHEAD:
            raise Rejection(RejectionCode.BAD_FIELD, "slots are opened for the year to come")
        return await self._store.open(author, request_id, booth, host, periods)

    async def close(self, actor: Actor, booth: BoothId, slot: int) -> None:
        """Removes a slot; ``Rejection`` FORBIDDEN, NOT_FOUND, or STALE_REVISION when somebody has asked for it."""
        await self._store.close(await self._staff.require(actor, Right.HOLD_MEETINGS, booth), booth, slot)

    async def slots(self, booth: BoothId) -> tuple[Slot, ...]:
        """Returns a booth's slots that are still to come, by time: everybody may see them."""
        return await self._store.slots(booth)

    async def of_booth(self, actor: Actor, booth: BoothId) -> tuple[Meeting, ...]:
        """Returns a booth's meetings that are not over; ``Rejection`` FORBIDDEN."""
        await self._staff.require(actor, Right.HOLD_MEETINGS, booth)
        return await self._store.of_booth(booth)

    async def gone(self, actor: Actor, booth: BoothId) -> tuple[MeetingGone, ...]:
        """Returns a booth's meetings that went with their visitor, until their day is over; ``Rejection`` FORBIDDEN."""
        await self._staff.require(actor, Right.HOLD_MEETINGS, booth)
        today = self._clock.wall().astimezone(self._rules.zone).date()
        found = await self._store.gone(booth, _DAY)
        return tuple(one for one in found if one.during.end.astimezone(self._rules.zone).date() >= today)

    async def ask(self, actor: Actor, request_id: RequestId, booth: BoothId, slot: int, subject: str) -> int:
        """Asks for a slot; returns the meeting's number.

        Raises:
            Rejection: FORBIDDEN, also for words of who may not speak; INVALID_TEXT, NOT_FOUND when it is not free any
                more, TIME_TAKEN when the actor has something else then, OVER_BUDGET when it waits for too many answers.
        """
        account = _account(actor)
        for right in (Right.ASK_MEETING, Right.SPEAK) if subject.strip() else (Right.ASK_MEETING,):
            policies.require(actor, right)
        text = _cleaned(subject, SUBJECT_CAP)
        wanted = MeetingRequest(booth, slot, text, actor.language, self._rules.request_lasts)
        return await self._store.ask(account, request_id, wanted)

    async def answer(self, actor: Actor, request_id: RequestId, given: MeetingAnswer) -> None:
        """Confirms or declines; ``Rejection`` FORBIDDEN, INVALID_TEXT, NOT_FOUND, STALE_REVISION."""
        author = await self._staff.require(actor, Right.HOLD_MEETINGS, given.booth)
        await self._store.answer(author, request_id, replace(given, word=_cleaned(given.word, WORD_CAP)))

    async def cancel_own(self, actor: Actor, meeting: int, word: str = "") -> None:
        """Cancels what the actor asked for; ``Rejection`` NOT_FOUND, also when it is over; FORBIDDEN as ``ask``."""
        if word:
            policies.require(actor, Right.SPEAK)
        await self._store.cancel(_account(actor), meeting, _cleaned(word, WORD_CAP), None)

    async def cancel_at_booth(self, actor: Actor, booth: BoothId, meeting: int, word: str) -> None:
        """Cancels a meeting of the booth; ``Rejection`` FORBIDDEN, NOT_FOUND, INVALID_TEXT."""
        author = await self._staff.require(actor, Right.HOLD_MEETINGS, booth)
        await self._store.cancel(author, meeting, _cleaned(word, WORD_CAP), booth)

    async def agenda(self, actor: Actor) -> tuple[Meeting, ...]:
        """Returns somebody's meetings, as host and as visitor: what is to come, and what was lately."""
        return await self._store.agenda(_account(actor), AGENDA_PAST)

    async def asked_for(self, actor: Actor) -> tuple[Meeting, ...]:
        """Returns all that is kept of what somebody asked for as a visitor."""
        found = await self._store.agenda(_account(actor), KEPT)
        return tuple(meeting for meeting in found if not meeting.hosting)

    async def read(self, actor: Actor, meeting: int) -> Meeting:
        """Returns one of somebody's meetings; ``Rejection`` NOT_FOUND."""
        return await self._store.read(_account(actor), meeting)

    async def new_feed(self, actor: Actor) -> str:
        """Returns the secret of a new address of somebody's agenda; an older one opens nothing any more."""
        secret = self._new_secret()
        await self._store.set_feed(_account(actor), _digest(secret))
        return secret

    async def stop_feed(self, actor: Actor) -> None:
        """Takes the secret address of somebody's agenda away."""
        await self._store.set_feed(_account(actor), None)

    async def has_feed(self, actor: Actor) -> bool:
        """Tells whether somebody's agenda has a secret address."""
        return await self._store.has_feed(_account(actor))

    async def fed(self, secret: str) -> tuple[Language, tuple[Meeting, ...]]:
        """Returns the agenda that a secret opens, and its owner's language; ``Rejection`` NOT_FOUND."""
        found = await self._store.fed(_digest(secret))
        if found is None:
            raise Rejection(RejectionCode.NOT_FOUND, "no agenda has this address")
        account, language = found
        return language, await self._store.agenda(account, AGENDA_PAST)

    async def whose(self, secret: str) -> AccountId:
        """Returns whose agenda a secret opens; ``Rejection`` NOT_FOUND."""
        found = await self._store.fed(_digest(secret))
        if found is None:
            raise Rejection(RejectionCode.NOT_FOUND, "no agenda has this address")
        return found[0]

    async def erase(self, actor: Actor) -> None:
        """Erases what somebody asked for as a visitor; there is no undo."""
        await self._store.erase(_account(actor))


def _account(actor: Actor) -> AccountId:
    """Returns whose agenda it is: whoever may do nothing any more still reads, cancels and erases their own."""
    if actor.account is None:
        raise Rejection(RejectionCode.FORBIDDEN, "guests have no agenda")
    return actor.account


def _cleaned(text: str, cap: int) -> str:
    return clean_text(text.replace("\r\n", "\n"), cap, lines=True)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
