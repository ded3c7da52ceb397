"""What the booths' part of the show keeps of one person, to take away as a file or to erase."""

from dataclasses import dataclass
from datetime import datetime

from halles.ids import LiveSessionId
from halles.world.satchel import ItemState
from halles.world.text import Language
from halles_server.ports.cards import Card, Held
from halles_server.ports.host_replays import HostRecord
from halles_server.ports.meetings import Meeting
from halles_server.ports.public import Attended
from halles_server.services.actor import Actor
from halles_server.services.attendance import Attendance
from halles_server.services.cards import Cards
from halles_server.services.groups import WorkingGroups
from halles_server.services.host_replays import HostReplays
from halles_server.services.meetings import Meetings
from halles_server.services.programme import Programme
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
    """All of it: the card, each booth's lead with what its staff noted, meetings asked for, satchel, recordings, what
    one said to come to, one's working groups, and live sessions where one agreed to be named.
    """

    name: str
    card: Card
    held: tuple[Held, ...]
    meetings: tuple[Meeting, ...]
    satchel: tuple[Taken, ...]
    host_replays: tuple[HostRecord, ...]
    coming: tuple[LiveSessionId, ...] = ()
    groups: tuple[str, ...] = ()
    attendance: tuple[Attended, ...] = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """Where somebody said to take part."""

    programme: Programme
    groups: WorkingGroups
    attendance: Attendance


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
        card, held = await self._cards.own(actor), await self._cards.held(actor)
        meetings = await self._meetings.asked_for(actor)
        satchel = tuple(_taken(item, actor.language) for item in await self._satchels.read(owner_of(actor)))
        hosts, coming = await self._hosts.of_one(actor), await self._marks.programme.marked_by(actor)
        groups, attended = await self._marks.groups.joined(actor), await self._marks.attendance.of_one(actor)
        return KeptOfOne(actor.name, card, held, meetings, satchel, hosts, coming, groups, attended)

    async def erase(self, actor: Actor) -> None:
        """Erases it, here and at the booths; repeating it after ``Unavailable`` is safe."""
        await self._cards.erase(actor)
        await self._meetings.erase(actor)
        await self._satchels.erase(actor)
        await self._hosts.erase(actor)
        await self._marks.programme.erase(actor)
        await self._marks.groups.erase(actor)
        await self._marks.attendance.erase(actor)


def _taken(item: Item, language: Language) -> Taken:
    kept = item.kept
    title, file = kept.title.read(language)[0], f"/media/{kept.media}" if kept.media else ""
    return Taken(kept.booth_name, title, file, kept.taken, item.state)
