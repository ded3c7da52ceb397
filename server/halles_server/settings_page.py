"""The page of all settings, ``docs/configuration.md``, from ``ServerConfig`` and what stands under each field."""

import ast
import inspect
from dataclasses import MISSING, Field, fields
from typing import Any

from halles_server.config import PREFIX, ServerConfig
from halles_server.secret import Secret


def page() -> str:
    """Returns ``docs/configuration.md``."""
    lines = [
        "# Configuration",
        "",
        "Every setting of `halles-server` is an environment variable. This page is written by `halles-server config`;",
        "a test keeps the two equal.",
        "",
        "| variable | default | meaning |",
        "| --- | --- | --- |",
    ]
    meanings = _docstrings()
    for field in fields(ServerConfig):
        meaning = meanings[field.name].replace("``", "`").replace("|", "\\|")
        lines.append(f"| `{PREFIX}{field.name.upper()}` | {_shown(field)} | {meaning} |")
    return "\n".join(lines) + "\n"


def _shown(field: "Field[Any]") -> str:
    """A default as the page prints it."""
    assert field.default is not MISSING
    value = field.default
    if isinstance(value, Secret) or value in {"", (), None}:
        return "empty"
    if isinstance(value, bool):
        return "`yes`" if value else "`no`"
    return f"`{value}`"


def _docstrings() -> dict[str, str]:
    """Reads the text under each field from the source."""
    found: dict[str, str] = {}
    body = ast.parse(inspect.getsource(ServerConfig)).body[0]
    assert isinstance(body, ast.ClassDef)
    for row, following in zip(body.body, body.body[1:], strict=False):
        if isinstance(row, ast.AnnAssign) and isinstance(row.target, ast.Name) and isinstance(following, ast.Expr):
            assert isinstance(following.value, ast.Constant)
            found[row.target.id] = " ".join(str(following.value.value).split())
    return found
