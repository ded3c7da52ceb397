"""The description of the API, made from the table of operations (OpenAPI Specification 3.1)."""

import functools
from http import HTTPStatus
from typing import Any, Final

import msgspec

from halles.errors import Rejection, RejectionCode
from halles_server.web.api import problem
from halles_server.web.api.named import named_type
from halles_server.web.api.operation import OFFSET, Operation
from halles_server.web.api.operations import OPERATIONS

_REF: Final = "#/components/schemas/{name}"
_TOKEN: Final = "token"
_OFFSET: Final = {
    "name": OFFSET,
    "in": "header",
    "required": True,
    "schema": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
    "description": "At which byte the piece begins: as many as have been received.",
}

_OF_ALL: Final = (429, 500, 503)
"""Statuses that any call may have."""
_OF_BODIES: Final = (400, 413, 415, 422)
"""Of calls that send something."""


@functools.cache
def description() -> bytes:
    """Returns the whole description as JSON."""
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(f"/v1{operation.path}", {})[operation.method.lower()] = _described(operation)
    _, components = msgspec.json.schema_components(_types(), ref_template=_REF)
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "Halles",
                "version": "1",
                "description": "Booths of a virtual exhibition. Tokens are made on /fr/me/tokens, /nl/… or /en/….",
            },
            "servers": [{"url": problem.ROOT.rstrip("/")}],
            "paths": paths,
            "components": {
                "schemas": components,
                "securitySchemes": {_TOKEN: {"type": "http", "scheme": "bearer"}},
            },
        }
    )


def _described(operation: Operation) -> dict[str, Any]:
    statuses = {*_OF_ALL, *(problem.status_of(Rejection(code, "")) for code in operation.refuses), 401}
    if operation.takes:
        statuses |= {*_OF_BODIES}
    said: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.does,
        "security": [{_TOKEN: []}] if operation.signed else [{}, {_TOKEN: []}],
        "parameters": _parameters(operation),
        "responses": {
            "200": {"description": "Done", "content": {"application/json": {"schema": _schema(operation.gives)}}},
            **{str(status): _refusal(status, operation) for status in sorted(statuses)},
        },
    }
    if operation.takes is bytes:
        said["requestBody"] = {"required": True, "content": {"application/octet-stream": {}}}
    elif operation.takes:
        body = {"schema": _schema(operation.takes)}
        said["requestBody"] = {"required": True, "content": {"application/json": body}}
    return said


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    parts = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    text = {"type": "string"}
    return [
        *({"name": part, "in": "path", "required": True, "schema": text} for part in parts),
        *({"name": name, "in": "query", "schema": text, "description": said} for name, said in operation.asks.items()),
        *([_OFFSET] if operation.takes is bytes else []),
    ]


def _refusal(status: int, operation: Operation) -> dict[str, Any]:
    codes = [code for code in operation.refuses if problem.status_of(Rejection(code, "")) == status]
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        codes = [RejectionCode.RATE_LIMITED]
    name = HTTPStatus(status).phrase
    return {
        "description": f"{name}: {', '.join(codes)}" if codes else name,
        "content": {"application/problem+json": {"schema": {"$ref": _REF.format(name="Problem")}}},
    }


def _schema(kind: Any) -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components([_named(kind)], ref_template=_REF)
    return dict(schema)


def _types() -> list[Any]:
    return [
        problem.Problem,
        *(_named(kind) for one in OPERATIONS for kind in (one.gives, one.takes) if kind not in {None, bytes}),
    ]


def _named(kind: Any) -> Any:
    """Returns the twin of a type, or of what a tuple of any length holds."""
    parts = getattr(kind, "__args__", None)
    return tuple[named_type(parts[0]), ...] if parts else named_type(kind)  # type: ignore[misc]
