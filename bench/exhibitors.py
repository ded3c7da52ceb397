"""People with accounts as measurements need them: on a booth's staff or organising the show, logged in on the pages."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import httpx

PASSWORD: Final = "a password of the bench"
_START_S: Final = 60


def add(data: Path, login: str, booths: Sequence[str]) -> None:
    """Adds somebody who may edit these booths, beside the server that keeps the data."""
    _add(data, login, "exhibitor", *(argument for booth in booths for argument in ("--booth", booth)))


def add_organiser(data: Path, login: str) -> None:
    """Adds somebody who may edit all booths."""
    _add(data, login, "organiser")


def add_moderator(data: Path, login: str) -> None:
    """Adds somebody who may conduct all live sessions."""
    _add(data, login, "moderator")


def _add(data: Path, login: str, role: str, *more: str) -> None:
    command = [str(Path(sys.executable).parent / "halles-server"), "account", "add", login, "--name", login]
    subprocess.run(
        [*command, "--role", role, *more],
        env=os.environ | {"HALLES_DATA": str(data)},
        input=f"{PASSWORD}\n",
        text=True,
        check=True,
        capture_output=True,
        timeout=_START_S,
    )


def browser(url: str, timeout_s: float = 60.0) -> httpx.AsyncClient:
    """Returns a client of the pages, without what it would take long to read and nobody needs on the loopback."""
    return httpx.AsyncClient(base_url=url, headers={"origin": url}, timeout=timeout_s, verify=False)


async def log_in(client: httpx.AsyncClient, login: str) -> None:
    """Logs in on the page."""
    form = {"form": _form_of(await client.get("/en/login")), "login": login, "password": PASSWORD}
    await client.post("/en/login", data=form)


async def may_upload(client: httpx.AsyncClient, booth: str) -> None:
    """Lets who is logged in send files for a booth, as its page of uploads does."""
    client.headers["x-halles-form"] = _form_of(await client.get(f"/en/booths/{booth}/upload"))


async def new_token(client: httpx.AsyncClient) -> str:
    """Makes who is logged in a personal token."""
    made = {"form": _form_of(await client.get("/en/me/tokens")), "label": "bench", "days": "30"}
    found = re.search(r"halles_[\w-]{43}", (await client.post("/en/me/tokens", data=made)).text)
    assert found, "no token was made"
    return found[0]


def _form_of(page: httpx.Response) -> str:
    """Returns the token that a page's forms carry."""
    found = re.search(r'name="form" value="([^"]+)"', page.text)
    assert found, f"a page without a form: {page.status_code}"
    return found[1]
