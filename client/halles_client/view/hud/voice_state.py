"""What the HUD is shown of voice. Part of ``HudState``; no text here is for people."""

from dataclasses import dataclass
from typing import Literal

from halles.protocol.voice_messages import Hearing

Lacking = Literal["library", "microphone", "loudspeaker"]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody whose voice was heard lately.

    Attributes:
        id: What ``ChangedVolume`` gives back, opaque here.
        name: The name shown.
        percent: How loud one hears them, 0 to 200.
        speaks: Whether they speak now.
    """

    id: str
    name: str
    percent: int = 100
    speaks: bool = False


@dataclass(frozen=True, slots=True)
class VoiceShown:
    """Voice where the show has it.

    Attributes:
        hearing: How far one is heard.
        metres: How far that is, nearby.
        on: Whether it is switched on.
        mono: Whether both ears hear the same.
        talking: Whether one is heard now.
        lacking: What this computer has not, in no order.
        speakers: Who was heard lately, the newest first.
        recorded: Whether one's voice from the stage may stay in recordings; None for who cannot leave one again.
    """

    hearing: Hearing
    metres: int
    on: bool = False
    mono: bool = False
    talking: bool = False
    lacking: frozenset[Lacking] = frozenset()
    speakers: tuple[Speaker, ...] = ()
    recorded: bool | None = None

    @property
    def speaking(self) -> tuple[str, ...]:
        """The names of those who speak now."""
        return tuple(one.name for one in self.speakers if one.speaks)
