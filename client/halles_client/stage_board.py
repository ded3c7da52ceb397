"""What the screens of a stage show now, as values in the reader's language. Pure.

Reads what is known of a live session. Not here: how any of it looks (``view.stage_cards``), or where it hangs
(``view.stage_screens``).
"""

from dataclasses import dataclass
from typing import Final

from halles.ids import MediaId
from halles.world.live import Film, LiveState, film_position_ms
from halles.world.text import Language
from halles_client.language import Tongue, speak
from halles_client.live_words import clock, mode_name, phase_name
from halles_client.replica.live_sessions import Live

HANDS_SHOWN: Final = 5
HANDS_BESIDE: Final = 3
"""Hands beside questions."""

QUESTIONS_SHOWN: Final = 3
HEAD: Final = "#"
"""The mark of a row that is the head of those below it."""

SPEAKERS_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class TitleCard:
    """What it is about: the sort of thing, its name, a few words, and who is announced."""

    kind: str
    title: str
    summary: str
    speakers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageCard:
    """The picture of a page."""

    media: MediaId


@dataclass(frozen=True, slots=True)
class QuoteCard:
    """Somebody's question, large."""

    head: str
    text: str
    by: str


Card = TitleCard | PageCard | QuoteCard


@dataclass(frozen=True, slots=True)
class FilmNow:
    """A film, where it is (seconds), and whether it goes on."""

    media: MediaId
    seconds: float
    playing: bool


@dataclass(frozen=True, slots=True)
class SideCard:
    """The portrait screen beside: a head, numbered rows, and what one can do."""

    head: str
    rows: tuple[tuple[str, str], ...]
    hint: str


@dataclass(frozen=True, slots=True)
class Board:
    """All that a stage shows.

    Attributes:
        main: What the main screen shows, under a film where one runs.
        film: The film over it.
        ahead: The page that comes next, to be fetched already.
        floor: Who has the floor; "" for nobody.
        clock: The countdown; "" for none.
        captions: What is being said, at most two rows.
        pointer: Where the presenter points, shares from the left top.
        side: The screen of questions and hands.
    """

    main: Card
    film: FilmNow | None = None
    ahead: MediaId | None = None
    floor: str = ""
    clock: str = ""
    captions: tuple[str, ...] = ()
    pointer: tuple[float, float] | None = None
    side: SideCard | None = None


def board(live: Live, language: Language, server_ms: int, now: float) -> Board:
    """Returns what a live session's screens show.

    Args:
        live: What is known of it.
        language: The reader's.
        server_ms: Unix time by the server's clock.
        now: The clock that captions were heard by.
    """
    state, _ = live.state, speak(language)
    pages = state.screen == "slides" and state.slide is not None
    film = _film(live, server_ms) if state.screen == "film" else None
    return Board(
        main=_main(live, _, language),
        film=film,
        ahead=_page(live, 1) if pages else None,
        floor=" · ".join(speakers(state)),
        clock=clock(state.countdown_ms - server_ms) if state.countdown_ms > server_ms else "",
        captions=live.caption(language, now),
        pointer=live.pointer if state.screen in ("slides", "film") else None,
        side=_side(live, _),
    )


def speakers(state: LiveState) -> tuple[str, ...]:
    """Returns the names of those who were given the floor; in a fishbowl everybody has it who sits there."""
    return tuple(row.person.name for row in state.floor) if state.phase == "live" else ()


def film_now(film: Film, seconds: int, server_ms: int) -> tuple[float, bool]:
    """Returns where a film of so many seconds is, seconds, and whether it goes on from there."""
    at = film_position_ms(film, server_ms, seconds * 1000)
    return at / 1000.0, film.playing and not (seconds and at >= seconds * 1000)


def _main(live: Live, _: Tongue, language: Language) -> Card:
    page = _page(live, 0) if live.state.screen == "slides" else None
    if page is not None:
        return PageCard(page)
    asked = live.public.questions.get(live.state.on_screen) if live.state.screen == "question" else None
    if asked is not None:
        return QuoteCard(_("Question"), asked.text, asked.name)
    about = live.about
    names = (" · ".join(part for part in (row.name, row.organisation) if part) for row in about.speakers)
    return TitleCard(
        f"{phase_name(_, live.state.phase)} · {mode_name(_, live.state.mode)}",
        about.title.read(language)[0],
        about.summary.read(language)[0],
        tuple(names)[:SPEAKERS_SHOWN],
    )


def _page(live: Live, further: int) -> MediaId | None:
    """Returns the picture of the page that is shown, or of one further on."""
    slide, materials = live.state.slide, live.about.materials
    if slide is None or slide.material >= len(materials):
        return None
    pages, at = materials[slide.material].pages, slide.page - 1 + further
    return MediaId(pages[at]) if at < len(pages) else None


def _film(live: Live, server_ms: int) -> FilmNow | None:
    film, materials = live.state.film, live.about.materials
    if film is None or film.material >= len(materials) or materials[film.material].pages:
        return None
    material = materials[film.material]
    seconds, playing = film_now(film, material.seconds, server_ms)
    return FilmNow(MediaId(material.media), seconds, playing)


def _side(live: Live, _: Tongue) -> SideCard | None:
    """Returns the questions on top with their votes, then who waits for the floor."""
    asked = [row for row in live.public.top if row.state != "answered"][:QUESTIONS_SHOWN]
    hands = live.state.hands
    rows = [(_.number(row.votes), row.text) for row in asked]
    shown = HANDS_SHOWN if not asked else HANDS_BESIDE
    if hands and asked:
        rows.append((HEAD, _("Raised hands")))
    rows += [(str(place), hand.person.name) for place, hand in enumerate(hands[:shown], 1)]
    if len(hands) > shown:
        rows.append(("", _.many("{count} more", "{count} more", len(hands) - shown)))
    hint = _("Press I to take part") if live.state.mode != "screening" else ""
    head = _("Questions") if asked else _("Raised hands") if hands else _("Questions and hands")
    return SideCard(head, tuple(rows), hint)
