"""The head of an HTTP request, as far as the one port needs it: is this the world or a page, and may it come in.

Pure. Pages' requests are judged by the HTTP server that they are handed to; here only upgrades are refused.
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from halles.protocol.version import PATH
from halles_server.services.hosts import is_ours, is_own_page

HEAD_CAP: Final = 16 * 1024
"""Bytes of a head; browsers' take under 4 KiB."""

END: Final = b"\r\n\r\n"

_BEGINNING: Final = re.compile(rb"[A-Z]{0,16}\Z|[A-Z]{1,16} ")
"""A method of HTTP, or what may become one."""


@dataclass(frozen=True, slots=True)
class Head:
    """A request's head.

    Attributes:
        path: Without the query.
        query: Its raw text; never logged.
        headers: Lower-case names with their values, in order.
    """

    path: str
    query: str
    headers: tuple[tuple[str, str], ...]

    def all(self, name: str) -> list[str]:
        """Returns the values of a header."""
        return [value for known, value in self.headers if known == name]

    @property
    def upgrades(self) -> bool:
        """Whether it asks for a websocket."""
        connection = {part.strip().lower() for value in self.all("connection") for part in value.split(",")}
        return "upgrade" in connection and any(value.strip().lower() == "websocket" for value in self.all("upgrade"))


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal at the door: status, a sentence for the peer, and a word for the counter."""

    status: HTTPStatus
    text: str
    reason: str

    @property
    def answer(self) -> bytes:
        """The bytes that say it; the connection is to be closed after them."""
        text = self.text.encode() + b"\n"
        return (
            f"HTTP/1.1 {self.status.value} {self.status.phrase}\r\n"
            "Content-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
            f"Content-Length: {len(text)}\r\n\r\n"
        ).encode() + text


LONG: Final = Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The head is too long.", "head")
NOT_HTTP: Final = Refusal(HTTPStatus.BAD_REQUEST, "This is not HTTP/1.1.", "not-http")


def parse(data: bytes) -> Head | None:
    """Reads a complete head; None when it is not HTTP as anybody writes it."""
    try:
        request, *rows = data.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
        _method, target, version = request.split(" ")
        if not version.startswith("HTTP/1."):
            return None
        headers = tuple(
            (name.strip().lower(), value.strip()) for name, _, value in (row.partition(":") for row in rows)
        )
        parts = urlsplit(target)
    except ValueError:
        return None
    return Head(parts.path, parts.query, headers)


def may_be_http(beginning: bytes) -> bool:
    """Tells whether these first bytes of a connection may begin a request's head: whoever speaks TLS need not wait."""
    return _BEGINNING.match(beginning) is not None


def has_token(query: str) -> bool:
    """Tells whether a URL carries what must never be in one: URLs end in logs and histories."""
    return any(name.lower() == "token" for name, _ in parse_qsl(query, keep_blank_values=True))


def judge_upgrade(head: Head, origins: frozenset[str], names: frozenset[str]) -> Refusal | None:
    """Refuses an upgrade for its URL or Origin; None lets it in.

    Own pages come in from whatever name of ours they were read under. An absent Origin is not a browser and comes in:
    no cookie is read here, so that it brings no rights of anybody's.
    """
    if has_token(head.query):
        return Refusal(HTTPStatus.BAD_REQUEST, "A token does not belong in a URL; say it in Hello.", "token-in-url")
    if head.path != PATH:
        return Refusal(HTTPStatus.NOT_FOUND, f"The world is at {PATH}.", "path")
    if not all(is_own_page(origin, _host(head, names), origins) for origin in head.all("origin")):
        return Refusal(HTTPStatus.FORBIDDEN, "This page may not open the world.", "origin")
    return None


def _host(head: Head, names: frozenset[str]) -> str:
    """Returns the host that was asked when it is ours, else ""."""
    match head.all("host"):
        case [host] if is_ours(host, names):
            return host
    return ""


def address_of(peer: str, forwarded: Sequence[str], proxies: Sequence[str]) -> str:
    """Returns the visitor's address: the last in ``X-Forwarded-For`` that no trusted proxy bears."""
    hops = [peer, *(hop.strip() for value in reversed(forwarded) for hop in reversed(value.split(",")))]
    for hop in hops:
        if not among(hop, proxies):
            return hop
    return hops[-1]


def among(address: str, networks: Sequence[str]) -> bool:
    """Tells whether an address lies in one of these networks."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in ipaddress.ip_network(network, strict=False) for network in networks)
