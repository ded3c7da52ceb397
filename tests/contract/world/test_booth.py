"""A booth's content: its media, its texts by field, and how much it may hold."""

import pytest

from halles.errors import Rejection
from halles.ids import MediaId
from halles.world.booth import (
    ACCENTS,
    BUDGET,
    BoothContent,
    Document,
    Link,
    Panel,
    TeamMember,
    accent_of,
    check_budget,
    is_media_id,
    media_kind,
    texts_of,
    values_of,
)
from halles.world.text import Text

HASH = "a" * 64
PICTURE = f"{HASH}.webp"


def test_every_index_that_the_wire_may_carry_is_an_accent() -> None:
    assert [accent_of(index) for index in range(len(ACCENTS))] == list(ACCENTS)
    assert {accent_of(index) for index in range(256)} == set(ACCENTS)


def test_the_name_of_a_medium_has_no_line_break_and_is_not_empty() -> None:
    assert is_media_id(PICTURE)
    assert not any(is_media_id(text) for text in ("", f"{PICTURE}\n", PICTURE.upper(), f"x{PICTURE}"))


@pytest.mark.parametrize(
    ("extension", "kind"),
    [
        ("webp", "picture"),
        ("png", "picture"),
        ("jpg", "picture"),
        ("pdf", "document"),
        ("glb", "model"),
        ("mp4", "film"),
        ("webm", "film"),
        ("svg", None),
        ("PDF", None),
    ],
)
def test_the_kind_of_a_medium_is_told_by_its_extension(extension: str, kind: str | None) -> None:
    assert media_kind(f"{HASH}.{extension}") == kind


def test_the_budget_counts_every_text_in_bytes() -> None:
    full = Text("a" * (BUDGET - 3), "é")
    check_budget(BoothContent("n", pitch=full))
    for over in (
        BoothContent("nn", pitch=full),
        BoothContent("n", pitch=full, panels=(Panel("screen", alt=Text(en="!")),)),
        BoothContent("n", pitch=full, links=(Link(Text("l"), ""),)),
        BoothContent("n", pitch=full, links=(Link(Text(), "u"),)),
        BoothContent("n", pitch=full, opening=Text("o")),
        BoothContent("n", pitch=full, team=(TeamMember("t"),)),
        BoothContent("n", pitch=full, team=(TeamMember("", Text("t")),)),
        BoothContent("n", pitch=full, documents=(Document(Text("d")),)),
        BoothContent("n", pitch=full, model_title=Text(nl="m")),
    ):
        with pytest.raises(Rejection):
            check_budget(over)


def test_every_text_and_value_stands_under_the_field_that_changes_it() -> None:
    content = BoothContent(
        "n",
        "school",
        3,
        Text("pitch"),
        (Panel("poster-2", Text("title"), Text("text"), MediaId(PICTURE), Text("alt")),),
        (Link(Text("label"), "https://example.org"),),
        Text("opening"),
        (TeamMember("Ana", Text("line")),),
        (Document(Text("paper"), MediaId(f"{HASH}.pdf")),),
        MediaId(f"{HASH}.mp4"),
        MediaId(f"{HASH}.glb"),
        Text("model"),
    )
    assert {field: text.fr for field, text in texts_of(content).items()} == {
        "pitch": "pitch",
        "opening": "opening",
        "panel:poster-2:title": "title",
        "panel:poster-2:text": "text",
        "panel:poster-2:alt": "alt",
        "model_title": "model",
        "document:0:title": "paper",
        "team:0:line": "line",
        "link:0:label": "label",
    }
    assert values_of(content) == {
        "name": "n",
        "accent": "3",
        "film": f"{HASH}.mp4",
        "panel:poster-2:picture": PICTURE,
        "model": f"{HASH}.glb",
        "document:0:media": f"{HASH}.pdf",
        "team:0:name": "Ana",
        "link:0:url": "https://example.org",
    }
