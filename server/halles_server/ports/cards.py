"""Cards: what visitors give of themselves, to whom, for what and until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol

from halles.ids import AccountId, BoothId, RequestId
from halles.world.text import Language

Purpose = Literal["answer", "contact"]
"""``answer``: to answer what was asked on this visit; ``contact``: to stay in touch."""

UNDO: Final = timedelta(minutes=10)
"""How long a withdrawal can be undone; what was given is hidden at once and erased after it."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a person gives of itself; "" for what it has not written or does not give."""

    name: str
    organisation: str = ""
    mail: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields that say something."""
        return tuple(name for name in ("name", "organisation", "mail") if getattr(self, name))


@dataclass(frozen=True, slots=True)
class Giving:
    """One act of giving.

    Attributes:
        card: What is given: a copy, so that a later change of the card tells nobody anything.
        language: In which an answer will be read.
        lasts: From now, until it is erased.
    """

    booth: BoothId
    card: Card
    purpose: Purpose
    language: Language
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class Note:
    """What a member of the staff noted on a lead; ``author`` is "" when that account is gone."""

    author: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Export:
    """That somebody took a lead out of the show as a file of a kind, when last."""

    kind: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """What one booth holds of a person, as that person is told.

    Attributes:
        withdrawn: When it was withdrawn, for as long as that can be undone; None when it is in force.
        tags, notes: What the booth's staff wrote on it.
    """

    lead: int
    booth: BoothId
    booth_name: str
    card: Card
    purpose: Purpose
    given: datetime
    until: datetime
    withdrawn: datetime | None
    tags: tuple[str, ...]
    notes: tuple[Note, ...]
    exports: tuple[Export, ...]


class CardStore(Protocol):
    """People's cards and where they gave them, from the people's side."""

    async def read(self, account: AccountId) -> Card | None:
        """Reads somebody's card."""

    async def keep(self, account: AccountId, card: Card) -> None:
        """Stores somebody's card; what was given before stays as it was given."""

    async def give(self, account: AccountId, request_id: RequestId, giving: Giving) -> int:
        """Gives a card in one transaction with its audit row and request key; returns the lead's number.

        A card that this booth holds already is replaced, with purpose and end.

        Raises:
            Rejection: NOT_FOUND, no such booth; BAD_FIELD for a used key.
        """

    async def withdraw(self, account: AccountId, lead: int) -> None:
        """Hides a lead from its booth at once; again, it changes nothing. ``Rejection`` NOT_FOUND."""

    async def restore(self, account: AccountId, lead: int) -> None:
        """Undoes a withdrawal within ``UNDO``; ``Rejection`` NOT_FOUND when it is too late or given anew."""

    async def held(self, account: AccountId) -> tuple[Held, ...]:
        """Reads what booths hold of somebody, newest first, with what was withdrawn within ``UNDO``."""

    async def erase(self, account: AccountId) -> None:
        """Erases somebody's card and whatever booths hold of them, without undo."""
