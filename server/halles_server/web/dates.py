"""Days and hours as each language writes them, in the show's time zone: pure.

``When`` is what a template gets: words, the machine's form for ``<time datetime>``, and never a time without its zone.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date

from halles.world.text import Language

_LOCALES: Final[dict[Language, str]] = {"fr": "fr_BE", "nl": "nl_BE", "en": "en_GB"}

_SPACE: Final = "\u00a0"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Writes days and hours for readers of one language, in one time zone."""

    code: Language
    zone: ZoneInfo

    def day(self, moment: datetime) -> str:
        """Writes a day as "23 nov. 2026"."""
        return self.written(moment.astimezone(self.zone).date())

    def written(self, day: date) -> str:
        """Writes a day without a time, as "23 nov. 2026"."""
        return format_date(day, "d MMM y", _LOCALES[self.code])

    def month(self, day: date) -> str:
        """Writes a month, as "novembre 2026"."""
        return format_date(day, "MMMM y", _LOCALES[self.code])

    def long_day(self, moment: datetime) -> str:
        """Writes a day with its weekday, as "mardi 24 novembre 2026"."""
        return format_date(moment.astimezone(self.zone).date(), "EEEE d MMMM y", _LOCALES[self.code])

    def moment(self, moment: datetime | int) -> str:
        """Writes a day of this year and an hour, as "23 nov., 14 h 30"; takes what ``hour`` takes."""
        return f"{format_date(self._local(moment), 'd MMM', _LOCALES[self.code])}, {self.hour(moment)}"

    def hour(self, moment: datetime | int) -> str:
        """Writes an hour: "14 h 30", "14.30 uur", "14:30".

        In the hour that comes twice when summer time ends, the zone's abbreviation tells which one it is.

        Args:
            moment: When, or that in Unix milliseconds as messages have it.
        """
        local = self._local(moment)
        twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
        name = f"{_SPACE}({local.tzname()})" if twice else ""
        match self.code:
            case "fr":
                return f"{local.hour}{_SPACE}h{_SPACE}{local.minute:02}{name}"
            case "nl":
                return f"{local.hour}.{local.minute:02}{_SPACE}uur{name}"
            case _:
                return f"{local.hour}:{local.minute:02}{name}"

    def machine(self, moment: datetime | int) -> str:
        """Writes a moment for ``<time datetime>``, with its offset; takes what ``hour`` takes."""
        return self._local(moment).isoformat(timespec="minutes")

    def _local(self, moment: datetime | int) -> datetime:
        when = moment if isinstance(moment, datetime) else datetime.fromtimestamp(moment / 1000.0, UTC)
        return when.astimezone(self.zone)
