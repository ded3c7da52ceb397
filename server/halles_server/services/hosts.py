"""Whose host a request names, and whether one of our own pages sent it: the same for both doors. Pure."""

import ipaddress
from collections.abc import Set
from urllib.parse import urlsplit


def is_ours(host: str, names: Set[str]) -> bool:
    """Tells whether a ``Host`` header names this server.

    An address in digits always does: rebinding a foreign name to our address (the attack that this stops) needs a name.
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name in names or name == "localhost":
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def pages_of(world: str) -> str:
    """Returns the origin of the pages of the node whose world is at an address, ``ws://…`` or ``wss://…``."""
    parts = urlsplit(world)
    return f"http{parts.scheme.removeprefix('ws')}://{parts.netloc}"


def is_own_page(origin: str, host: str, origins: Set[str]) -> bool:
    """Tells whether an ``Origin`` is a configured one or the very host that was asked.

    Args:
        origin: As the browser says it.
        host: The ``Host`` of the same request, known to be ours; "" for none.
        origins: Those that are configured.
    """
    if origin in origins:
        return True
    try:
        asked = urlsplit(origin)
    except ValueError:
        return False
    return bool(host) and asked.scheme in {"http", "https"} and asked.netloc == host
