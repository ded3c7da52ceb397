"""Documents (PDF), in the child: each page becomes a picture; the file itself stays as it came, to be taken away."""

from pathlib import Path
from typing import Final

import pypdfium2 as pdfium
from pypdfium2 import raw

from halles.errors import Excess, Measure, Rejection, RejectionCode
from halles_server.media import pictures
from halles_server.media.report import Report, Row

PAGES_CAP: Final = 60
SIDE: Final = pictures.SHEET
"""The longer side of a page's picture, in points."""

_LEAST: Final = 1.0
_MOST: Final = 14_400.0
"""Points of 1/72 inch that a page may have on a side; the most is PDF's own."""


def make(source: Path, folder: Path) -> Report:
    """Writes the pictures of a document's pages.

    Raises:
        Rejection: TOO_LARGE for too many pages, UNREADABLE when it is damaged, locked or has none.
    """
    try:
        document = pdfium.PdfDocument(str(source))
        if raw.FPDF_GetSecurityHandlerRevision(document) != -1:
            raise Rejection(RejectionCode.UNREADABLE, "the document is locked; save it without a password")
        count = len(document)
        if count > PAGES_CAP:
            excess = Excess(Measure.PAGES, (count,), (PAGES_CAP,))
            raise Rejection(RejectionCode.TOO_LARGE, f"{count} pages, at most {PAGES_CAP}", excess=excess)
        if not count:
            raise Rejection(RejectionCode.UNREADABLE, "a document without pages")
        rows = [row for number in range(1, count + 1) for row in _page(document, number, folder)]
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower()
        text = "the document is locked; save it without a password" if locked else "the document is damaged"
        raise Rejection(RejectionCode.UNREADABLE, text) from None
    return Report(Row(ending="pdf", pages=count, source=True), tuple(rows))


def _page(document: pdfium.PdfDocument, number: int, folder: Path) -> tuple[Row, ...]:
    page = document[number - 1]
    sides = page.get_size()
    if not all(_LEAST <= side <= _MOST for side in sides):
        raise Rejection(RejectionCode.UNREADABLE, f"page {number} is {sides[0]:.0f} × {sides[1]:.0f} points large")
    # Without form fields and scripts: nothing of a document runs.
    image = page.render(scale=SIDE / max(sides), may_draw_forms=False).to_pil().convert("RGB")
    page.close()
    made = (pictures.save(image, folder, SIDE, Row(f"page-{number}.webp", kind="page", number=number)),)
    return made if number > 1 else made + pictures.faces(image, folder)
