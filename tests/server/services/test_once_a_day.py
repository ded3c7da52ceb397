"""What was done today: remembered within bounds, so that neither a crowd nor one script stops the counting."""

from datetime import date
from itertools import count
from typing import Final

import pytest

from halles.ids import BoothId
from halles_server.services import once_a_day
from halles_server.services.once_a_day import Doer, OnceADay

BOOTH: Final = BoothId("h1-a01")
TODAY: Final = date(2027, 1, 12)


class Day:
    """One day's acts, each taking a document at one booth."""

    def __init__(self) -> None:
        self._once = OnceADay(b"key")
        self._guests = count()

    def does(self, doer: Doer, day: date = TODAY) -> bool:
        """Tells whether it counted."""
        new = self._once.is_new(day, doer, BOOTH, "took")
        if new:
            self._once.remember(doer, BOOTH, "took")
        return new

    def guest(self, address: str) -> bool:
        """Lets a new guest do it."""
        return self.does(Doer(f"visit:{next(self._guests)}", address))


def test_beyond_the_bound_the_oldest_is_forgotten_and_nobody_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once_a_day, "ONCE_CAP", 3)
    day, ada, ben = Day(), Doer("visit:ada", "192.0.2.1"), Doer("visit:ben", "192.0.2.2")
    assert day.does(ada)
    assert day.does(ben)
    assert all(day.guest(f"198.51.100.{number}") for number in range(2))
    assert not day.does(ben), "the newest are remembered"
    assert day.does(ada), "the oldest is forgotten"


def test_an_address_adds_its_share_and_leaves_the_others_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once_a_day, "ONCE_SHARE", 2)
    day = Day()
    assert [day.guest("2001:db8::1"), day.guest("2001:db8::2")] == [True, True]
    assert not day.guest("2001:db8::3"), "one IPv6 network is one address"
    assert day.guest("192.0.2.1")


def test_a_new_day_begins_with_whole_shares_and_nothing_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once_a_day, "ONCE_SHARE", 1)
    day, ada = Day(), Doer("visit:ada", "192.0.2.1")
    assert day.does(ada)
    assert not day.does(ada)
    assert day.does(ada, date(2027, 1, 13))


def test_who_is_forgotten_leaves_room_in_the_addresss_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once_a_day, "ONCE_SHARE", 1)
    monkeypatch.setattr(once_a_day, "ONCE_CAP", 1)
    day = Day()
    assert day.guest("192.0.2.1")
    assert day.guest("192.0.2.2")
    assert day.guest("192.0.2.1")
