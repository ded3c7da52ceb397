"""What the HUD is shown of booths: the sheet, the satchel, bells, drafts and recorded hosts. Parts of ``HudState``."""

from dataclasses import dataclass
from typing import Literal

from halles.ids import BoothId, MediaId, SlotId
from halles.world.booth import BoothContent
from halles.world.satchel import ItemState
from halles.world.staffing import RingState, StaffedState
from halles.world.text import Language


@dataclass(frozen=True, slots=True)
class NearBooth:
    """The booth that ``E`` opens now."""

    booth: BoothId
    name: str


@dataclass(frozen=True, slots=True)
class Talk:
    """The booth where one talks.

    Attributes:
        name: The booth's.
        duty: It is one's own, and one stands at it: one may say when one is back.
    """

    name: str
    booth: BoothId
    duty: bool = False


@dataclass(frozen=True, slots=True)
class BoothSheet:
    """An open booth.

    Attributes:
        booth: Whose.
        slot: Its slot on the plan.
        hall: The hall's name in the reader's language.
        content: What it shows; None until it has arrived.
        staff: Names of the people who welcome there now.
        staffed: How it is staffed.
        back_at: With ``back``, hour and minute of this computer's clock.
        pictures: The encoded pictures that have arrived (WebP, PNG or JPEG bytes), by id.
        taken: What of it lies in the satchel; "" stands for its card.
        draft: Whether it is a draft, which nobody else reads.
        recorded: Whether it has a recorded host.
    """

    booth: BoothId
    slot: SlotId
    hall: str
    content: BoothContent | None = None
    staff: tuple[str, ...] = ()
    pictures: tuple[tuple[MediaId, bytes], ...] = ()
    staffed: StaffedState = "away"
    back_at: tuple[int, int] = (0, 0)
    taken: frozenset[MediaId] = frozenset()
    draft: bool = False
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """Something in the satchel.

    Attributes:
        item: What ``TookOut`` gives back, opaque here.
        booth: The name of the booth that it is of.
        media: The document; "" for the booth's card.
        title: The document's, in the reader's language where there is one.
        state: What has become of it at the booth.
    """

    item: int
    booth: str
    media: MediaId
    title: str = ""
    state: ItemState = "offered"


@dataclass(frozen=True, slots=True)
class Satchel:
    """What was taken along.

    Attributes:
        items: The newest first.
        count: How many there are in all.
        kept: ``visit``: no longer than that.
    """

    items: tuple[Taken, ...] = ()
    count: int = 0
    kept: Literal["account", "visit"] = "account"


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft that this visit sees in the hall, and nobody else.

    Attributes:
        booth: The booth's name, as the draft has it.
        revision: The draft's.
    """

    booth: str
    revision: int


@dataclass(frozen=True, slots=True)
class Caller:
    """Who waits longest at a bell that this person may answer.

    Attributes:
        ring: What ``AnsweredBell`` gives back, opaque here.
        name: The visitor's.
        booth: The booth's name.
        waiting: How many wait in all.
        missed: How many were missed lately.
    """

    ring: int
    name: str
    booth: str
    waiting: int = 1
    missed: int = 0


@dataclass(frozen=True, slots=True)
class OwnRing:
    """A ring of one's own.

    Attributes:
        booth: The booth's name.
        state: What became of it.
        by: Who answered.
    """

    booth: str
    state: RingState = "waiting"
    by: str = ""


@dataclass(frozen=True, slots=True)
class RecordedHost:
    """A recorded host who says something near one.

    Attributes:
        name: Who was recorded.
        booth: The booth's name.
        line: What is said now.
        language: The language that it is in.
    """

    name: str
    booth: str
    line: str
    language: Language


@dataclass(frozen=True, slots=True)
class Recording:
    """Recording oneself as the host of a booth, where one may.

    Attributes:
        state: ``off``: one may begin; ``asking``: it is ended and nothing has been sent yet.
        booth: The booth's name.
        seconds: How long it is.
        most: How long it may be.
        lines: How many lines were said.
        replaces: Whether it would take the place of another.
    """

    state: Literal["off", "recording", "asking", "sending", "kept"]
    booth: str
    seconds: int = 0
    most: int = 0
    lines: int = 0
    replaces: bool = False
