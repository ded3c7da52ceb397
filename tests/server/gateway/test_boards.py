"""The boards: each hears the announcements that it names, and is kept up with the others."""

import asyncio
from collections.abc import Mapping

from halles.ids import BoothId
from halles_server.announcements import Announcement, BellChanged, HostChanged, StaffingChanged
from halles_server.gateway.boards import Act, Board, Boards

BOOTH = BoothId("h1-a01")


class Listening(Board):
    """A board that notes what it hears."""

    def __init__(self) -> None:
        self.heard: list[Announcement] = []
        self.read: list[Announcement] = []
        self.kept = 0

    @property
    def hears(self) -> Mapping[type[Announcement], Act]:
        return {HostChanged: self.heard.append, BellChanged: self._read}

    async def keep(self) -> None:
        self.kept += 1

    async def _read(self, news: BellChanged) -> None:
        self.read.append(news)


def test_a_board_hears_what_it_names_and_nothing_else() -> None:
    boards = Boards()
    first, second = boards.add(Listening()), boards.add(Listening())
    boards.add(Board())
    assert boards.heard(HostChanged(BOOTH)) == []
    assert boards.heard(StaffingChanged(BOOTH)) == []
    assert first.heard == second.heard == [HostChanged(BOOTH)]


def test_what_is_still_to_be_done_is_handed_back_and_everybody_is_kept_up() -> None:
    async def play() -> None:
        boards = Boards()
        board, _ = boards.add(Listening()), boards.add(Board())
        await asyncio.gather(*boards.heard(BellChanged(BOOTH)))
        await asyncio.gather(*boards.keepers())
        assert (board.read, board.kept) == ([BellChanged(BOOTH)], 1)

    asyncio.run(play())
