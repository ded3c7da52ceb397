"""Leads: the cards that a booth holds, from its staff's side."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from halles.ids import AccountId, BoothId, RequestId
from halles.world.text import Language
from halles_server.ports.cards import Card, Note, Purpose

ExportKind = Literal["csv", "vcard"]


@dataclass(frozen=True, slots=True)
class Lead:
    """A card that a booth holds.

    Attributes:
        language: In which an answer will be read.
        notes: Oldest first; empty where a list does not ask for them.
    """

    lead: int
    card: Card
    purpose: Purpose
    language: Language
    given: datetime
    until: datetime
    tags: tuple[str, ...]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """Which leads are asked for: those that hold a text, in any field, and have a tag; "" asks for nothing."""

    text: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class LeadPage:
    """A part of a booth's leads.

    Attributes:
        leads: Newest first.
        found: How many fit the filter in all.
        held: How many the booth holds.
        withdrawn: How many were given and taken back; nothing else is known of these.
        tags: Every tag in use, by name.
    """

    leads: tuple[Lead, ...]
    found: int
    held: int
    withdrawn: int
    tags: tuple[str, ...]


class LeadStore(Protocol):
    """What booths hold. Nothing here tells of what was withdrawn or is over, whether or not it is erased yet."""

    async def page(self, booth: BoothId, wanted: LeadFilter, limit: int, offset: int) -> LeadPage:
        """Reads a part of a booth's leads."""

    async def read(self, booth: BoothId, lead: int) -> Lead:
        """Reads one with its notes; ``Rejection`` NOT_FOUND."""

    async def note(self, author: AccountId, request_id: RequestId, booth: BoothId, lead: int, text: str) -> None:
        """Adds a note; ``Rejection`` NOT_FOUND, or OVER_BUDGET when the lead has too many."""

    async def tag(self, booth: BoothId, lead: int, tag: str) -> None:
        """Puts a tag on a lead that may already have it; ``Rejection`` NOT_FOUND or OVER_BUDGET."""

    async def untag(self, booth: BoothId, lead: int, tag: str) -> None:
        """Takes a tag off a lead that may not have it; ``Rejection`` NOT_FOUND."""

    async def export_all(self, author: AccountId, booth: BoothId) -> tuple[Lead, ...]:
        """Reads all leads with their notes, oldest first, and notes for each, and in the audit, that they left."""

    async def export_one(self, author: AccountId, booth: BoothId, lead: int) -> Lead:
        """Reads one for a file of its own and notes that it left; ``Rejection`` NOT_FOUND."""
