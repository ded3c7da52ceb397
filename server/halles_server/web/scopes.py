"""What parts of the show are called on pages: the place of a sanction, a role, an announcement."""

from dataclasses import dataclass
from typing import Final

from halles.errors import Rejection
from halles.ids import BoothId, HallId, LiveSessionId
from halles.world.text import Language
from halles_server.ports.standing import Scope
from halles_server.services.offered import Services

KINDS: Final = ("show", "hall", "booth", "live")


@dataclass(frozen=True, slots=True)
class Place:
    """A scope as a page names it.

    Attributes:
        name: "" for the whole show.
    """

    key: str
    kind: str
    name: str


async def place_of(services: Services, key: str, code: Language) -> Place:
    """Names the scope with a key; one that is gone is called by its id."""
    kind, _, place = key.partition(":")
    if kind == "hall":
        scene = services.scenes.get(HallId(place))
        return Place(key, kind, scene.name.text().read(code)[0] if scene is not None else place)
    try:
        if kind == "booth":
            return Place(key, kind, (await services.booths.read(BoothId(place))).content.name)
        if kind == "live":
            return Place(key, kind, (await services.live.read(LiveSessionId(place))).entry.title.read(code)[0])
    except Rejection:
        return Place(key, kind, place)
    return Place(key, "show", "")


async def places_of(services: Services, scopes: tuple[Scope, ...], code: Language) -> tuple[Place, ...]:
    """Names scopes, in their order."""
    return tuple([await place_of(services, scope.key, code) for scope in scopes])
