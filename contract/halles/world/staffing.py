"""The words for how a booth is staffed, and for what becomes of a ring at it."""

from typing import Literal

StaffedState = Literal["here", "elsewhere", "back", "away"]
"""Somebody stands at the booth; is in the show; said when they return; none of these."""

RingState = Literal["waiting", "answered", "missed", "cancelled"]
"""``missed``: nobody answered in time; ``cancelled``: whoever rang has taken it back or left."""
