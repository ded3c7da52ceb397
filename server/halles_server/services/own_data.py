"""What the show keeps of one person, to take away as a file or to erase."""

from dataclasses import dataclass
from datetime import datetime

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, LiveSessionId
from halles.world.satchel import ItemState
from halles.world.text import Language
from halles_server.ports.blocks import Listed
from halles_server.ports.cards import Card, Held
from halles_server.ports.host_replays import HostRecord
from halles_server.ports.meetings import Meeting
from halles_server.ports.own_records import OwnLine, OwnQuestion, OwnRecordStore, OwnReported, OwnSanction
from halles_server.ports.public import Attended
from halles_server.ports.recordings import MineIn
from halles_server.services.actor import Actor
from halles_server.services.attendance import Attendance
from halles_server.services.blocks import Blocks
from halles_server.services.cards import Cards
from halles_server.services.groups import WorkingGroups
from halles_server.services.host_replays import HostReplays
from halles_server.services.meetings import Meetings
from halles_server.services.programme import Programme
from halles_server.services.recordings import Recordings
from halles_server.services.satchel import Item, Satchels, owner_of


@dataclass(frozen=True, slots=True)
class Taken:
    """Something in the satchel: a document with the address of its file, or "" for a booth's card."""

    booth: str
    title: str
    file: str
    taken: datetime
    state: ItemState


@dataclass(frozen=True, slots=True)
class KeptOfOne:
    """What is kept under one's account.

    The card, each booth's lead with what its staff noted, meetings asked for, satchel, recordings, what one said that
    one comes to, working groups, live sessions where one agreed to be named, those whose recordings name one, questions
    asked, reports made, sanctions received, whom one has blocked, and one's lines of chat.

    Not in it: conclusions and announcements, which everybody reads, and what one did for the show, as the audit has it.
    """

    name: str
    card: Card
    held: tuple[Held, ...]
    meetings: tuple[Meeting, ...]
    satchel: tuple[Taken, ...]
    host_replays: tuple[HostRecord, ...]
    groups: tuple[str, ...]
    attendance: tuple[Attended, ...]
    named_in: tuple[MineIn, ...]
    questions: tuple[OwnQuestion, ...]
    reports: tuple[OwnReported, ...]
    sanctions: tuple[OwnSanction, ...]
    blocked: tuple[Listed, ...]
    coming: tuple[LiveSessionId, ...]
    lines: tuple[OwnLine, ...]


@dataclass(frozen=True, slots=True)
class Traces:
    """Where somebody left something by what they did among others."""

    recordings: Recordings
    blocks: Blocks
    records: OwnRecordStore


@dataclass(frozen=True, slots=True)
class Marks:
    """Where somebody said to take part, and where they did."""

    programme: Programme
    groups: WorkingGroups
    attendance: Attendance
    traces: Traces


class OwnData:
    """Collects and erases."""

    def __init__(self, cards: Cards, meetings: Meetings, satchels: Satchels, hosts: HostReplays, marks: Marks) -> None:
        self._cards = cards
        self._meetings = meetings
        self._satchels = satchels
        self._hosts = hosts
        self._marks = marks

    async def collect(self, actor: Actor) -> KeptOfOne:
        """Returns all that is kept of somebody; ``Rejection`` FORBIDDEN for guests, of whom nothing is."""
        account, marks, traces = _account(actor), self._marks, self._marks.traces
        records = await traces.records.read(account)
        return KeptOfOne(
            name=actor.name,
            card=await self._cards.own(actor),
            held=await self._cards.held(actor),
            meetings=await self._meetings.asked_for(actor),
            satchel=tuple(_taken(item, actor.language) for item in await self._satchels.read(owner_of(actor))),
            host_replays=await self._hosts.of_one(actor),
            groups=await marks.groups.joined(actor),
            attendance=await marks.attendance.of_one(actor),
            named_in=await traces.recordings.mine(actor),
            questions=records.questions,
            reports=records.reports,
            sanctions=records.sanctions,
            blocked=await traces.blocks.of(account),
            coming=records.coming,
            lines=records.lines,
        )

    async def erase(self, actor: Actor) -> None:
        """Erases it, here, at the booths and in recordings; repeating it after ``Unavailable`` is safe.

        What stays is named to whoever asks to erase (``erase.html``). Sanctions do, since whoever could erase them
        would lift them; so does what somebody reported, without their name. Lines of chat stay for their 30 days, since
        others answered them and reports are judged by them; conclusions, since they are their live session's; and that
        somebody took a replay back, with the reason, since its hosts have to know why.
        """
        account, marks, traces = _account(actor), self._marks, self._marks.traces
        await self._cards.erase(actor)
        await self._meetings.erase(actor)
        await self._satchels.erase(actor)
        await self._hosts.erase(actor)
        await marks.programme.erase(actor)
        await marks.groups.erase(actor)
        await marks.attendance.erase(actor)
        await traces.recordings.erase(actor)
        await traces.blocks.erase(account)
        await traces.records.erase(account)


def _account(actor: Actor) -> AccountId:
    if actor.account is None:
        raise Rejection(RejectionCode.FORBIDDEN, "of guests nothing is kept")
    return actor.account


def _taken(item: Item, language: Language) -> Taken:
    kept = item.kept
    title, file = kept.title.read(language)[0], f"/media/{kept.media}" if kept.media else ""
    return Taken(kept.booth_name, title, file, kept.taken, item.state)
