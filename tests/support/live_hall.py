"""A live session as a client hears of it: messages for tests of what a visit makes of them, without a server."""

from typing import Any

from halles.ids import AvatarNumber, HallId, LiveSessionId, VisitId
from halles.protocol.live_messages import LiveOpened, LivePartTold, LiveSpeaker, LiveTold
from halles.protocol.messages import AvatarCard, AvatarsEntered, HallEntered, Message
from halles.world.live import Chair, Hand, LivePerson, LiveState, Material
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.scene import Scene
from halles.world.text import Text
from halles_client.replica.replica import Replica
from tests.support.plans import PLANS

LILLE, SESSION = HallId("lille"), LiveSessionId("co-productions")
SCENE: Scene = PLANS.scenes[LILLE]
STAGE = SCENE.stages[0]
ME = LivePerson("me", VisitId("v0"), "Zoé", "fr")
JAN, EVA = LivePerson("jan", VisitId("v1"), "Jan", "nl"), LivePerson("eva", VisitId("v2"), "Eva", "fr")
FILM = "f" * 64 + ".mp4"
MATERIALS = (Material("Diapositives", "d.pdf", ("page-1", "page-2", "page-3"), 0), Material("Film", FILM, (), 8))
NOON_MS = 1_700_000_000_000


def opened() -> LiveOpened:
    """What it is about."""
    title = Text("Coproductions", "Coproducties", "Co-productions")
    speakers = (LiveSpeaker("Anne Delcourt", "Wallimage"),)
    return LiveOpened(SESSION, LILLE, "stage", title, Text("Un débat"), 0, 0, "fr", 100, speakers, MATERIALS)


def told(revision: int = 1, **state: Any) -> LiveTold:
    """Its state, live and at ``NOON_MS`` where nothing else is said."""
    return LiveTold(SESSION, revision, NOON_MS, LiveState(**{"phase": "live", **state}))


def here(*people: tuple[LivePerson, float, float], at: tuple[float, float] = (0.0, 14.0)) -> tuple[Message, ...]:
    """One is in the hall, and so are these, each at a place."""
    cards = tuple(
        AvatarCard(AvatarNumber(number), who.visit, who.name, Role.VISITOR, "fr", Look(), False, *_cm(x, y), 0)
        for number, (who, x, y) in enumerate(people, 1)
    )
    return HallEntered(b"r" * 16, LILLE, AvatarNumber(0), *_cm(*at), 0, 0, 1), AvatarsEntered(cards)


def replica(*messages: Message, host: bool = False) -> Replica:
    """A replica in the hall with the live session open, that has heard these as well."""
    made = Replica(PLANS.scenes)
    first = () if messages and isinstance(messages[0], HallEntered) else here()
    entered = [message for message in messages if isinstance(message, HallEntered | AvatarsEntered)]
    for message in (*first, *entered, opened(), LivePartTold(SESSION, ME.key, host)):
        made.apply(message, 0.0)
    for message in messages:
        if message not in entered:
            made.apply(message, 0.0)
    return made


def hand(who: LivePerson, at: int = 0, *, first: bool = True) -> Hand:
    """A raised hand."""
    return Hand(who, at, first)


def chair(number: int, who: LivePerson) -> Chair:
    """A taken chair."""
    return Chair(number, who, 0)


def _cm(x: float, y: float) -> tuple[int, int]:
    return round(x * 100), round(y * 100)
