"""Where a booth's link may lead: to a site that everybody can reach, and by a name that reads the same everywhere.

Nothing of ours fetches a link; whoever clicks it does, from inside their own network. So a link must not point at that:
at an address of a private network, at the machine itself, or at a name that only a network knows. Browsers read more
spellings of an address than one sees (WHATWG URL, section 3.5: ``0x7f.1``, ``2130706433``, percent signs, full-width
digits), so every host that ends in a number is refused unless it is a public address in its plain spelling.
"""

import ipaddress
import re
import unicodedata
from typing import Final

from halles.errors import Rejection, RejectionCode

_LINK: Final = re.compile(r"https://(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s/?#@:\\\[\]%]+)(:[0-9]{1,5})?([/?#][^\s\\]*)?")
_NUMERIC: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A last label by which browsers take a host for an address."""
_WITHIN: Final = ("localhost", "local", "internal", "intranet", "lan", "home.arpa")
"""Names that mean something else in each network (RFC 6761, 6762, 8375 and ICANN's ``internal``)."""


def check_link(url: str) -> None:
    """Refuses what is no link that everybody can follow.

    Raises:
        Rejection: BAD_FIELD, with what is wrong.
    """
    found = _LINK.fullmatch(url)
    if found is None:
        raise Rejection(RejectionCode.BAD_FIELD, "a link begins with https:// and names a host")
    # As browsers do before they look: full-width letters and dots become plain ones.
    host = unicodedata.normalize("NFKC", found["host"]).casefold().replace("。", ".").rstrip(".")
    if not _is_public(host):
        raise Rejection(RejectionCode.BAD_FIELD, f"{host[:80]!r} is no address that everybody can reach")


def is_link(url: str) -> bool:
    """Tells whether a text has the form of a link, wherever it leads."""
    return _LINK.fullmatch(url) is not None


def _is_public(host: str) -> bool:
    if host.startswith("[") or _NUMERIC.fullmatch(host.rpartition(".")[2]):
        return _is_public_address(host.strip("[]"))
    plain = all(char.isalnum() or char in "-._" or unicodedata.category(char).startswith("M") for char in host)
    return plain and "." in host and not any(host == name or host.endswith(f".{name}") for name in _WITHIN)


def _is_public_address(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        # Addresses that carry another one lead to where that leads (RFC 4291, 3056 and 6052).
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None or address in _TRANSLATED:
            return (inner or ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)).is_global
        if address.is_reserved or address.is_site_local:  # older ways to carry one, and to stay within
            return False
    return address.is_global and not address.is_multicast


_TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")
