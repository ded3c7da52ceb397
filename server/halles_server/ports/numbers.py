"""How many people did what at a booth: sums by day, language and kind, and nothing of whom."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Protocol

from halles.ids import BoothId, RequestId
from halles.world.text import Language

PASSED: Final = "passed"
STOPPED: Final = "stopped"
OPENED: Final = "opened"
TOOK: Final = "took"
RANG: Final = "rang"
MET: Final = "met"

DAYS_KEPT: Final = timedelta(days=90)
"""After these only months stay."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted of one kind at one booth, on a day of the show's zone, by readers of one language."""

    booth: BoothId
    day: date
    language: Language
    kind: str
    count: int


class NumberStore(Protocol):
    """Sums. Kinds are words; ``MET`` is not stored here but read from the meetings."""

    async def add(self, batch: RequestId, tallies: tuple[Tally, ...]) -> None:
        """Adds to the sums once per ``batch``: repeating it after ``Unavailable`` counts nothing twice.

        What belongs to a booth that is gone is left out.

        Raises:
            Rejection: STORAGE_FULL.
        """

    async def days(self, booth: BoothId, zone: str) -> tuple[Tally, ...]:
        """Reads a booth's sums by day, with the meetings that were held, by the days of an IANA zone."""

    async def months(self, booth: BoothId, zone: str) -> tuple[Tally, ...]:
        """Reads a booth's older sums, each on the first day of its month, with the meetings of twelve months."""
