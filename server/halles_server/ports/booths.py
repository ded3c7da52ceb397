"""Booths, their revisions, and booths prepared in files."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from halles.ids import AccountId, BoothId, HallId, MediaId, RequestId, SlotId
from halles.world.booth import BoothContent, BoothEdit
from halles_server.ports.media import Medium


@dataclass(frozen=True, slots=True)
class BoothRecord:
    """A booth as stored: where it stands and its newest revision."""

    booth: BoothId
    hall: HallId
    slot: SlotId
    revision: int
    content: BoothContent


@dataclass(frozen=True, slots=True)
class BoothFound:
    """A booth that a search found.

    Attributes:
        score: How well it fits, 0 … 1.
        by_name: Whether its name or slot fits, else words of its texts do.
    """

    record: BoothRecord
    score: float
    by_name: bool


class BoothStore(Protocol):
    """Booths, their revisions, and the edits that lead from one to the next."""

    async def read(self, booth: BoothId) -> BoothRecord:
        """Reads one; ``Rejection`` NOT_FOUND."""

    async def in_hall(self, hall: HallId) -> tuple[BoothRecord, ...]:
        """Reads a hall's, by slot."""

    async def all(self) -> tuple[BoothRecord, ...]:
        """Reads the whole directory, by name."""

    async def edit(
        self, actor: AccountId, request_id: RequestId, booth: BoothId, revision: int, edit: BoothEdit
    ) -> int:
        """Applies an edit in one transaction with its revision, audit row and request key; returns the new revision.

        A repeated ``request_id`` of the same actor has no second effect and returns the first answer.

        Raises:
            Rejection: STALE_REVISION, NOT_FOUND, DRAFT_OPEN while the studio holds other changes, what ``apply_edit``
                refuses with, or BAD_FIELD for a used key.
        """

    async def may_edit(self, account: AccountId, booth: BoothId) -> bool:
        """Tells whether the account is on the booth's staff as lead or editor."""

    async def find(self, query: str, limit: int, first: Collection[BoothId] = ()) -> tuple[BoothFound, ...]:
        """Searches names and slots, tolerant of accents and typing errors, then texts; best first.

        Of those that fit equally, ``first`` come before the others.
        """

    async def revisions(self) -> dict[BoothId, int]:
        """Reads the newest revision of every booth, for the sweep that repairs lost announcements."""


@dataclass(frozen=True, slots=True)
class PreparedBooth:
    """A booth as a file describes it.

    Attributes:
        organisation: Its organisation's slug; several booths may have the same.
        organisation_name: The organisation's name, of which the booth's may be a shorter form.
        region: Of the organisation, "" for none.
        demonstration: Whether the organisation is invented for the demonstration.
    """

    booth: BoothId
    organisation: str
    organisation_name: str
    region: str
    demonstration: bool
    hall: HallId
    slot: SlotId
    content: BoothContent


Outcome = Literal["added", "changed", "same", "kept"]
"""What an import did with a booth; ``kept``: people have edited it since, so the file does not overrule them."""


class PreparedBoothStore(Protocol):
    """Where prepared booths are imported, again and again with the same result."""

    async def put(
        self, booths: Sequence[PreparedBooth], pictures: Sequence[MediaId], load: Callable[[MediaId], Medium]
    ) -> dict[BoothId, Outcome]:
        """Brings booths to what their files say, with their pictures, all or none.

        Args:
            booths: All of them; those that people have edited since the last import stay as they are.
            pictures: Every picture that they hang.
            load: Reads one; called for those that are not stored yet.

        Raises:
            ConfigError: Two booths want one slot.
        """
