"""Why a connection could not be made, as a value that the view can put into words."""

import errno
import re
import socket
import ssl
from dataclasses import dataclass
from typing import Final, Literal

from websockets.exceptions import InvalidHandshake, InvalidMessage, InvalidStatus

Cause = Literal["refused", "no host", "silent", "busy", "another server", "untrusted", "unreachable"]
"""Nobody listens there; no such name; no answer in time; not now; no show; a bad certificate; any other trouble."""

_NOT_NOW: Final = frozenset({429, 502, 503, 504})
"""HTTP answers of a gateway that lets nobody in for a while, and of a proxy before one that is not up."""

_ERRNO: Final = re.compile(r"\[Errno (-?\d+)\]")


@dataclass(frozen=True, slots=True)
class Failure:
    """One try that failed.

    Attributes:
        address: The websocket's address that was tried.
        cause: Why it failed.
        waited_s: Whole seconds that were waited, at least 1.
    """

    address: str
    cause: Cause
    waited_s: int


def failure(error: Exception, address: str, waited_s: float) -> Failure:
    """Returns what a connection's exception means."""
    return Failure(address, _cause(error), max(1, round(waited_s)))


def _cause(error: Exception) -> Cause:
    # In this order: gaierror, TimeoutError and SSLError are OSErrors as well.
    if isinstance(error, socket.gaierror):
        return "no host"
    if isinstance(error, TimeoutError):
        return "silent"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "untrusted"
    if isinstance(error, EOFError | InvalidMessage):
        return "busy"  # it took the connection and let it go: a server or a proxy that is being restarted
    if isinstance(error, InvalidStatus) and error.response.status_code in _NOT_NOW:
        return "busy"
    if isinstance(error, InvalidHandshake | ssl.SSLError):
        return "another server"
    return "refused" if errno.ECONNREFUSED in _numbers(error) else "unreachable"


def _numbers(error: Exception) -> set[int]:
    """Returns the errors of the system behind one; asyncio leaves only their text where a name has two addresses."""
    own = {error.errno} if isinstance(error, OSError) and error.errno is not None else set()
    return own | {int(number) for number in _ERRNO.findall(str(error))}
