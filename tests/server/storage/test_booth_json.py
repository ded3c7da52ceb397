"""Contents go into the database and come back the same."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from halles.ids import MediaId
from halles.world.booth import ACCENTS, BoothContent, BoothEdit, Change, Document, Link, Panel, TeamMember
from halles.world.text import Text
from halles_server.storage import booth_json

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
TEXTS = st.builds(Text, WORDS, WORDS, WORDS)
PANELS = st.builds(Panel, st.sampled_from(["screen", "poster-1", "poster-12"]), TEXTS, TEXTS, st.just(""), TEXTS)
CONTENTS = st.builds(
    BoothContent,
    WORDS,
    st.sampled_from(["company", "school", "laboratory", "body"]),
    st.integers(0, len(ACCENTS) - 1),
    TEXTS,
    st.lists(PANELS, max_size=3).map(tuple),
    st.lists(st.builds(Link, TEXTS, WORDS), max_size=3).map(tuple),
    TEXTS,
    st.lists(st.builds(TeamMember, WORDS, TEXTS), max_size=3).map(tuple),
    st.lists(st.builds(Document, TEXTS, WORDS), max_size=3).map(tuple),
    WORDS,
    WORDS,
    TEXTS,
)


@given(CONTENTS)
def test_every_content_reads_back(content: BoothContent) -> None:
    assert booth_json.read(booth_json.FORMAT, booth_json.write(content)) == content


def test_every_field_is_written_under_its_name() -> None:
    # A field added to a content and forgotten here would be lost at the next edit.
    text = Text("a", "b", "c")
    full = BoothContent(
        "n",
        "school",
        3,
        text,
        (Panel("screen", text, text, MediaId("m"), text),),
        (Link(text, "u"),),
        text,
        (TeamMember("t", text),),
        (Document(text, MediaId("d")),),
        MediaId("f"),
        MediaId("g"),
        text,
    )
    data = msgspec.json.decode(booth_json.write(full))
    rows = ("panels", "links", "team", "documents")
    for struct, written in ((full, data), *((getattr(full, name)[0], data[name][0]) for name in rows)):
        assert list(written) == list(struct.__struct_fields__)
    assert set(data["pitch"]) == set(Text.__struct_fields__)


@pytest.mark.parametrize(
    ("written", "kind"), [("public-body", "body"), ("company", "company"), ("laboratory", "laboratory")]
)
def test_a_content_of_the_first_format_reads_with_the_kinds_of_today(written: str, kind: str) -> None:
    text = f'{{"name": "n", "kind": "{written}", "accent": 2, "pitch": {{"nl": "p"}}, "panels": [], "links": []}}'
    assert booth_json.read(1, text) == BoothContent("n", kind, 2, Text("", "p"))  # type: ignore[arg-type]


def test_a_content_of_the_second_format_has_nothing_of_the_studio() -> None:
    text = '{"name": "n", "kind": "body", "accent": 2, "pitch": {}, "panels": [], "links": []}'
    assert booth_json.read(2, text) == BoothContent("n", "body", 2)


def test_an_unknown_format_is_an_error() -> None:
    with pytest.raises(ValueError, match="format 99"):
        booth_json.read(99, "{}")


def test_an_edit_is_written_for_people_to_read() -> None:
    edit = BoothEdit((Change("pitch", "Bonjour", "fr"),))
    assert msgspec.json.decode(booth_json.write_edit(edit)) == [
        {"field": "pitch", "language": "fr", "value": "Bonjour"}
    ]
