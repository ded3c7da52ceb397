"""How a booth's content is written in the database: JSON objects with names, and a number for their format.

Not the arrays of the wire: SQL, backups and people read names, and a field added later needs no rewriting of rows.
When a format changes, ``read`` learns to raise the old one; rows are never rewritten in place.
"""

from typing import Any, Final

import msgspec

from halles.ids import MediaId
from halles.world.booth import BoothContent, BoothEdit, Document, Link, OrganisationKind, Panel, TeamMember
from halles.world.text import LANGUAGES, Text

FORMAT: Final = 3
"""3: opening notes, team, documents, film and model. 2: the kind "public-body" is called "body". 1: the first."""

_WITH_STUDIO: Final = 3
"""The first format with what the studio has brought."""

_KINDS_OF_1: Final[dict[str, OrganisationKind]] = {"public-body": "body"}
"""Kinds of format 1 that have another name now."""


def write(content: BoothContent) -> str:
    """Returns a content as JSON of the newest format."""
    return msgspec.json.encode(
        {
            "name": content.name,
            "kind": content.kind,
            "accent": content.accent,
            "pitch": _written(content.pitch),
            "panels": [
                {
                    "slot": panel.slot,
                    "title": _written(panel.title),
                    "text": _written(panel.text),
                    "picture": panel.picture,
                    "alt": _written(panel.alt),
                }
                for panel in content.panels
            ],
            "links": [{"label": _written(link.label), "url": link.url} for link in content.links],
            "opening": _written(content.opening),
            "team": [{"name": member.name, "line": _written(member.line)} for member in content.team],
            "documents": [{"title": _written(one.title), "media": one.media} for one in content.documents],
            "film": content.film,
            "model": content.model,
            "model_title": _written(content.model_title),
        }
    ).decode()


def read(written_format: int, text: str) -> BoothContent:
    """Returns a content from what ``write`` made, now or earlier.

    Raises:
        ValueError: A format that this version does not know; the schema check keeps this from happening.
    """
    if written_format not in range(1, FORMAT + 1):
        raise ValueError(f"booth content of format {written_format}")
    data = msgspec.json.decode(text)
    panels = tuple(
        Panel(p["slot"], _text(p["title"]), _text(p["text"]), MediaId(p["picture"]), _text(p["alt"]))
        for p in data["panels"]
    )
    links = tuple(Link(_text(link["label"]), link["url"]) for link in data["links"])
    kind = _KINDS_OF_1.get(data["kind"], data["kind"]) if written_format == 1 else data["kind"]
    first = BoothContent(data["name"], kind, data["accent"], _text(data["pitch"]), panels, links)
    return first if written_format < _WITH_STUDIO else _with_studio(first, data)


def _with_studio(content: BoothContent, data: dict[str, Any]) -> BoothContent:
    return msgspec.structs.replace(
        content,
        opening=_text(data["opening"]),
        team=tuple(TeamMember(member["name"], _text(member["line"])) for member in data["team"]),
        documents=tuple(Document(_text(one["title"]), MediaId(one["media"])) for one in data["documents"]),
        film=MediaId(data["film"]),
        model=MediaId(data["model"]),
        model_title=_text(data["model_title"]),
    )


def write_edit(edit: BoothEdit) -> str:
    """Returns an edit as JSON, for the history."""
    changes = [{"field": c.field, "language": c.language, "value": c.value} for c in edit.changes]
    return msgspec.json.encode(changes).decode()


def _written(text: Text) -> dict[str, str]:
    return {language: found for language in LANGUAGES if (found := text.within(language))}


def _text(data: dict[str, Any]) -> Text:
    return Text(**data)
