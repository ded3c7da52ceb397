"""Gives memory that is free within this process back to the system.

Pictures are decoded in threads, in pieces of megabytes; the allocator keeps what is free again, 130 to 200 MB after a
full hall, and nobody else has it. Only the C library of most Linux systems can be told; elsewhere nothing happens.
"""

import ctypes
import sys
from contextlib import suppress


def give_back() -> bool:
    """Gives back what can be; takes some milliseconds, for moments when nobody looks. Tells whether anything was."""
    if not sys.platform.startswith("linux"):
        return False
    with suppress(OSError, AttributeError):
        return bool(ctypes.CDLL(None).malloc_trim(0))
    return False
