"""Everything that the two doors may call, as one value made by ``bootstrap``."""

from collections.abc import Mapping
from dataclasses import dataclass

from halles.ids import HallId
from halles.world.scene import Scene
from halles_server.ports.clock import Clock
from halles_server.ports.media import MediaStore
from halles_server.services.admission import Admission
from halles_server.services.booth_staff import BoothStaff
from halles_server.services.booths import Booths
from halles_server.services.cards import Cards
from halles_server.services.chat import Chat
from halles_server.services.finding import Finding
from halles_server.services.leads import Leads
from halles_server.services.meetings import Meetings
from halles_server.services.numbers import Numbers
from halles_server.services.own_data import OwnData


@dataclass(frozen=True, slots=True)
class Services:
    """The services of one running server, and the plans of its halls."""

    admission: Admission
    booths: Booths
    chat: Chat
    finding: Finding
    media: MediaStore
    scenes: Mapping[HallId, Scene]
    clock: Clock
    staff: BoothStaff
    cards: Cards
    leads: Leads
    meetings: Meetings
    numbers: Numbers
    own_data: OwnData
