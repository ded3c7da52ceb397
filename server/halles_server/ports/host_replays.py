"""Recorded hosts: at most one a booth."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from halles.ids import AccountId, BoothId, HallId, MediaId, RequestId
from halles.world.host_replay import HostReplay
from halles.world.look import Look


@dataclass(frozen=True, slots=True)
class HostRecord:
    """A recording as stored.

    Attributes:
        number: Another one for each recording.
        account: Who is recorded.
        name: Their name now.
        look: Their look now.
        booth_name: What the booth is called now.
        sound_s: How long the recording's sound is; 0 where there is none.
    """

    booth: BoothId
    number: int
    account: AccountId
    name: str
    look: Look
    recorded: datetime
    replay: HostReplay
    booth_name: str = ""
    sound_s: float = 0.0


class HostReplayStore(Protocol):
    """Recordings, each with the audit rows of what is done with it."""

    async def keep(self, actor: AccountId, request_id: RequestId, booth: BoothId, replay: HostReplay) -> int:
        """Stores the recording of somebody instead of the booth's last one; returns its number.

        A repeated ``request_id`` has no second effect. ``Rejection`` NOT_FOUND, BAD_FIELD for a used key, STORAGE_FULL.
        """

    async def read(self, booth: BoothId) -> HostRecord | None:
        """Reads a booth's."""

    async def numbers(self) -> dict[BoothId, tuple[HallId, int]]:
        """Reads which booths have one, where they stand, and its number."""

    async def attach(self, account: AccountId, booth: BoothId, number: int, sound: MediaId) -> None:
        """Gives one's own recording a sound; "" takes it away. ``Rejection`` NOT_FOUND for another's or no such."""

    async def remove(self, actor: AccountId, booth: BoothId, number: int) -> None:
        """Deletes a recording if it still is this one; ``Rejection`` NOT_FOUND."""

    async def of_account(self, account: AccountId) -> tuple[HostRecord, ...]:
        """Reads all in which somebody is recorded."""

    async def erase(self, account: AccountId) -> tuple[BoothId, ...]:
        """Deletes all in which somebody is recorded, and lets go of sounds that they only sent; returns where."""
