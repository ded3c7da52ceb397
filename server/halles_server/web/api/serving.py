"""From a request to an operation of the table and back."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from halles_server.web.api import openapi, problem
from halles_server.web.api.named import named, named_type, unnamed
from halles_server.web.api.operation import OFFSET, OFFSET_DIGITS, Call, Operation
from halles_server.web.api.operations import OPERATIONS
from halles_server.web.door import door_of
from halles_server.web.forms import read_body
from halles_server.web.numerals import number_in

BASE: Final = f"{problem.ROOT}v1"

_JSON: Final = "application/json"


def routes() -> list[Route]:
    """Returns the routes of all operations and of their description."""
    made = [Route(BASE + operation.path, _endpoint(operation), methods=[operation.method]) for operation in OPERATIONS]
    return [Route(f"{problem.ROOT}openapi.json", _description), *made]


def _endpoint(operation: Operation) -> Callable[[Request], Awaitable[Response]]:
    takes = named_type(operation.takes) if operation.takes not in {None, bytes} else None

    async def serve(request: Request) -> Response:
        door = door_of(request)
        actor = await door.callers.actor(request)
        if actor is None and operation.signed:
            raise HTTPException(401)
        body = await _sent(request, takes) if takes else None
        offset = _offset(request) if operation.takes is bytes else 0
        for problem_with_it in (body, offset):
            if isinstance(problem_with_it, Response):
                return problem_with_it
        assert isinstance(offset, int)
        asked = Call(door, actor, request.path_params, request.query_params, unnamed(body), request.stream(), offset)
        given = await operation.act(asked)
        return Response(msgspec.json.encode(named(given)), headers={"cache-control": "no-store"}, media_type=_JSON)

    return serve


def _offset(request: Request) -> int | Response:
    """Reads where a piece begins; returns the problem with it as an answer, where it has one."""
    offset = number_in(request.headers.get(OFFSET, ""), OFFSET_DIGITS)
    if offset is None:
        return problem.answer(400, detail=f"the header {OFFSET} says at which byte the piece begins")
    return offset


async def _sent(request: Request, takes: type[msgspec.Struct]) -> Any:
    """Reads a body; returns the problem with it as an answer, where it has one."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _JSON:
        return problem.answer(415, detail=f"the body must be {_JSON}")
    try:
        return msgspec.json.decode(await read_body(request), type=takes)
    except msgspec.ValidationError as error:
        return problem.answer(422, detail=str(error))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return problem.answer(400, detail=f"the body is no JSON: {error}")
    except ValueError:
        return problem.answer(413)


async def _description(request: Request) -> Response:
    """Serves the description, which is the same until the next version."""
    return Response(openapi.description(), headers={"cache-control": "no-cache"}, media_type=_JSON)
