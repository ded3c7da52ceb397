"""A live session as everybody sees it: its phase and mode, who waits, who sits and speaks, what the screens show.

Belongs here: the state as values, and what may be read off it. Not here: how acts change it (``live_rules``), what it
is about (the programme), questions and polls. Pure: moments are Unix time in milliseconds, and arguments.
"""

from typing import Annotated, Final, Literal

import msgspec

from halles.ids import VisitId
from halles.world.text import Language

Phase = Literal["scheduled", "doors", "live", "paused", "closing", "ended", "published"]
Mode = Literal["open", "hands", "stage-only", "fishbowl", "screening"]
ScreenShows = Literal["title", "slides", "film", "question"]

OPEN: Final[frozenset[Phase]] = frozenset({"doors", "live", "paused", "closing"})
"""While these last, the hall shows it."""

TAKING_PART: Final[frozenset[Phase]] = frozenset({"doors", "live", "paused"})
"""While hands go up, chairs are taken, questions are asked and votes count."""

CHAIRS: Final = 8
"""On a stage."""

FISHBOWL_CHAIRS: Final = 5
"""In a fishbowl; one of them stays empty for whoever wants to join in."""

HANDS_CAP: Final = 200
FLOOR_CAP: Final = 3
"""Who may have the floor at once, apart from a fishbowl's chairs."""
SPOKEN_CAP: Final = 500
"""Of how many it is known that they have spoken."""
BACKSTAGE_CAP: Final = 100
"""Whom the hosts have let backstage; another one comes in place of who was let in first."""
TALKED_CAP: Final = 100
"""Of how many it is known for how long; of others only in which language."""

MATERIALS_CAP: Final = 32
SECONDS_CAP: Final = 4 * 60 * 60

Millis = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Key = Annotated[str, msgspec.Meta(max_length=64)]
"""Names somebody within one live session, the same after every return; tells nothing of their account."""


