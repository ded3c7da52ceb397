"""Whoever asks for something."""

from dataclasses import dataclass

from halles.ids import AccountId, VisitId
from halles.world.roles import Role
from halles.world.text import Language
from halles_server.ports.standing import NO_STANDING, Standing


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with what is known of them when they ask.

    Attributes:
        account: Their account; None for guests.
        visit: Their visit, when they ask through the world's door; None on a page.
        name: The name that others read.
        role: What they are in the show.
        language: What they read.
        standing: What is granted to them beside their role.
        devices: SHA-256 of what their client and browser keep, by which a guest is known again.
        bot: Whether it is a program.
    """

    account: AccountId | None
    visit: VisitId | None
    name: str
    role: Role
    language: Language
    standing: Standing = NO_STANDING
    devices: tuple[bytes, ...] = ()
    bot: bool = False
