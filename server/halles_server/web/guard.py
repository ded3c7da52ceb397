"""What holds for every answer of the pages: whose host it is, and the headers that keep a browser from harm."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from halles_server.services.hosts import is_ours

CONTENT_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
"""No inline script or style, nothing from anywhere else, in nobody's frame."""

MEDIA_POLICY: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""For what people uploaded: even if a browser took it for a page, it could do nothing."""

_HEADERS: Final = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

_FOREIGN: Final = "This server has another name; its operator gives it this one with HALLES_PUBLIC_URL.\n"

_TRANSPORT: Final = "max-age=31536000"


def with_connections(worlds: tuple[str, ...]) -> str:
    """Returns the policy of pages whose visits may go on at other nodes: theirs are the only foreign connections."""
    addresses = (urlsplit(world) for world in worlds)
    others = " ".join(f"{parts.scheme}://{parts.netloc}" for parts in addresses)
    return f"{CONTENT_POLICY}; connect-src 'self' {others}"


class Guard:
    """Refuses foreign hosts and puts the security headers on every answer that does not set its own."""

    def __init__(
        self, app: ASGIApp, hosts: frozenset[str], elsewhere: Callable[[], tuple[str, ...]], *, secure: bool
    ) -> None:
        """Takes the host names that are ours, where the other nodes are, and whether visitors reach us by https."""
        self._app = app
        self._hosts = hosts
        self._elsewhere = elsewhere
        self._headers = _HEADERS | ({"strict-transport-security": _TRANSPORT} if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if others := self._elsewhere():
                    headers.setdefault("content-security-policy", with_connections(others))
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        if is_ours(Headers(scope=scope).get("host", ""), self._hosts):
            await self._app(scope, receive, with_headers)
        else:
            await PlainTextResponse(_FOREIGN, 400)(scope, receive, with_headers)
