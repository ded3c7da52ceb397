"""What the URLs of outside services must be: off this machine, a password and TLS. Pure.

Each of these returns sentences that begin with the setting's name and never repeat a URL that may hold a password.
"""

import ipaddress
import re
from typing import Final
from urllib.parse import parse_qs, urlsplit

LOOPBACK_NAMES: Final = frozenset({"", "localhost"})


def bus_problems(name: str, urls: str) -> list[str]:
    """Returns what is wrong with a bus's URLs, parted by commas."""
    found: list[str] = []
    for url in urls.split(",") if urls else ():
        try:
            parts = urlsplit(url.strip())
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            found.append(f"{name}: not readable as a URL")
            continue
        if parts.scheme not in {"nats", "tls"} or not host:
            found.append(f"{name}: does not begin with nats:// or tls:// and a host")
        elif not is_loopback(host):
            found += [] if parts.username else [f"{name}: needs a user or token, since {host} is another machine"]
            found += [] if parts.scheme == "tls" else [f"{name}: needs tls://, since {host} is another machine"]
    return found


def database_problems(name: str, url: str) -> list[str]:
    """Returns what is wrong with a database's URL; nothing for none."""
    if not url:
        return []
    try:
        parts = urlsplit(url)
        host, query = parts.hostname or "", parse_qs(parts.query)
    except ValueError:
        return [f"{name}: not readable as a URL"]
    if parts.scheme not in {"postgresql", "postgres"}:
        return [f"{name}: does not begin with postgresql://"]
    if is_loopback(host) or query.get("host", ["x"])[0].startswith("/"):
        return []
    found = [] if parts.password else [f"{name}: needs a password, since {host} is another machine"]
    if query.get("sslmode", [""])[0] not in {"require", "verify-ca", "verify-full"}:
        found.append(f"{name}: needs sslmode=verify-full (or require), since {host} is another machine")
    return found


def media_problems(name: str, url: str) -> list[str]:
    """Returns what is wrong with a bucket's URL; nothing for none."""
    if not url:
        return []
    try:
        parts = urlsplit(url)
        host, _, query = parts.hostname or "", parts.port, parse_qs(parts.query)
    except ValueError:
        return [f"{name}: not readable as a URL"]
    if parts.scheme != "s3" or not host or not re.fullmatch("/[a-z0-9][a-z0-9.-]{2,62}/?", parts.path):
        return [f"{name}: is not s3:// with a host and a bucket"]
    found = [] if parts.username and parts.password else [f"{name}: needs a key and its secret"]
    if query.get("tls", [""])[0] == "no" and not is_loopback(host):
        found.append(f"{name}: needs TLS, since {host} is another machine")
    return found


def is_loopback(host: str) -> bool:
    """Tells whether a host name or address means this machine."""
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_origin(url: str) -> bool:
    """Tells whether a text is http(s)://host[:port], or nothing."""
    if not url:
        return True
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and parts.path in {"", "/"} and not parts.query


def is_network(text: str) -> bool:
    """Tells whether a text is an address or a range of them."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True
