"""What the HUD is shown of the live session of the hall, as values; what people do there comes out as ``LiveWish``."""

from dataclasses import dataclass

from halles.world.live import Mode, Phase, ScreenShows
from halles.world.live_acts import LiveAct, StepName
from halles.world.questions import Asking, QuestionState
from halles.world.reactions import Reaction, ReactionCounts


@dataclass(frozen=True, slots=True)
class VoteFor:
    """Vote for a question, or take that back."""

    question: int
    on: bool


@dataclass(frozen=True, slots=True)
class VoteIn:
    """Vote in a poll, in place of what was chosen before."""

    poll: int
    choices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReactWith:
    """Applaud, laugh and so on."""

    reaction: Reaction


LiveWish = LiveAct | VoteFor | VoteIn | ReactWith
"""What somebody wants of a live session."""


@dataclass(frozen=True, slots=True)
class HandUp:
    """A raised hand; ``first``: they have not spoken yet."""

    key: str
    name: str
    first: bool


@dataclass(frozen=True, slots=True)
class Speaking:
    """Somebody who has the floor, and how much of their time is left, "" where it is not counted."""

    key: str
    name: str
    left: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that everybody sees; ``mine``: voted for."""

    number: int
    text: str
    by: str
    votes: int
    mine: bool
    state: QuestionState


@dataclass(frozen=True, slots=True)
class PollShown:
    """A poll; ``counts`` is empty while they are hidden."""

    number: int
    title: str
    options: tuple[str, ...]
    counts: tuple[int, ...]
    chosen: tuple[int, ...]
    voters: int
    open: bool
    multiple: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What is on the main screen, and what else could be.

    Attributes:
        screen: What it shows.
        material: The document or film shown, None before any was.
        page: The page shown, 0 for none.
        pages: Of how many.
        playing: The film runs.
        position_ms: Where the film is.
        titles: What may be shown, with how many pages each has; none: a film.
        mine: Oneself may turn pages and run films.
    """

    screen: ScreenShows = "title"
    material: int | None = None
    page: int = 0
    pages: int = 0
    playing: bool = False
    position_ms: int = 0
    titles: tuple[tuple[str, int], ...] = ()
    mine: bool = False


@dataclass(frozen=True, slots=True)
class LiveShown:
    """The live session of the hall.

    Attributes:
        title: In the reader's language.
        phase: Where it stands.
        mode: How people take part.
        clock: The countdown, else how long it has been live, else "".
        speaking: Who has the floor; in a fishbowl, who sits there.
        hands: Who waits, in the order in which they speak.
        rank: One's own place among them, 0 for none.
        chair: One's own chair, None for none.
        free: A free chair of a fishbowl.
        floor: Oneself has the floor.
        far: One stands far from the stage.
        asking: How questions are taken.
        waiting: How many questions wait for a host; told to hosts.
        questions: The ones on top.
        own: Those of oneself that wait for a host, or are refused.
        poll: The poll that is open or shown.
        reactions: Of the last seconds.
        captions: What is being said.
        host: Oneself conducts it.
        steps: What leads on from this phase.
        frozen: Only hosts and the stage write to the hall and nearby.
        locked: Nobody else comes in.
        shown: The screen.
        backstage: What hosts and speakers said last among themselves, each with who said it.
    """

    title: str
    phase: Phase
    mode: Mode
    clock: str = ""
    speaking: tuple[Speaking, ...] = ()
    hands: tuple[HandUp, ...] = ()
    rank: int = 0
    chair: int | None = None
    free: int | None = None
    floor: bool = False
    far: bool = False
    asking: Asking = "closed"
    waiting: int = 0
    questions: tuple[Asked, ...] = ()
    own: tuple[Asked, ...] = ()
    poll: PollShown | None = None
    reactions: ReactionCounts = (0, 0, 0, 0, 0)
    captions: tuple[str, ...] = ()
    host: bool = False
    steps: tuple[StepName, ...] = ()
    frozen: bool = False
    locked: bool = False
    shown: Shown = Shown()
    backstage: tuple[tuple[str, str], ...] = ()
