"""A film plays by the show's clock, for everybody the same, and dies alone."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from halles_client.films.player import HEIGHT, WIDTH, Player
from tests.support import films

LASTS = 8.0
APART_S = 0.25
LATE_S = 1.5
WAIT_S = 20.0
CAUGHT_UP_S = 5.0


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return films.write(tmp_path_factory.mktemp("films") / "film.mp4", LASTS)


@contextmanager
def playing(file: Path) -> Iterator[Player]:
    player = Player(file)
    try:
        yield player
    finally:
        player.close()


def moment(player: Player, lasts: float = LASTS) -> float:
    """The moment of the film that the next picture shows, by its grey."""
    player.picture()  # it may have lain there for a while
    end = time.monotonic() + WAIT_S
    while (picture := player.picture()) is None:
        assert time.monotonic() < end
        assert player.running
        time.sleep(0.005)
    assert picture.shape == (HEIGHT, WIDTH, 3)
    return (float(np.median(picture)) - 40) / 180 * lasts


@pytest.mark.parametrize("clock", [2.0, 5.5, 1000 * LASTS + 4.0])
def test_a_film_is_where_the_clock_says(film: Path, clock: float) -> None:
    with playing(film) as player:
        begun = time.monotonic()
        player.tell(clock)
        off = []
        for _ in range(12):
            seen, then = moment(player), time.monotonic()
            off.append(abs(seen - (clock + then - begun) % LASTS))
        assert min(off) < LATE_S  # a busy test machine stalls a process of lower priority


def test_two_who_watch_see_the_same_moment_also_who_comes_later(film: Path) -> None:
    with playing(film) as first, playing(film) as second:
        begun = time.monotonic()
        first.tell(1.0)
        moment(first)
        second.tell(1.0 + time.monotonic() - begun)
        moment(second)
        apart = []
        for _ in range(10):
            one = moment(first) - time.monotonic()
            other = moment(second) - time.monotonic()
            apart.append(abs(one - other))
        assert min(apart) < APART_S


def test_who_stalls_is_with_the_others_again_within_five_seconds_and_moves_nobody(tmp_path: Path) -> None:
    lasts = 14.0
    file = films.write(tmp_path / "long.mp4", lasts)
    with playing(file) as stalls, playing(file) as other:
        begun = time.monotonic()
        told = -1.0

        def watch(player: Player) -> float:
            """The moment that somebody sees less the show's; both are told once a second, as the stage tells them."""
            nonlocal told
            now = time.monotonic() - begun
            if now - told >= 1.0:
                told = now
                for one in (stalls, other):
                    one.run_from(now, playing=True)
            return moment(player, lasts) - (time.monotonic() - begun)

        while abs(watch(stalls)) > APART_S or abs(watch(other)) > APART_S:
            assert time.monotonic() - begun < 4.0
        os.kill(stalls._process.pid, signal.SIGSTOP)
        stood, apart = time.monotonic(), []
        while time.monotonic() - stood < 2.5:
            apart.append(watch(other))
        os.kill(stalls._process.pid, signal.SIGCONT)
        again = time.monotonic()
        while abs(watch(stalls)) > APART_S:
            assert time.monotonic() - again < CAUGHT_UP_S
            apart.append(watch(other))
        assert time.monotonic() - begun < lasts, "the film has not ended"
        assert np.median(np.abs(apart)) < APART_S, "whoever did not stall saw it go on"


def test_a_film_that_is_sought_and_stopped_is_where_it_was_told_and_stays_there(film: Path) -> None:
    with playing(film) as player:
        player.run_from(1.0, playing=True)
        moment(player)
        player.run_from(6.0, playing=False)
        end = time.monotonic() + WAIT_S
        while abs(moment(player) - 6.0) > APART_S:
            assert time.monotonic() < end
        time.sleep(0.3)
        player.picture()
        time.sleep(0.3)
        assert player.picture() is None, "it stands still"
        player.run_from(6.0, playing=True)
        assert moment(player) == pytest.approx(6.0, abs=LATE_S)


def test_a_film_that_runs_once_stays_at_its_last_picture(film: Path) -> None:
    with playing(film) as player:
        player.run_from(LASTS + 100.0, playing=True)
        assert moment(player) == pytest.approx(LASTS, abs=APART_S)


def test_a_film_goes_round(film: Path) -> None:
    with playing(film) as player:
        player.tell(1.0)
        moment(player)  # it runs by now
        player.tell(LASTS - 1.0)
        end = time.monotonic() + WAIT_S
        while moment(player) < LASTS / 2:
            assert time.monotonic() < end
        while moment(player) > LASTS / 2:
            assert time.monotonic() < end


@pytest.mark.parametrize("content", [b"", b"no film at all" * 1000])
def test_what_is_no_film_shows_nothing_and_stops(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.mp4"
    file.write_bytes(content)
    with playing(file) as player:
        player.tell(0.0)
        end = time.monotonic() + WAIT_S
        while player.running:
            assert time.monotonic() < end
            time.sleep(0.01)
        assert player.picture() is None
        player.tell(1.0)


def test_a_damaged_film_ends_nothing_but_itself(film: Path, tmp_path: Path) -> None:
    data = bytearray(film.read_bytes())
    data[2000:6000] = os.urandom(4000)
    (tmp_path / "damaged.mp4").write_bytes(data)
    with playing(tmp_path / "damaged.mp4") as player:
        player.tell(0.0)
        time.sleep(0.5)
        player.tell(1.0)


def test_the_process_may_be_killed(film: Path) -> None:
    with playing(film) as player:
        player.tell(0.0)
        moment(player)
        os.kill(player._process.pid, signal.SIGKILL)
        player._process.wait(WAIT_S)
        assert not player.running
        player.tell(1.0)


def test_only_films_are_played(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no film"):
        Player(tmp_path / "list.ffconcat")
