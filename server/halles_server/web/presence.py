"""Being present from a page: what its script finds in the page of a hall or booth, so that no number is typed twice."""

from dataclasses import dataclass
from typing import ClassVar

from halles.ids import HallId
from halles.protocol.booth_messages import MESSAGE_CAP
from halles.protocol.messages import CHAT_CAP
from halles.protocol.version import PATH
from halles.world.booth import NAME_CAP
from halles.world.look import COATS
from halles_server.ports.booths import BoothRecord
from halles_server.services.chat import NEARBY_M


@dataclass(frozen=True, slots=True)
class Presence:
    """Where the reader of a page would stand.

    Attributes:
        hall: The hall.
        booth: The booth whose page this is; None on the hall's.
        voice: Whether people talk by voice in the halls, which a page does not let hear.
        stage: The stage whose live session this is; "" elsewhere.
        begins: Whether opening the page is the act by which one is present: a host's.
    """

    hall: HallId
    booth: BoothRecord | None = None
    voice: bool = False
    stage: str = ""
    begins: bool = False

    world: ClassVar[str] = PATH
    nearby: ClassVar[int] = round(NEARBY_M)
    coats: ClassVar[int] = len(COATS)
    name_cap: ClassVar[int] = NAME_CAP
    chat_cap: ClassVar[int] = CHAT_CAP
    message_cap: ClassVar[int] = MESSAGE_CAP

    @property
    def place(self) -> str:
        """The place as ``EnterHall`` takes it."""
        if self.stage:
            return f"stage:{self.stage}"
        return f"booth:{self.booth.booth}" if self.booth else ""
