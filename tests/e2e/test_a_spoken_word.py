"""A word spoken in one client is heard in another, through the real server; the devices are synthetic."""

import time
from pathlib import Path

import numpy as np

from halles_client import config
from halles_client.net.link import Credentials
from halles_client.net.media import Media
from halles_client.net.thread import LinkThread
from halles_client.sound.desk import SoundDesk
from halles_client.sound.mix import RATE
from halles_client.visit import Visit
from tests.client.sound.test_codec import tone
from tests.client.sound.test_desk import Synthetic
from tests.support.serving import real_server

HERTZ = 440.0


class Person:
    """A client without a screen, with a microphone and a loudspeaker made of calls."""

    def __init__(self, world: str, name: str, folder: Path) -> None:
        self.devices = Synthetic()
        self.desk = SoundDesk(self.devices.microphone, self.devices.loudspeaker)
        self.link = LinkThread(world, Credentials(name, "fr"))
        self.media = Media(world, folder)
        self.visit = Visit(self.link, config.plans(), self.media, ("lille", "spawn:door"), sound=self.desk)
        self.visit.voice.switch(on=True)

    def close(self) -> None:
        self.link.close()
        self.media.close()
        self.desk.switch(on=False)
        self.desk.join()


def beat(*people: Person) -> None:
    for person in people:
        person.visit.hear(time.monotonic())
    time.sleep(0.005)


def until(condition, *people: Person, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        beat(*people)


def test_a_word_spoken_in_one_client_is_heard_in_another_and_not_by_who_has_voice_off(tmp_path: Path) -> None:
    with real_server(voice=True) as server:
        ada, bob, off = (Person(server.world, name, tmp_path) for name in ("Ada", "Bob", "Off"))
        off.visit.voice.switch(on=False)
        try:
            until(lambda: all(len(one.visit.replica.people) == 2 for one in (ada, bob, off)), ada, bob, off)
            until(lambda: ada.visit.voice.hearing and ada.devices.open == bob.devices.open == 2, ada, bob, off)
            ada.visit.voice.hold(on=True)
            heard: list[np.ndarray] = []
            for frame in range(100):  # two seconds, by the clock of the microphone
                began = time.monotonic()
                assert ada.devices.hears is not None
                assert bob.devices.plays is not None
                ada.devices.hears(tone(HERTZ, frame))
                beat(ada, bob, off)
                heard.append(bob.devices.plays())
                time.sleep(max(0.0, 0.02 - (time.monotonic() - began)))
            assert [bob.visit.replica.people[number].name for number in bob.visit.voice.speaking()] == ["Ada"]
            assert off.visit.voice.speaking() == ()
            sound = np.concatenate(heard)[RATE:].mean(axis=1)
            power = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
            assert abs(np.fft.rfftfreq(len(sound), 1 / RATE)[power.argmax()] - HERTZ) < 10
            assert sound.std() > 0.03
        finally:
            for person in (ada, bob, off):
                person.close()
