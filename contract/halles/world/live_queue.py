"""The queue of raised hands: where a new one stands, and where one stands that a host has moved. Pure.

Who has not spoken yet goes before who has; what a host has put in order stays so, whoever comes later.
"""

from typing import Literal

from msgspec.structs import replace

from halles.world.live import Hand

Move = Literal["first", "up", "down"]
"""To the front, or one place up or down."""


def queued(hands: tuple[Hand, ...], hand: Hand) -> tuple[Hand, ...]:
    """Returns the queue with a new hand in it.

    Who has not spoken yet goes before who has, behind those who came before them and whom a host has moved up.
    """
    place = len(hands)
    while hand.first and place and not (hands[place - 1].first or hands[place - 1].placed):
        place -= 1
    return (*hands[:place], hand, *hands[place:])


def moved(hands: tuple[Hand, ...], place: int, to: Move) -> tuple[Hand, ...]:
    """Returns the queue with the hand at a place (from 0) moved; the same queue where that changes nothing."""
    there = {"first": 0, "up": max(0, place - 1), "down": min(place + 1, len(hands) - 1)}[to]
    if there == place and (to == "down" or hands[place].placed):
        return hands
    others = [*hands[:place], *hands[place + 1 :]]
    others.insert(there, replace(hands[place], placed=to != "down"))
    return tuple(others)
