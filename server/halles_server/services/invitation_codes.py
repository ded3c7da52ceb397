"""Codes of invitations: to be read aloud, written on paper and typed by hand.

Sixteen signs of thirty-two, 80 random bits. The signs are those of Crockford's base 32 (no I, L, O, U); whoever reads
0 as O or 1 as I types the same code.
"""

from typing import Final

SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_BYTES: Final = 10
"""Random bytes in a code: 80 bits."""

GROUP: Final = 4
"""Signs between two hyphens."""

TYPED_CAP: Final = 80
"""Characters that are looked at of what somebody types."""

_BITS: Final = 5
_ALIKE: Final = str.maketrans("OILU", "011V")


def spelled(random: bytes) -> str:
    """Returns random bytes as a code in groups, as in ``7QKM-2XTB-9FHA-W3RD``."""
    number = int.from_bytes(random, "big")
    count = len(random) * 8 // _BITS
    signs = "".join(SIGNS[number >> _BITS * place & 31] for place in reversed(range(count)))
    return "-".join(signs[at : at + GROUP] for at in range(0, count, GROUP))


def plain(typed: str) -> str:
    """Returns what somebody typed as the code's own signs: without blanks and hyphens, look-alikes made one."""
    return "".join(sign for sign in typed[:TYPED_CAP].upper().translate(_ALIKE) if sign in SIGNS)
