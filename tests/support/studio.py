"""People who work in a studio, over HTTP: their accounts, their logins, and the forms that pages offer them."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import html5lib
import httpx

from halles.ids import BoothId
from halles.world.roles import Role
from halles_server.storage.accounts import Accounts
from tests.support.page_door import PageDoor

PHRASE: Final = "encore une longue phrase"

_NAMED: Final = {58, 61, 66, 77, 78, 79}
_FRESH: Final = iter(
    [f"studio-{n}" for n in range(54, 81) if n not in _NAMED] + [f"ecole-{n:02}" for n in range(1, 13)]
)
"""Booths of the demonstration that no test names: those who work on one that it names start from what others left."""


def fresh_booth() -> str:
    """Returns a booth on which nobody has worked yet, in this process."""
    return next(_FRESH)


def add_editor(door: PageDoor, booth: str, name: str, role: str = "editor") -> str:
    """Adds an exhibitor to a booth's staff; returns the login."""
    login = add_account(door, name)
    put_on_staff(door, login, booth, role)
    return login


def add_account(door: PageDoor, name: str) -> str:
    """Adds an exhibitor who is on no booth's staff; returns the login."""
    login = f"{name}-{uuid.uuid4().hex[:8]}"
    door.do(door.opened.services.admission.create_account(login, name, Role.EXHIBITOR, PHRASE, "fr"))
    return login


def put_on_staff(door: PageDoor, login: str, booth: str, role: str) -> None:
    """Puts an account on a booth's staff."""

    async def put() -> None:
        accounts = Accounts(door.opened.database)
        found = await accounts.by_login(login)
        assert found is not None
        await accounts.set_staff(found[0].account, BoothId(booth), role, "test")

    door.do(put())


@contextmanager
def working(door: PageDoor, login: str, password: str = PHRASE) -> Iterator[httpx.Client]:
    """A browser in which somebody has logged in."""
    with door.client(origin=door.url) as client:
        form = forms(client.get("/fr/login").text)["/fr/login"]
        answer = client.post("/fr/login", data={**form, "login": login, "password": password})
        assert answer.status_code == 303, answer.status_code
        yield client


def forms(html: str) -> dict[str, dict[str, str]]:
    """Returns each form of a page by its address, as a browser would send it if nobody touched it."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return {form.get("action", ""): _fields(form) for form in tree.iter("form") if form.get("method") == "post"}


def _fields(form: Any) -> dict[str, str]:
    found = {}
    for field in form.iter():
        name = field.get("name")
        if not name:
            continue
        if field.tag == "textarea":
            found[name] = field.text or ""
        elif field.tag == "input" and (field.get("type") != "radio" or field.get("checked") is not None):
            found[name] = field.get("value", "")
    return found
