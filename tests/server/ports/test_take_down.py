"""A booth's content without what is taken down."""

import pytest
from msgspec.structs import replace

from halles.errors import Rejection
from halles.ids import MediaId
from halles.world.booth import BoothContent, Document, Link, Panel, media_of
from halles.world.text import Text
from halles_server.ports.take_down import SIGN, WHOLE, check_item, items_of, without


def medium(letter: str, kind: str) -> MediaId:
    return MediaId(letter * 64 + kind)


PICTURE, PDF, FILM, MODEL = medium("a", ".webp"), medium("b", ".pdf"), medium("c", ".mp4"), medium("d", ".glb")
CONTENT = BoothContent(
    "Studio",
    pitch=Text("bonjour"),
    panels=(Panel("poster-1", Text("un"), Text("texte"), PICTURE, Text("vu")), Panel("poster-2", Text("deux"))),
    links=(Link(Text("site"), "https://example.org"),),
    opening=Text("à dix heures"),
    documents=(Document(Text("dossier"), PDF),),
    film=FILM,
    model=MODEL,
    model_title=Text("maquette"),
)


def test_nothing_down_is_the_content_itself() -> None:
    assert without(CONTENT, ()) is CONTENT
    assert without(CONTENT, {"panel:poster-9", medium("e", ".png")}) == CONTENT


def test_a_whole_booth_shows_its_name_and_the_sign() -> None:
    assert without(CONTENT, {WHOLE}) == BoothContent("Studio", pitch=SIGN)


@pytest.mark.parametrize("item", [PICTURE, PDF, FILM, MODEL])
def test_a_medium_that_is_down_is_nowhere_and_the_sign_is_there(item: MediaId) -> None:
    shown = without(CONTENT, {item})
    assert media_of(shown) == media_of(CONTENT) - {item}
    assert SIGN.nl in str(shown)


def test_a_medium_stays_down_where_a_new_revision_puts_it_elsewhere() -> None:
    moved = replace(CONTENT, panels=(Panel("screen", picture=PICTURE, text=Text("encore")),), documents=())
    assert without(moved, {PICTURE}).panels == (Panel("screen", text=SIGN),)


@pytest.mark.parametrize("item", ["pitch", "opening", "panel:poster-1"])
def test_of_a_text_or_panel_that_is_down_no_word_is_left(item: str) -> None:
    shown = without(CONTENT, {item})
    gone = {"pitch": "bonjour", "opening": "à dix heures", "panel:poster-1": "texte"}[item]
    assert gone not in str(shown)
    assert SIGN.fr in str(shown)
    assert shown.panels[1] == CONTENT.panels[1]


def test_only_what_a_booth_shows_can_be_taken_down() -> None:
    assert set(items_of(CONTENT)) >= {WHOLE, "pitch", "panel:poster-2", PDF}
    for item in ("panel:poster-3", "name", medium("f", ".pdf")):
        with pytest.raises(Rejection, match="NOT_FOUND"):
            check_item(CONTENT, item)
