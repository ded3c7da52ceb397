"""What was said at a booth, as its page and its bell's page show it to who is logged in, with the field to say more.

Names and words of people are not for whoever passes by, nor for robots: a guest reads them by being present.
"""

from dataclasses import dataclass
from typing import ClassVar

from halles.protocol.messages import CHAT_CAP, ChatLine
from halles_server.ports.booths import BoothRecord
from halles_server.web.asked import REQUEST_FIELD, new_request
from halles_server.web.door import PageDoor
from halles_server.web.reader import Reader


@dataclass(frozen=True, slots=True)
class TalkView:
    """The talk at a booth.

    Attributes:
        lines: The last ones, oldest first; None for who has not logged in.
        typed: What was refused, to be changed.
        problem: Why, "" where nothing was.
        wait_s: Seconds to wait, with RATE_LIMITED.
    """

    lines: tuple[ChatLine, ...] | None = None
    typed: str = ""
    problem: str = ""
    wait_s: int = 0

    cap: ClassVar[int] = CHAT_CAP
    request_field: ClassVar[str] = REQUEST_FIELD

    @property
    def new_request(self) -> str:
        """A fresh key for the form: sent twice, it says its line once."""
        return new_request()


async def talk_view(door: PageDoor, reader: Reader, record: BoothRecord) -> TalkView:
    """Reads what a reader may see of the talk at a booth."""
    return TalkView(await door.services.chat.history_at(record.booth) if reader.account is not None else None)
