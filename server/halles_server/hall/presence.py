"""Who is in the hall: numbers given and taken back, and what the others are told of it."""

from collections import deque
from typing import Final

from halles.errors import Rejection, RejectionCode

REST_TICKS: Final = 40
"""Ticks that a number rests before it is given again, so that nobody's last pose is taken for another's."""


NUMBERS_EACH: Final = 2
"""Numbers for each person that a hall holds: those that rest keep nobody out, not even when all come anew at once."""


class Presence:
    """The numbers of a hall that this node gives, and the changes since the last tick.

    Attributes:
        people: How many numbers are taken.
    """

    def __init__(self, capacity: int, numbers: range | None = None) -> None:
        """Takes the numbers; without them ``NUMBERS_EACH`` times the capacity, from 1."""
        self.people = 0
        self._capacity = capacity
        self._free: deque[int] = deque(numbers or range(1, NUMBERS_EACH * capacity + 1))
        self._resting: deque[tuple[int, int]] = deque()  # (tick from which it is free, number)
        self._came: list[int] = []
        self._went: list[int] = []

    def take(self) -> int:
        """Gives a number.

        Raises:
            Rejection: HALL_FULL, also while the last free numbers rest.
        """
        if self.people >= self._capacity or not self._free:
            raise Rejection(RejectionCode.HALL_FULL, f"{self.people} of {self._capacity} are here", retry_after_ms=5000)
        number = self._free.popleft()
        self.people += 1
        self._came.append(number)
        return number

    def give_back(self, number: int, tick: int) -> None:
        """Takes a number back; it rests from the given tick."""
        self.people -= 1
        self._resting.append((tick + REST_TICKS, number))
        self._went.append(number)
        if number in self._came:
            self._came.remove(number)

    def tell_again(self, number: int) -> None:
        """Has everybody told of somebody as if they came: their card has changed."""
        if number not in self._came:
            self._came.append(number)

    def changes(self, tick: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Returns who came and who went since the last call, and frees numbers that have rested."""
        while self._resting and self._resting[0][0] <= tick:
            self._free.append(self._resting.popleft()[1])
        came, went = tuple(self._came), tuple(self._went)
        self._came.clear()
        self._went.clear()
        return came, went
