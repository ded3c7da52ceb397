"""How the 65,536 numbers of a hall are shared out among nodes, so that a number is one avatar whichever node has it."""

from typing import Final

NODES: Final = 16
"""Nodes of one deployment at most: each has a slot."""

SHARE: Final = 4096
"""Numbers of one slot in each hall; the first of them is never given, so that 0 can mean nobody."""


def share(slot: int) -> range:
    """Returns the numbers that the node in a slot gives."""
    return range(slot * SHARE + 1, (slot + 1) * SHARE)
