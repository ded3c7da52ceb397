"""What is taken down at booths: which parts, why, and how a booth's content is shown without them.

A part is named by the medium that it shows, so that a new revision or another place with the same medium stays down,
or by the field that an edit changes it by; "" is the whole booth. Contents themselves are never changed: restoring
leaves out nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from msgspec.structs import replace

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId, BoothId, HallId, MediaId, RequestId
from halles.world.booth import BoothContent, Panel, media_of
from halles.world.text import Text
from halles_server.ports.sanctions import Decider

WHOLE: Final = ""

SIGN: Final = Text(
    "Retiré par les organisateurs.", "Weggehaald door de organisatoren.", "Taken down by the organisers."
)
"""What stands in its place, in 3D and on pages."""

REASON_CAP: Final = 500
"""Characters of a reason, and of the answer of the booth's staff."""


@dataclass(frozen=True, slots=True)
class TakenDown:
    """One part of a booth that visitors do not see.

    Attributes:
        item: Which, as ``items_of`` names them.
        by: Who took it down, as their name was then.
        answer: What the booth's staff say to it, "" while they have not.
    """

    number: int
    booth: BoothId
    booth_name: str
    hall: HallId
    item: str
    reason: str
    by: str
    at: datetime
    answer: str


class TakeDownStore(Protocol):
    """What is down, each act with its request key."""

    async def take(self, decider: Decider, request_id: RequestId, booth: BoothId, item: str, reason: str) -> int:
        """Takes something down; returns the booth's new revision.

        Raises:
            Rejection: FORBIDDEN to who may not any more; NOT_FOUND for no such booth or part, or one that is down
                already; BAD_FIELD for a used key.
        """

    async def restore(self, decider: Decider, request_id: RequestId, number: int) -> tuple[BoothId, int]:
        """Brings it back; returns the booth and its new revision. ``Rejection`` NOT_FOUND when it is not down."""

    async def answer(self, actor: AccountId, request_id: RequestId, number: int, text: str) -> None:
        """Notes what the booth's staff say; ``Rejection`` NOT_FOUND when it is not down."""

    async def read(self, number: int) -> TakenDown:
        """Reads one; ``Rejection`` NOT_FOUND when it is not down."""

    async def hiding(self, media: MediaId) -> tuple[BoothId, ...]:
        """Reads at which booths a medium, or all that it was made of, is down; none while anything shows it."""

    async def listed(self, booth: BoothId | None, limit: int) -> tuple[TakenDown, ...]:
        """Reads what is down at a booth, or anywhere, newest first."""


def items_of(content: BoothContent) -> tuple[str, ...]:
    """Returns the parts that can be taken down: texts and panels by their fields, then media by their ids."""
    texts = tuple(name for name in ("pitch", "opening") if getattr(content, name) != Text())
    panels = tuple(f"panel:{panel.slot}" for panel in content.panels)
    return (WHOLE, *texts, *panels, *sorted(media_of(content)))


def check_item(content: BoothContent, item: str) -> None:
    """Refuses with NOT_FOUND what the booth does not show."""
    if item not in items_of(content):
        raise Rejection(RejectionCode.NOT_FOUND, "the booth shows no such thing")


def without(content: BoothContent, down: Collection[str]) -> BoothContent:
    """Returns a content as visitors see it: in the place of what is down stands ``SIGN``, and nothing of it is left."""
    if not down:
        return content
    if WHOLE in down:
        return BoothContent(content.name, content.kind, content.accent, SIGN)
    lost = [one.media for one in content.documents if one.media in down]
    lost += [media for media in (content.film, content.model) if media in down]
    opening = SIGN if "opening" in down else content.opening
    return replace(
        content,
        pitch=SIGN if "pitch" in down else content.pitch,
        opening=_with_sign(opening) if lost else opening,
        panels=tuple(_panel(panel, down) for panel in content.panels),
        documents=tuple(one for one in content.documents if one.media not in down),
        film=_medium(content.film, down),
        model=_medium(content.model, down),
        model_title=Text() if content.model in down else content.model_title,
    )


def _panel(panel: Panel, down: Collection[str]) -> Panel:
    if f"panel:{panel.slot}" in down or (panel.picture and panel.picture in down):
        return Panel(panel.slot, text=SIGN)
    return panel


def _medium(media: MediaId, down: Collection[str]) -> MediaId:
    return MediaId("") if media in down else media


def _with_sign(opening: Text) -> Text:
    """Adds the sign for what has no place of its own where it could stand."""
    if opening == SIGN:
        return opening
    return Text(*("\n\n".join(part for part in pair if part) for pair in _pairs(opening)))


def _pairs(opening: Text) -> tuple[tuple[str, str], ...]:
    return (opening.fr, SIGN.fr), (opening.nl, SIGN.nl), (opening.en, SIGN.en)
