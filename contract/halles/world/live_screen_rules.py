"""The rules of the screens: pages, films, what is shown, and who shows it; pure."""

from msgspec.structs import replace

from halles.errors import Rejection, RejectionCode
from halles.world.live import OPEN, Film, LiveState, Material, Slide
from halles.world.live_acts import CountDown, MakePresenter, RunFilm, ShowOnScreen, ShowPage
from halles.world.live_asked import Asked, during, not_over, only_hosts, somebody


def show_page(state: LiveState, act: ShowPage, asked: Asked) -> LiveState:
    """Shows a page of a document; a film stands still."""
    material = _showable(state, act.material, asked)
    if not 1 <= act.page <= len(material.pages):
        raise Rejection(RejectionCode.NOT_FOUND, f"page {act.page} of {len(material.pages)}")
    return replace(state, slide=Slide(act.material, act.page), screen="slides", film=stopped(state, asked.now_ms))


def run_film(state: LiveState, act: RunFilm, asked: Asked) -> LiveState:
    """Runs a film or stops it, at a position."""
    material = _showable(state, act.material, asked)
    if material.pages or act.position_ms > material.seconds * 1000:
        raise Rejection(RejectionCode.NOT_FOUND, "no film, or one that is shorter")
    return replace(state, film=Film(act.material, act.playing, act.position_ms, asked.now_ms), screen="film")


def make_presenter(state: LiveState, act: MakePresenter, asked: Asked) -> LiveState:
    """Says who turns pages and runs films; nobody named: the hosts."""
    only_hosts(asked)
    not_over(state)
    who = somebody(asked) if act.who else None
    return replace(state, presenter=who.key if who is not None else "", presenting=who)


def show(state: LiveState, act: ShowOnScreen, asked: Asked) -> LiveState:
    """Puts something else on the main screen."""
    only_hosts(asked)
    during(state, OPEN)
    lacks = {"slides": state.slide is None, "film": state.film is None, "question": not act.question}
    if lacks.get(act.screen, False):
        raise Rejection(RejectionCode.NOT_FOUND, f"no {act.screen} to show")
    film = state.film if act.screen == "film" else stopped(state, asked.now_ms)
    return replace(state, screen=act.screen, on_screen=act.question if act.screen == "question" else 0, film=film)


def count_down(state: LiveState, act: CountDown, asked: Asked) -> LiveState:
    """Counts down to a moment, or no more."""
    only_hosts(asked)
    during(state, OPEN)
    return replace(state, countdown_ms=asked.now_ms + act.seconds * 1000 if act.seconds else 0)


def _showable(state: LiveState, place: int, asked: Asked) -> Material:
    during(state, OPEN)
    may = asked.by.key == state.presenter if state.presenter else asked.host
    if not may:
        raise Rejection(RejectionCode.FORBIDDEN, "only the presenter shows something")
    if place >= len(asked.materials):
        raise Rejection(RejectionCode.NOT_FOUND, f"no material {place}")
    return asked.materials[place]


def stopped(state: LiveState, now_ms: int) -> Film | None:
    """Returns the film standing still where it is."""
    film = state.film
    if film is None or not film.playing:
        return film
    return replace(film, playing=False, position_ms=film.position_ms + max(0, now_ms - film.at_ms), at_ms=now_ms)
