"""CSV that a spreadsheet opens as text and never runs: pure.

A cell that begins with ``= + - @``, a tab or a line end is a formula to spreadsheets; a straight apostrophe before it
makes it text. A spreadsheet that expects another separator splits texts where that stands in them: what would begin a
cell then has its apostrophe as well.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

from halles.world.text import Language

Cell = str | int | float

FORMULA: Final = "=+-@\t\r\n＝＋－＠"
"""First characters that spreadsheets calculate with; the wide ones are read as the others in East Asian settings."""

_SPLIT: Final = re.compile(rf"([,;\t\r\n][ \u00a0'\"]*)(?=[{re.escape(FORMULA)}])")
"""Where a text could be split and a formula follow; what may stand between is dropped by some."""

_SEPARATORS: Final[dict[Language, str]] = {"fr": ";", "nl": ";", "en": ","}
"""What spreadsheets expect where a comma stands in numbers, and where it does not."""


def safe(cell: Cell) -> Cell:
    """Returns a cell that is no formula; numbers stay numbers."""
    if not isinstance(cell, str):
        return cell
    first = cell.lstrip(" \u00a0")[:1]
    marked = f"'{cell}" if first and first in FORMULA else cell
    return _SPLIT.sub(r"\1'", marked)


def sheet(headings: Sequence[str], rows: Iterable[Sequence[Cell]], code: Language) -> bytes:
    """Returns a file (RFC 4180) in UTF-8 with the mark by which spreadsheets know it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=_SEPARATORS[code], quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    for row in (headings, *rows):
        writer.writerow([safe(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")
