"""Where one can go: what the HUD's opaque ids stand for, and the names of halls. Pure."""

from dataclasses import dataclass

from halles.ids import HallId
from halles.world.scene import Scene
from halles.world.text import Language
from halles_client.replica.replica import Replica


@dataclass(frozen=True, slots=True)
class Goal:
    """What an opaque id of the HUD stands for: ``EnterHall``'s hall and place."""

    hall: str
    place: str

    @classmethod
    def of(cls, text: str) -> "Goal":
        """Reads what ``id`` wrote."""
        hall, _, place = text.partition("|")
        return cls(hall, place)

    @property
    def id(self) -> str:
        """The opaque id."""
        return f"{self.hall}|{self.place}"


def subject_of(subject: str) -> str:
    """Returns what an opaque id is about as the server names it: a visit, or a booth."""
    return Goal.of(subject).place.removeprefix("visit:") or subject


def scene_name(scene: Scene, language: Language) -> str:
    """Returns a hall's name as its plan has it."""
    return scene.name.text().read(language)[0]


def hall_names(replica: Replica, language: Language) -> dict[HallId, str]:
    """Returns the names of the show's halls."""
    welcome = replica.welcome
    return {card.hall: card.name.read(language)[0] for card in welcome.halls} if welcome else {}


def hall_name(replica: Replica, language: Language, hall: HallId) -> str:
    """Returns a hall's name, "" of one that is not in the show."""
    return hall_names(replica, language).get(hall, "")
