"""The attendance list that hosts take away: the names of those who agreed to be named, as a table for spreadsheets."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from halles.ids import LiveSessionId
from halles_server.web.actors import asker
from halles_server.web.door import door_of
from halles_server.web.language import tongues
from halles_server.web.spreadsheet import sheet


async def export(request: Request) -> Response:
    """Gives the names to the hosts; ``Rejection`` FORBIDDEN to others."""
    door, tongue = door_of(request), tongues().get(request.path_params["code"])
    if tongue is None:
        raise HTTPException(404)
    actor, session = asker(await door.reader(request)), LiveSessionId(request.path_params["session"])
    if actor.account is None:
        raise HTTPException(403)
    listed = await door.services.attendance.taken_away(actor, session)
    data = sheet([tongue.catalogue.gettext("Name")], [(name,) for name in listed.names], tongue.code)
    name = f'attachment; filename="{session}-attendance.{tongue.code}.csv"'
    headers = {"content-disposition": name, "cache-control": "no-store"}
    return Response(data, media_type="text/csv; charset=utf-8", headers=headers)
