"""A live session as its pages show it at one moment: pure.

The scripts draw the same from what the hall is told (``static/stage.js``), into the same elements.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, get_args

from halles.ids import MediaId, VisitId
from halles.world.live import (
    CHAIRS,
    FISHBOWL_CHAIRS,
    Chair,
    LiveState,
    Material,
    Mode,
    Slide,
    chairs_of,
    film_position_ms,
    has_floor,
    rank,
)
from halles.world.live_rules import steps_from
from halles_server.ports.live import key_of
from halles_server.ports.media import Facts
from halles_server.ports.programme import Entry, Speaker

MODES: Final[tuple[Mode, ...]] = get_args(Mode)

Hand = Literal["floor", "raised", "free", "seated", "chairs", "none", "silenced"]
"""How somebody takes part just now: speaks, waits, may raise a hand, sits in a fishbowl, may sit down, watches, or may
not speak."""

_TAKING_PART: Final = ("doors", "live", "paused")


@dataclass(frozen=True, slots=True)
class LiveView:
    """What a page says of a live session.

    Attributes:
        entry: What it is about.
        state: As stored now.
        materials: What may be shown.
        facts: What is known of the films.
        now_ms: When this is.
        key: The reader's own in it; "" for who takes no part.
        host: Whether the reader conducts it.
        silent: Whether a sanction keeps the reader from speaking.
    """

    entry: Entry
    state: LiveState
    materials: tuple[Material, ...]
    facts: Mapping[MediaId, Facts]
    now_ms: int
    key: str = ""
    host: bool = False
    silent: bool = False

    seats: ClassVar[int] = CHAIRS
    fishbowl: ClassVar[int] = FISHBOWL_CHAIRS

    @property
    def open(self) -> bool:
        """Whether hands go up and chairs are taken."""
        return self.state.phase in _TAKING_PART

    @property
    def hand(self) -> Hand:
        """How the reader takes part just now."""
        state, key = self.state, self.key
        if self.silent and self.open:
            return "silenced"
        if key and any(chair.person.key == key for chair in state.chairs) and state.mode == "fishbowl":
            return "seated"
        if key and has_floor(state, key):
            return "floor"
        if key and rank(state, key):
            return "raised"
        if not self.open or state.mode in ("stage-only", "screening"):
            return "none"
        return "chairs" if state.mode == "fishbowl" else "free"

    @property
    def announced(self) -> bool:
        """Whether the reader is announced to speak."""
        return bool(self.key) and self.key in {key for key, _ in self.speaking}

    @property
    def speaking(self) -> tuple[tuple[str, Speaker], ...]:
        """Those who are announced to speak and have an account, by their keys."""
        entry, nobody = self.entry, VisitId("")
        return tuple((key_of(entry.session, one.account, nobody), one) for one in entry.speakers if one.account)

    @property
    def rank(self) -> int:
        """The reader's place among the raised hands; 0 for none."""
        return rank(self.state, self.key)

    @property
    def chairs(self) -> list[Chair | None]:
        """Every chair of the stage by number, with who sits on it."""
        taken = {chair.number: chair for chair in self.state.chairs}
        return [taken.get(number) for number in range(chairs_of(self.state.mode))]

    @property
    def free_chair(self) -> int:
        """The first chair that is free; -1 for none."""
        return next((number for number, chair in enumerate(self.chairs) if chair is None), -1)

    @property
    def picture(self) -> str:
        """The page that is shown; "" for none."""
        slide = self.state.slide
        pages = self.pages(slide)
        return pages[slide.page - 1] if slide is not None and slide.page <= len(pages) else ""

    def pages(self, slide: Slide | None) -> tuple[str, ...]:
        """Returns the pages of the document that a slide is of."""
        shown = slide is not None and slide.material < len(self.materials)
        return self.materials[slide.material].pages if shown and slide is not None else ()

    @property
    def film(self) -> Material | None:
        """The film that is shown or was last."""
        film = self.state.film
        return self.materials[film.material] if film is not None and film.material < len(self.materials) else None

    @property
    def film_s(self) -> int:
        """Where it is, in seconds."""
        film, material = self.state.film, self.film
        return film_position_ms(film, self.now_ms, (material.seconds if material else 0) * 1000) // 1000 if film else 0

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps that lead on."""
        return steps_from(self.state.phase)

    def left(self, until_ms: int) -> str:
        """Writes how long something still lasts, as "0:42"; beyond its end with a minus."""
        seconds = -(-(until_ms - self.now_ms) // 1000)
        return f"{'−' if seconds < 0 else ''}{_clock(abs(seconds))}"

    def lasted(self, ms: int) -> str:
        """Writes how long something took in all."""
        return _clock(ms // 1000)

    def gone(self, since_ms: int) -> str:
        """Writes how long something has lasted."""
        return _clock(max(0, self.now_ms - since_ms) // 1000)


def _clock(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}:{rest:02}" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