class _Value(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The base of what a state is made of."""


class LivePerson(_Value, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Somebody who takes part by more than watching."""

    key: Key
    visit: VisitId
    """Their visit now; "" for who is behind a page without one."""
    name: Annotated[str, msgspec.Meta(max_length=160)]
    language: Language


class Hand(_Value, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A raised hand."""

    person: LivePerson
    raised_ms: Millis
    first: bool
    """They have not spoken yet, and go before those who have."""
    placed: bool = False
    """A host has moved it up: nobody goes before it unasked."""


class Chair(_Value, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A taken chair on the stage."""

    number: Annotated[int, msgspec.Meta(ge=0, lt=CHAIRS)]
    person: LivePerson
    since_ms: Millis


class Floor(_Value, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Somebody who has the floor."""

    person: LivePerson
    since_ms: Millis
    until_ms: Millis
    """When their time is over, 0 where it is not counted; nobody is cut off by a clock."""


class Slide(_Value, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Which page of which document is shown."""

    material: Annotated[int, msgspec.Meta(ge=0, lt=MATERIALS_CAP)]
    page: Annotated[int, msgspec.Meta(ge=1, le=1000)]


class Film(_Value, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Which film is shown, and where it is: everybody reckons from the same moment."""

    material: Annotated[int, msgspec.Meta(ge=0, lt=MATERIALS_CAP)]
    playing: bool
    position_ms: Annotated[int, msgspec.Meta(ge=0, le=SECONDS_CAP * 1000)]
    """Where it was at ``at_ms``."""
    at_ms: Millis


class Talked(_Value, frozen=True, array_like=True, forbid_unknown_fields=True):
    """For how long somebody had the floor so far, or, with the key "", all who are not named in one language."""

    key: Key
    name: Annotated[str, msgspec.Meta(max_length=160)]
    language: Language
    ms: Millis


class Behind(_Value, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Somebody who was given the floor or a chair by a host, and is backstage since."""

    key: Key
    name: Annotated[str, msgspec.Meta(max_length=160)]
    since_ms: Millis


class LiveState(_Value, frozen=True, array_like=True, forbid_unknown_fields=True):
    """All that changes in a live session, but for questions and polls."""

    phase: Phase = "scheduled"
    mode: Mode = "hands"
    since_ms: Millis = 0
    """When the phase began."""
    hands: Annotated[tuple[Hand, ...], msgspec.Meta(max_length=HANDS_CAP)] = ()
    """In the order in which they speak."""
    chairs: Annotated[tuple[Chair, ...], msgspec.Meta(max_length=CHAIRS)] = ()
    """The taken ones, by number."""
    floor: Annotated[tuple[Floor, ...], msgspec.Meta(max_length=CHAIRS)] = ()
    presenter: Key = ""
    """Who turns the pages and runs the film; "" while the hosts do."""
    screen: ScreenShows = "title"
    slide: Slide | None = None
    film: Film | None = None
    countdown_ms: Millis = 0
    """When the countdown on the screen ends; 0 for none."""
    frozen: bool = False
    """Only hosts, and who sits on the stage or has the floor, write to the hall and to those near."""
    locked: bool = False
    """Nobody else comes into the hall."""
    spoken: Annotated[tuple[Key, ...], msgspec.Meta(max_length=SPOKEN_CAP)] = ()
    """Who has spoken."""
    on_screen: Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)] = 0
    """The question that the screen shows; 0 for none."""
    recorded: bool = True
    """What happens is kept, to be seen again; everybody is told so."""
    talked: Annotated[tuple[Talked, ...], msgspec.Meta(max_length=TALKED_CAP + 3)] = ()
    """Who has had the floor for how long until ``counted_ms``; what has passed since belongs to who has it now."""
    counted_ms: Millis = 0
    backstage: Annotated[tuple[Behind, ...], msgspec.Meta(max_length=BACKSTAGE_CAP)] = ()
    """Who is there beside hosts, announced speakers and the presenter, until it ends or a host shuts them out."""
    presenting: LivePerson | None = None
    """Who ``presenter`` is."""


class Material(_Value, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Something that may be shown: a document by the pictures of its pages, or a film."""

    title: Annotated[str, msgspec.Meta(max_length=160)]
    media: Annotated[str, msgspec.Meta(max_length=80)]
    pages: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=80)], ...], msgspec.Meta(max_length=100)]
    """() for a film."""
    seconds: Annotated[int, msgspec.Meta(ge=0, le=SECONDS_CAP)]
    """Of a film."""


def chairs_of(mode: Mode) -> int:
    """Returns how many chairs stand on the stage."""
    return FISHBOWL_CHAIRS if mode == "fishbowl" else CHAIRS


def speakers(state: LiveState, *, paused: bool = False) -> dict[str, LivePerson]:
    """Returns who may be heard by the whole hall now, by key: with the floor, or in a fishbowl's chair.

    Args:
        state: The state now.
        paused: Whether to name also, while it is paused, who goes on speaking after that.
    """
    if state.phase != "live" and not (paused and state.phase == "paused"):
        return {}
    seated = [chair.person for chair in state.chairs if state.mode == "fishbowl"]
    return {person.key: person for person in (*(floor.person for floor in state.floor), *seated)}


def has_floor(state: LiveState, key: str) -> bool:
    """Tells whether somebody may be heard by the whole hall now."""
    return key in speakers(state)


def rank(state: LiveState, key: str) -> int:
    """Returns somebody's place among the raised hands, from 1; 0 for none."""
    return next((place for place, hand in enumerate(state.hands, 1) if hand.person.key == key), 0)


def backstage_since(state: LiveState, key: str) -> int | None:
    """Returns since when (Unix time, ms) somebody is backstage by what the hosts have given them; None for not.

    The presenter is as from the beginning; who was given the floor or a chair, since they got it first.
    """
    if key and state.presenter == key:
        return 0
    return next((one.since_ms for one in state.backstage if one.key == key), None)


def film_position_ms(film: Film, now_ms: int, length_ms: int = 0) -> int:
    """Returns where a film is at a moment.

    Args:
        film: The film.
        now_ms: Unix time by the server's clock.
        length_ms: Where it ends and stays, 0 where that is not known.
    """
    at = film.position_ms + (max(0, now_ms - film.at_ms) if film.playing else 0)
    return min(at, length_ms) if length_ms else at


def people_in(state: LiveState) -> dict[str, LivePerson]:
    """Returns everybody who waits, sits, speaks or presents, by key."""
    people = [state.presenting] if state.presenting is not None else []
    people += [hand.person for hand in state.hands] + [chair.person for chair in state.chairs]
    return {person.key: person for person in (*people, *(floor.person for floor in state.floor))}
