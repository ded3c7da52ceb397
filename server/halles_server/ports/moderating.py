"""What moderators and organisers read before they decide: where somebody is, who else decides, who is called how."""

from dataclasses import dataclass
from typing import Protocol

from halles.ids import AccountId, HallId, LiveSessionId, VisitId
from halles.world.roles import Role
from halles.world.text import Language
from halles_server.ports.standing import NO_STANDING, Standing


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where somebody is now, and how one speaks to them.

    Attributes:
        hall: In which hall, "" in none.
        here: Whether they are in the show.
        sharing: How many other visits come from the same address now, which a ban of the address would hit as well.
    """

    language: Language
    hall: HallId
    here: bool
    sharing: int = 0


@dataclass(frozen=True, slots=True)
class Named:
    """An account as those who give roles read it."""

    account: AccountId
    name: str
    login: str
    role: Role
    standing: Standing = NO_STANDING


class ModeratingStore(Protocol):
    """Reads only: nothing is decided here."""

    async def whereabouts(self, visit: VisitId | None, account: AccountId | None) -> Whereabouts:
        """Reads where a visit or an account is; ``Rejection`` NOT_FOUND."""

    async def behind(
        self, session: LiveSessionId, *, key: str = "", question: int = 0
    ) -> tuple[VisitId, AccountId | None]:
        """Reads who has a key in a live session, or asked a question there; ``Rejection`` NOT_FOUND.

        A guest's visit is the one in which they are here now, where they have come in anew since they acted.
        """

    async def deciders(self, limit: int) -> tuple[Named, ...]:
        """Reads who is something above others, in the show or in a part of it: role first, then name."""

    async def called(self, name: str, limit: int) -> tuple[Named, ...]:
        """Reads who has this login or, where nobody has, this name."""
