"""What the child tells its parent, through one small file: the only thing that is believed of it are these fields."""

from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from halles.errors import Measure

FILE: Final = "report.json"
BYTES_CAP: Final = 64 * 1024

Kind = Literal["", "far", "near", "page", "poster"]
Ending = Literal["webp", "glb", "pdf", "mp4", "webm", "mp3", "m4a", "weba"]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that was made, beside the report.

    Attributes:
        file: Its name.
        ending: What its id will end with.
        kind: What part of the medium it is, "" for the medium itself.
        number: A document's page, from 1.
        source: Whether it is the uploaded file itself, as it came.
    """

    file: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{1,40}\.[a-z0-9]{3,4}$")] = "source.bin"
    ending: Ending = "webp"
    kind: Kind = ""
    number: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0
    width: Count = 0
    height: Count = 0
    seconds: Annotated[float, msgspec.Meta(ge=0, le=1e6)] = 0.0
    pages: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0
    triangles: Count = 0
    texels: Count = 0
    source: bool = False


Amount = Annotated[float, msgspec.Meta(ge=0, le=2**53)]
Amounts = Annotated[tuple[Amount, ...], msgspec.Meta(min_length=1, max_length=2)]


class Over(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An ``Excess`` as it is believed."""

    what: Measure
    measured: Amounts
    cap: Amounts


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What came of a file.

    Attributes:
        medium: What is hung up; None when it was refused.
        parts: What was made of it.
        code: A ``RejectionCode`` when it was refused.
        text: Why.
        over: What was measured and the limit, where that is why.
        fault: The name of an exception that is a bug of ours, or of a library.
    """

    medium: Row | None = None
    parts: tuple[Row, ...] = ()
    code: str = ""
    text: Annotated[str, msgspec.Meta(max_length=400)] = ""
    over: Over | None = None
    fault: Annotated[str, msgspec.Meta(max_length=200)] = ""


def write(folder: Path, report: Report) -> None:
    """Leaves a report; it appears whole or not at all."""
    part = folder / f"{FILE}.part"
    part.write_bytes(msgspec.json.encode(report))
    part.replace(folder / FILE)


def read(folder: Path) -> Report | None:
    """Returns the report; None when there is none, or none that can be one."""
    try:
        with (folder / FILE).open("rb") as file:
            return msgspec.json.decode(file.read(BYTES_CAP), type=Report)
    except (OSError, msgspec.MsgspecError, ValueError):
        return None
