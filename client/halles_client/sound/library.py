"""The library that knows microphones and loudspeakers, sounddevice over PortAudio: an optional part of the client.

It is imported when somebody switches voice on, and not before. Where it, PortAudio or the device is missing, that is
said in words (``NoSound``) and everything else goes on.
"""

from typing import Any, Literal

from halles.errors import HallesError

Missing = Literal["library", "microphone", "loudspeaker"]


class NoSound(HallesError):
    """Something is missing of what sound needs.

    Attributes:
        missing: What.
    """

    def __init__(self, missing: Missing) -> None:
        super().__init__(f"no {missing} for sound")
        self.missing: Missing = missing


def sounddevice() -> Any:
    """Returns the library.

    Raises:
        NoSound: It is not installed, or PortAudio is not.
    """
    try:
        import sounddevice as found
    except (ImportError, OSError):
        raise NoSound("library") from None
    return found


def started(stream: Any, missing: Missing) -> Any:
    """Starts a stream that a call makes, and returns it; ``NoSound`` where there is no such device, or it is taken."""
    library = sounddevice()
    try:
        made = stream()
        made.start()
    except (library.PortAudioError, ValueError, OSError):
        raise NoSound(missing) from None
    return made
