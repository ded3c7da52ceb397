"""Who reads a page: the language of its address, and the account behind its cookie."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from halles.world.text import LANGUAGES, Language
from halles_server.ports.people import Account
from halles_server.web.language import Tongue, chosen, tongues


@dataclass(frozen=True, slots=True)
class Cookies:
    """The names of our two cookies; with https the browser itself guards their scope (``__Host-``)."""

    login: str
    form: str
    secure: bool


def cookies(*, secure: bool) -> Cookies:
    """Names the cookies."""
    prefix: Final = "__Host-" if secure else ""
    return Cookies(f"{prefix}halles-login", f"{prefix}halles-form", secure)


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever asked for a page.

    Attributes:
        tongue: The language of the page.
        path: The address after the language, "" for the welcome page, else with a leading slash.
        query: The address's query, "" or with a leading "?".
        account: Who has logged in here.
    """

    tongue: Tongue
    path: str
    query: str
    account: Account | None

    @property
    def code(self) -> Language:
        """The language's code."""
        return self.tongue.code

    def here(self, code: str) -> str:
        """Returns this page's address in a language."""
        return f"/{code}{self.path or '/'}{self.query}"

    def to(self, path: str) -> str:
        """Returns another page's address in the reader's language."""
        return f"/{self.tongue.code}{path}"


def reader_of(request: Request, account: Account | None = None) -> Reader:
    """Reads language and address; elsewhere the account's language counts, else the browser's."""
    first, _, rest = request.url.path.lstrip("/").partition("/")
    query = f"?{request.url.query}" if request.url.query and request.method in {"GET", "HEAD"} else ""
    for code in LANGUAGES:
        if first == code:
            return Reader(tongues()[code], f"/{rest}" if rest else "", query, account)
    code = account.language if account is not None else chosen(request.headers.get("accept-language", ""))
    return Reader(tongues()[code], "", "", account)
