"""Devices opened and closed, what is missing said, and one's own voice as packets; the devices are synthetic."""

from collections.abc import Callable

import numpy as np
import pytest

from halles_client.sound.capture import Take
from halles_client.sound.codec import Decoder
from halles_client.sound.desk import SoundDesk
from halles_client.sound.library import Missing, NoSound
from halles_client.sound.mix import Gains
from halles_client.sound.playback import Give
from tests.client.sound.test_codec import packets, tone


class Synthetic:
    """A microphone and a loudspeaker made of calls."""

    def __init__(self, *missing: Missing) -> None:
        self._missing = missing
        self.hears: Take | None = None
        self.plays: Give | None = None
        self.open = 0

    def microphone(self, take: Take) -> "Synthetic":
        self.hears = take
        return self._opened("microphone")

    def loudspeaker(self, give: Give) -> "Synthetic":
        self.plays = give
        return self._opened("loudspeaker")

    def close(self) -> None:
        self.open -= 1

    def speak(self, frames: int, first: int = 0) -> None:
        """Lets the microphone hear a tone."""
        assert self.hears is not None
        for frame in range(first, first + frames):
            self.hears(tone(440.0, frame))

    def _opened(self, kind: Missing) -> "Synthetic":
        if "library" in self._missing:
            raise NoSound("library")
        if kind in self._missing:
            raise NoSound(kind)
        self.open += 1
        return self


def desk_with(devices: Synthetic) -> SoundDesk:
    desk = SoundDesk(devices.microphone, devices.loudspeaker)
    desk.switch(on=True)
    desk.join()
    return desk


def test_nothing_is_encoded_unless_one_talks_and_every_frame_has_its_number() -> None:
    devices = Synthetic()
    desk = desk_with(devices)
    devices.speak(3)
    assert desk.own() == []
    desk.talk(on=True)
    devices.speak(4)
    desk.talk(on=False)
    devices.speak(10)
    desk.talk(on=True)
    devices.speak(1)
    assert desk.waiting() == 5
    own = desk.own()
    assert [number for number, _ in own] == [4, 5, 6, 7, 18]
    decoder = Decoder()
    assert max(float(decoder.decode(packet).std()) for _, packet in own) > 0.05
    assert desk.own() == []


def test_packets_that_nobody_fetches_are_bounded() -> None:
    devices = Synthetic()
    desk = desk_with(devices)
    desk.talk(on=True)
    devices.speak(50)
    assert [number for number, _ in desk.own()] == list(range(39, 51))


def test_switching_off_closes_both_and_forgets_what_waits() -> None:
    devices = Synthetic()
    desk = desk_with(devices)
    assert devices.open == 2
    desk.talk(on=True)
    devices.speak(2)
    desk.switch(on=False)
    desk.join()
    assert (devices.open, desk.own()) == (0, [])
    devices.speak(2)
    assert desk.own() == [], "a block that was on its way"


@pytest.mark.parametrize(
    ("missing", "open_"),
    [(("library",), 0), (("microphone",), 1), (("loudspeaker",), 1), (("microphone", "loudspeaker"), 0)],
)
def test_what_is_missing_is_said_and_the_other_goes_on(missing: tuple[Missing, ...], open_: int) -> None:
    devices = Synthetic(*missing)
    desk = desk_with(devices)
    assert (desk.missing, devices.open) == (frozenset(missing), open_)


def test_the_loudspeaker_plays_what_the_hall_holds() -> None:
    devices = Synthetic()
    desk = desk_with(devices)
    desk.hall.hear(3, 0, packets(6))
    desk.hall.place({3: Gains(1.0, 1.0)})
    play: Callable[[], np.ndarray] | None = devices.plays
    assert play is not None
    assert max(float(play().std()) for _ in range(6)) > 0.1


def test_on_this_machine_there_are_devices_or_it_is_said_what_is_missing() -> None:
    desk = SoundDesk()
    desk.switch(on=True)
    desk.join()
    assert len(desk._devices) + len(desk.missing - {"library"}) == 2 or desk.missing == {"library"}
    desk.switch(on=False)
    desk.join()
    assert desk._devices == []
