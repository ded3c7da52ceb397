"""The page of one's personal tokens: making, which shows the secret once, and ending them."""

from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from halles.errors import Rejection, RejectionCode
from halles.ids import AccountId
from halles.world.booth import TITLE_CAP
from halles_server.services.tokens import LASTS_DAYS
from halles_server.web.door import PageDoor, door_of
from halles_server.web.numerals import number_in
from halles_server.web.reader import Reader

PAGE: Final = "/me/tokens"
_DAYS_DIGITS: Final = 3

_BESIDE_THE_FORM: Final = frozenset(
    {RejectionCode.INVALID_TEXT, RejectionCode.BAD_FIELD, RejectionCode.OVER_BUDGET, RejectionCode.STORAGE_FULL}
)


async def show(request: Request) -> Response:
    """Lists the tokens; who has not logged in is led there."""
    door = door_of(request)
    reader = await door.reader(request)
    if reader.account is None:
        return RedirectResponse(reader.to("/login"), 303)
    return await _page(request, door, reader)


async def make(request: Request) -> Response:
    """Makes one and shows its secret, this once."""
    door = door_of(request)
    reader = await door.reader(request)
    form = await door.form(request)
    account = _account(reader)
    label, days = form.get("label", ""), form.get("days", "")
    try:
        secret = await door.services.tokens.make(account, label, number_in(days, _DAYS_DIGITS) or 0)
    except Rejection as refusal:
        if refusal.code not in _BESIDE_THE_FORM:
            raise
        return await _page(request, door, reader, label=label, problem=refusal.code)
    return await _page(request, door, reader, secret=secret)


async def remove(request: Request) -> Response:
    """Ends one at once."""
    door = door_of(request)
    reader = await door.reader(request)
    await door.form(request)
    await door.services.tokens.remove(_account(reader), request.path_params["token"])
    return RedirectResponse(reader.to(PAGE), 303)


def _account(reader: Reader) -> AccountId:
    if reader.account is None:
        raise Rejection(RejectionCode.FORBIDDEN, "log in first")
    return reader.account.account


async def _page(
    request: Request, door: PageDoor, reader: Reader, *, label: str = "", problem: str = "", secret: str = ""
) -> Response:
    assert reader.account is not None, "only for those who have logged in"
    values = {
        "form": True,
        "tokens": await door.services.tokens.of(reader.account.account),
        "label": label,
        "label_cap": TITLE_CAP,
        "lasts": LASTS_DAYS,
        "problem": problem,
        "secret": secret,
    }
    return await door.page(request, reader, "tokens.html", values, 422 if problem else 200)
