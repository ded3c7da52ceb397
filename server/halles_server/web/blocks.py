"""The page of whom one has blocked: names, since when, and ending it."""

from starlette.responses import Response

from halles_server.web.asked import Asked, for_members
from halles_server.web.numerals import ID_DIGITS, number_in


@for_members
async def show(asked: Asked) -> Response:
    """Shows whom somebody has blocked."""
    account = asked.actor.account
    listed = await asked.services.blocks.of(account) if account is not None else ()
    return await asked.page("blocked.html", {"blocked": listed, "form": True})


@for_members
async def lift(asked: Asked) -> Response:
    """Ends a block; one that has ended already is no trouble."""
    form = await asked.form()
    number = number_in(form.get("block", ""), ID_DIGITS)
    if number is not None and asked.actor.account is not None:
        await asked.services.blocks.lift(asked.actor.account, number)
    return asked.see("/me/blocked")
