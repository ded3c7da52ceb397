"""From what is known of a live session to what the HUD shows of it, and from what somebody wants there to the visit."""

from typing import Final

from halles.world.live import Floor, LiveState, chairs_of, has_floor
from halles.world.live_rules import steps_from
from halles.world.text import Language
from halles_client.live_words import clock
from halles_client.replica.live_public import LivePublic
from halles_client.replica.live_sessions import Live
from halles_client.stage_board import film_now
from halles_client.view.hud.live_state import (
    Asked,
    HandUp,
    LiveShown,
    LiveWish,
    PollShown,
    ReactWith,
    Shown,
    Speaking,
    VoteFor,
    VoteIn,
)
from halles_client.visit import Visit

QUESTIONS_SHOWN: Final = 12
HANDS_SHOWN: Final = 50


def live_shown(visit: Visit, language: Language, now: float) -> LiveShown | None:
    """Returns what the HUD shows of the live session here; None where there is none."""
    live, part = visit.part.live, visit.part
    if live is None:
        return None
    state, server_ms = live.state, visit.replica.live.server_ms(now)
    chair = part.chair
    return LiveShown(
        title=live.about.title.read(language)[0],
        phase=state.phase,
        mode=state.mode,
        clock=_clock(state, server_ms),
        speaking=_speaking(state, server_ms),
        hands=tuple(HandUp(row.person.key, row.person.name, row.first) for row in state.hands[:HANDS_SHOWN]),
        rank=live.rank,
        chair=chair.number if chair is not None else None,
        free=_free(state),
        floor=has_floor(state, live.key),
        far=part.far,
        asking=live.public.asking,
        waiting=live.public.waiting,
        questions=_questions(live.public),
        own=tuple(Asked(row.number, row.text, "", 0, mine=True, state=row.state) for row in live.public.asked),
        poll=poll_shown(live.public, language),
        reactions=live.public.applause(now),
        captions=live.caption(language, now),
        backstage=tuple((line.name, line.text) for line in live.backstage),
        host=live.host,
        steps=steps_from(state.phase),
        frozen=state.frozen,
        locked=state.locked,
        shown=_screen(live, server_ms, mine=part.presents),
    )


def take_part(visit: Visit, what: LiveWish) -> None:
    """Has a visit do what somebody wants of the live session."""
    match what:
        case VoteFor(question, on):
            visit.part.vote(question, on=on)
        case VoteIn(poll, choices):
            visit.part.choose(poll, choices)
        case ReactWith(reaction):
            visit.react(reaction)
        case _:
            visit.part.act(what)


def _clock(state: LiveState, server_ms: int) -> str:
    """Returns the countdown, else for how long it has been live."""
    if state.countdown_ms > server_ms:
        return clock(state.countdown_ms - server_ms)
    return clock(server_ms - state.since_ms) if state.phase == "live" and state.since_ms else ""


def _speaking(state: LiveState, server_ms: int) -> tuple[Speaking, ...]:
    if state.phase != "live":
        return ()
    rows = {row.person.key: Speaking(row.person.key, row.person.name, _left(row, server_ms)) for row in state.floor}
    for chair in state.chairs if state.mode == "fishbowl" else ():
        rows.setdefault(chair.person.key, Speaking(chair.person.key, chair.person.name))
    return tuple(rows.values())


def _left(floor: Floor, server_ms: int) -> str:
    return clock(floor.until_ms - server_ms) if floor.until_ms else ""


def _free(state: LiveState) -> int | None:
    """Returns a chair that anybody may take."""
    if state.mode != "fishbowl":
        return None
    taken = {chair.number for chair in state.chairs}
    return next((number for number in range(chairs_of(state.mode)) if number not in taken), None)


def _questions(public: LivePublic) -> tuple[Asked, ...]:
    return tuple(
        Asked(row.number, row.text, row.name, row.votes, row.number in public.voted, row.state)
        for row in public.top[:QUESTIONS_SHOWN]
    )


def poll_shown(public: LivePublic, language: Language) -> PollShown | None:
    """Returns the newest poll that may be seen, in the reader's language."""
    told = public.poll
    if told is None:
        return None
    card, poll = told.card, told.card.poll
    return PollShown(
        card.number,
        poll.title.read(language)[0],
        tuple(option.read(language)[0] for option in poll.options),
        told.counts,
        public.chosen.get(card.number, ()),
        told.voters,
        card.state == "open",
        poll.kind == "multiple",
    )


def _screen(live: Live, server_ms: int, *, mine: bool) -> Shown:
    state, materials = live.state, live.about.materials
    titles = tuple((row.title, len(row.pages)) for row in materials)
    if state.screen == "film" and state.film is not None and state.film.material < len(materials):
        seconds, playing = film_now(state.film, materials[state.film.material].seconds, server_ms)
        return Shown("film", state.film.material, 0, 0, playing, round(seconds * 1000) if mine else 0, titles, mine)
    if state.slide is not None and state.slide.material < len(materials):
        pages = len(materials[state.slide.material].pages)
        return Shown(state.screen, state.slide.material, state.slide.page, pages, titles=titles, mine=mine)
    return Shown(state.screen, titles=titles, mine=mine)
