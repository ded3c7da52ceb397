"""Voice in the halls: who hears whom, tick by tick.

The default is a relay of our own (``gateway/voice_relay.py``). Another one may carry the sound elsewhere, as a media
server does, and then passes nothing on here. Who may speak, how often and whether from the stage is decided before it
is asked (``gateway/voice.py``), so that no implementation can forget it. Nothing of what is said is kept.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from halles.ids import AvatarNumber, HallId
from halles.protocol.voice_messages import Speak, Voice
from halles_server.hall.hall import Hall


@dataclass(frozen=True, slots=True)
class Portion:
    """What some of a hall hear in a tick: for each of ``hearers`` the same."""

    hearers: Sequence[int]
    voices: tuple[Voice, ...]


class VoiceBackend(Protocol):
    """Carries voice between the people of halls. Nothing here waits or raises."""

    def say(self, hall: HallId, number: AvatarNumber, words: Speak, *, stage: bool) -> None:
        """Takes what somebody of this node says, who may; ``stage``: the whole hall hears it."""

    def begin(self, hall: HallId) -> tuple[Voice, ...]:
        """Ends what is said before a hall's tick; returns it for the other nodes, () where nobody spoke."""

    def others_said(self, hall: HallId, voices: Collection[Voice]) -> None:
        """Takes what was said at another node, which has decided who may."""

    def deliver(self, hall: Hall, listeners: Collection[int]) -> Sequence[Portion]:
        """Returns which of the listeners hear what in this tick, and forgets it; nothing where nobody spoke."""
