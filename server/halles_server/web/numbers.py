"""A booth's numbers for its staff: a table, and bars beside it."""

from starlette.responses import Response

from halles.ids import BoothId
from halles.world.text import LANGUAGES
from halles_server.services.numbers import LEAST, Cell, Hidden
from halles_server.web.asked import Asked, for_staff
from halles_server.web.chart import HEIGHT, WIDTH, chart_of
from halles_server.web.reading import read_booth


@for_staff
async def show(asked: Asked) -> Response:
    """Shows how many people came, by day, of all or of one language."""
    record = await read_booth(asked.door, asked.request.path_params["booth"])
    wanted = asked.request.query_params.get("language", "")
    language = next((code for code in LANGUAGES if code == wanted), None)
    table = await asked.services.numbers.table(asked.actor, BoothId(record.booth), language)
    today = asked.services.clock.wall().astimezone(asked.door.config.zone).date()
    charts = {
        kind: chart_of({row.day: _height(row.counts[i]) for row in table.days}, today)
        for i, kind in enumerate(table.kinds)
    }
    values = {
        "record": record,
        "hall_colour": record.hall,
        "table": table,
        "charts": charts,
        "enough": any(cell is not Hidden.FEW for row in (*table.days, *table.months) for cell in row.counts),
        "chart_size": (WIDTH, HEIGHT),
        "least": LEAST,
        "hidden": Hidden,
        "language": language or "",
        "zone": asked.door.config.time_zone,
    }
    return await asked.page("numbers.html", values)


def _height(cell: Cell) -> int | None:
    return None if isinstance(cell, Hidden) else cell
