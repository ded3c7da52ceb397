"""What one moderates in this visit: announcing, sanctions that one has given, and lifting these again.

The server decides who may do what; here stands what makes sense to offer. What others have given is read on pages: no
part of the wire tells it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec

from halles.ids import VisitId
from halles.protocol.announcement_messages import Announce
from halles.protocol.messages import Done, Message
from halles.protocol.standing_messages import LiftSanction, Sanction, ScopeKind
from halles.world.roles import Role
from halles.world.sanctions import SanctionKind
from halles.world.text import Language, Text
from halles_client.booth_talk import BoothTalk
from halles_client.net.requests import Ask, Failed, new_request_id
from halles_client.replica.replica import Replica

MINUTES: Final = {
    SanctionKind.WARN: 0,
    SanctionKind.SILENCE: 10,
    SanctionKind.HOLD: 10,
    SanctionKind.REMOVE: 0,
    SanctionKind.BAN: 24 * 60,
}
"""The ladder, from the mildest on, and for how long each is given in the world; other times are given on pages."""

GIVEN_KEPT: Final = 50

_HOUSE: Final = frozenset({Role.MODERATOR, Role.ORGANISER, Role.OPERATOR})


@dataclass(frozen=True, slots=True)
class Given:
    """A sanction that one has given.

    Attributes:
        until_ms: Unix time by this computer's clock; 0 of what has no end to wait for.
        lifted: Whether one has lifted it.
    """

    number: int
    visit: VisitId
    name: str
    kind: SanctionKind
    until_ms: int
    lifted: bool = False


class Moderation:
    """What one visit moderates.

    Attributes:
        given: What one has given and may lift, newest first.
        told: Called with what was given or lifted.
    """

    def __init__(self, replica: Replica, talk: BoothTalk, ask: Ask, refused: Failed) -> None:
        self._replica, self._talk, self._ask, self._refused = replica, talk, ask, refused
        self.given: tuple[Given, ...] = ()
        self.told: Callable[[Given], None] = lambda _: None

    @property
    def scopes(self) -> tuple[ScopeKind, ...]:
        """Within what one may moderate here, the nearest first; nothing for who moderates nothing."""
        welcome, live = self._replica.welcome, self._replica.live.first
        if welcome is not None and welcome.role in _HOUSE:
            return ("hall", "show")
        return ("live",) if live is not None and live.host else ()

    @property
    def announces(self) -> tuple[ScopeKind, ...]:
        """Where one may announce something, the nearest first: at one's own booth, and where one moderates."""
        return (*(("booth",) if self._talk.duty is not None else ()), *self.scopes)

    @property
    def film_runs(self) -> bool:
        """Whether what is announced here waits until a film is over."""
        live = self._replica.live.first
        return live is not None and live.state.mode == "screening" and live.state.phase == "live"

    def place(self, scope: ScopeKind) -> str:
        """Returns the place of a scope, as messages have it."""
        live = self._replica.live.first
        if scope == "booth":
            return self._talk.duty or ""
        if scope == "live":
            return live.about.session if live is not None else ""
        return (self._replica.hall or "") if scope == "hall" else ""

    def sanction(self, visit: VisitId, kind: SanctionKind, scope: ScopeKind, reason: str) -> None:
        """Sanctions somebody here."""
        name = next((card.name for card in self._replica.people.values() if card.visit == visit), "")
        minutes = MINUTES[kind]
        order = Sanction(new_request_id(), visit, kind, minutes, reason, scope, self.place(scope))
        until_ms = round(time.time() * 1000) + minutes * 60_000 if minutes else 0

        def done(message: Message) -> None:
            if isinstance(message, Done):
                given = Given(message.number, visit, name, kind, until_ms)
                if kind is not SanctionKind.REMOVE:
                    self.given = (given, *self.given)[:GIVEN_KEPT]
                self.told(given)

        self._ask(order, done, self._refused)

    def announce(self, scope: ScopeKind, text: str, language: Language) -> None:
        """Calls something out in one language; one reads it oneself as all others do."""
        said = msgspec.structs.replace(Text(), **{language: text})
        announcement = Announce(new_request_id(), scope, self.place(scope), said)
        self._ask(announcement, lambda _: None, self._refused)

    def lift(self, number: int) -> None:
        """Ends a sanction that one has given."""
        known = next((one for one in self.given if one.number == number), None)
        if known is None:
            return

        def done(_: Message) -> None:
            self.given = tuple(one for one in self.given if one.number != number)
            self.told(Given(number, known.visit, known.name, known.kind, known.until_ms, lifted=True))

        self._ask(LiftSanction(new_request_id(), number), done, self._refused)
