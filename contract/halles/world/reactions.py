"""Reactions of the public in a live session: only how many there were of each, never whose."""

from typing import Annotated, Final, Literal, get_args

import msgspec

Reaction = Literal["applaud", "laugh", "agree", "heart", "surprise"]

REACTIONS: Final[tuple[Reaction, ...]] = get_args(Reaction)
"""In the order of counts."""

COUNT_CAP: Final = 0xFFFF
"""What one count tells at most; more are not worth telling."""

Reacted = Annotated[int, msgspec.Meta(ge=0, le=COUNT_CAP)]
ReactionCounts = tuple[Reacted, Reacted, Reacted, Reacted, Reacted]
"""How many there were of each of ``REACTIONS``."""

NONE: Final[ReactionCounts] = (0, 0, 0, 0, 0)


def summed(one: ReactionCounts, other: ReactionCounts) -> ReactionCounts:
    """Returns both together."""
    applaud, laugh, agree, heart, surprise = (min(a + b, COUNT_CAP) for a, b in zip(one, other, strict=True))
    return applaud, laugh, agree, heart, surprise


def with_one(counts: ReactionCounts, reaction: Reaction) -> ReactionCounts:
    """Returns the counts with one more."""
    applaud, laugh, agree, heart, surprise = (int(name == reaction) for name in REACTIONS)
    return summed(counts, (applaud, laugh, agree, heart, surprise))
