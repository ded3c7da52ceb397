"""Drawing cards of the HUD without a window, and telling whether they lie where they should."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from halles.world.text import Language
from halles_client.language import speak
from halles_client.view.fonts import GlyphSheet
from halles_client.view.hud.cards.frame import View
from halles_client.view.hud.keys import Drawn
from halles_client.view.hud.pen import Pen, Rect
from halles_client.view.hud.state import HudState
from halles_client.view.hud.ui import Ui

Size = tuple[int, int, float]
Card = Callable[[Pen, View], None]

SIZES: list[Size] = [
    (1280, 720, 1.0),
    (1920, 1080, 1.0),
    (1920, 1080, 1.5),
    (2560, 1440, 2.0),
    (900, 600, 1.0),
    (1280, 720, 1.5),
]
"""Width, height and scale of windows in which every card must fit."""

NO_CARDS = Drawn(lambda _: 0, lambda _: ())
"""What keys know of cards where none are drawn."""


class NotingPen(Pen):
    """A pen that remembers its lines."""

    def __init__(self, size: Size = SIZES[0], **more: Any) -> None:
        super().__init__(GlyphSheet(), size[:2], size[2], **more)
        self.written: list[str] = []

    def text(self, x: float, y: int, text: str, *font: Any, **more: Any) -> int:
        self.written.append(text)
        return super().text(x, y, text, *font, **more)

    @property
    def acts(self) -> list[Any]:
        """What may be pressed, in the order in which it was drawn."""
        return [target.act for target in self.drawing.targets]


def drawn(
    cards: Card | Iterable[Card],
    state: HudState,
    language: Language = "en",
    size: Size = SIZES[0],
    **opened: Any,
) -> NotingPen:
    """Draws one card or several, with this open and typed."""
    pen = NotingPen(size)
    view = View(state, Ui(language=language, scale=size[2], **opened), speak(language), size[:2])
    for card in (cards,) if callable(cards) else cards:
        card(pen, view)
    return pen


def apart(one: Rect, other: Rect) -> bool:
    """Tells whether two areas have nothing in common."""
    aside = one.x + one.w <= other.x or other.x + other.w <= one.x
    return aside or one.y + one.h <= other.y or other.y + other.h <= one.y


def assert_fit(areas: Sequence[Rect], size: Size) -> None:
    """All lie in the window, and none on another."""
    for place, area in enumerate(areas):
        assert min(area.x, area.y) >= 0
        assert area.x + area.w <= size[0]
        assert area.y + area.h <= size[1]
        for other in areas[place + 1 :]:
            assert apart(area, other), (area, other)
