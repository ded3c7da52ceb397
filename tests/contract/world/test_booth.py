"""A booth's edits: what may change, within which bounds, all or nothing."""

import pytest

from halles.errors import Rejection
from halles.world.booth import (
    ACCENTS,
    BUDGET,
    LINKS_CAP,
    PANEL_CAP,
    PANEL_SLOTS,
    BoothContent,
    BoothEdit,
    Change,
    Link,
    Panel,
    accent_of,
    apply_edit,
    check_budget,
    is_media_id,
)
from halles.world.text import Text

BOOTH = BoothContent("Studio 01")
PICTURE = "a" * 64 + ".webp"
SITE = "https://example.org/"


def edited(*changes: tuple[str, str, str], content: BoothContent = BOOTH) -> BoothContent:
    return apply_edit(content, BoothEdit(tuple(Change(field, value, language) for field, value, language in changes)))  # type: ignore[arg-type]


def linked(count: int) -> BoothContent:
    content = BOOTH
    for n in range(count):
        content = edited((f"link:{n}:label", f"Lien {n}", "fr"), (f"link:{n}:url", SITE, ""), content=content)
    return content


def test_every_index_that_the_wire_may_carry_is_an_accent() -> None:
    assert [accent_of(index) for index in range(len(ACCENTS))] == list(ACCENTS)
    assert {accent_of(index) for index in range(256)} == set(ACCENTS)


def test_panels_hang_in_their_order_however_they_came() -> None:
    content = edited(*((f"panel:{slot}:title", "Titre", "fr") for slot in reversed(PANEL_SLOTS)))
    assert tuple(panel.slot for panel in content.panels) == PANEL_SLOTS


def test_a_text_changes_in_one_language_and_a_panel_goes_with_all_of_it() -> None:
    content = edited(("panel:screen:title", "Titre", "fr"), ("panel:screen:title", "Titel", "nl"))
    assert (content.panels[0].title.fr, content.panels[0].title.nl, content.panels[0].title.en) == (
        "Titre",
        "Titel",
        "",
    )
    assert edited(("panel:screen:remove", "", ""), content=content).panels == ()


def test_prose_keeps_the_joiners_and_selectors_that_scripts_and_emoji_need() -> None:
    said = "نمی\u200cخواهم 👩\u200d🔬 ❤\ufe0f"
    assert edited(("pitch", said, "en")).pitch.en == said


def test_a_picture_is_hung_and_taken_down() -> None:
    content = edited(("panel:poster-12:picture", PICTURE, ""))
    assert content.panels[0].picture == PICTURE
    assert edited(("panel:poster-12:picture", "", ""), content=content).panels[0].picture == ""


def test_links_are_added_at_the_end_and_removed_by_number() -> None:
    content = edited(("link:0:remove", "", ""), content=linked(2))
    assert [link.label.fr for link in content.links] == ["Lien 1"]
    assert len(linked(LINKS_CAP).links) == LINKS_CAP


@pytest.mark.parametrize(
    ("field", "value", "language", "code"),
    [
        ("name", " ", "", "INVALID_TEXT"),
        ("name", "x" * 41, "", "INVALID_TEXT"),
        ("name", "Studio\u202e10", "", "INVALID_TEXT"),
        ("name", "Studio\u316410", "", "INVALID_TEXT"),
        ("name", "Studio\u200d10", "", "INVALID_TEXT"),
        ("pitch", "a\x00", "fr", "INVALID_TEXT"),
        ("pitch", "sans langue", "", "BAD_FIELD"),
        ("accent", "10", "", "BAD_FIELD"),
        ("accent", "-1", "", "BAD_FIELD"),
        ("panel:poster-13:title", "x", "fr", "BAD_FIELD"),
        ("panel:screen:title\n", "x", "fr", "BAD_FIELD"),
        ("panel:screen:picture", "\n", "", "BAD_FIELD"),
        ("panel:screen:picture", f"{PICTURE}\n", "", "BAD_FIELD"),
        ("panel:screen:picture", "../secret.webp", "", "BAD_FIELD"),
        ("link:0:url", "http://example.org", "", "BAD_FIELD"),
        ("link:0:url", "https://user@example.org", "", "BAD_FIELD"),
        ("link:0:url", "javascript:alert(1)", "", "BAD_FIELD"),
        ("link:0:label", "Un lien sans adresse", "fr", "BAD_FIELD"),
        ("link:1:url", SITE, "", "BAD_FIELD"),
        ("link:0:remove", "", "", "BAD_FIELD"),
        ("kind", "school", "", "BAD_FIELD"),
    ],
)
def test_what_may_not_stand_there_is_refused(field: str, value: str, language: str, code: str) -> None:
    with pytest.raises(Rejection) as refused:
        edited((field, value, language))
    assert refused.value.code == code


def test_a_ninth_link_is_over_budget() -> None:
    with pytest.raises(Rejection) as refused:
        edited((f"link:{LINKS_CAP}:url", SITE, ""), content=linked(LINKS_CAP))
    assert refused.value.code == "OVER_BUDGET"


def test_the_name_of_a_medium_has_no_line_break_and_is_not_empty() -> None:
    assert is_media_id(PICTURE)
    assert not any(is_media_id(text) for text in ("", f"{PICTURE}\n", PICTURE.upper(), f"x{PICTURE}"))


def test_texts_over_128_kib_in_all_are_over_budget_and_a_shorter_text_helps() -> None:
    # Four bytes a character: each text keeps its own cap, and only all of them together are too much.
    long = "\U00020bb7" * PANEL_CAP
    content = BOOTH
    for slot in PANEL_SLOTS[:8]:
        content = edited((f"panel:{slot}:text", long, "fr"), content=content)
    with pytest.raises(Rejection) as refused:
        edited(("panel:screen:text", long, "nl"), content=content)
    assert refused.value.code == "OVER_BUDGET"
    longer = edited(("panel:screen:text", "", "fr"), ("panel:screen:text", long, "nl"), content=content)
    assert longer.panels[0].text.nl == long


def test_the_budget_counts_every_text_in_bytes() -> None:
    full = Text("a" * (BUDGET - 3), "é")
    check_budget(BoothContent("n", pitch=full))
    for over in (
        BoothContent("nn", pitch=full),
        BoothContent("n", pitch=full, panels=(Panel("screen", alt=Text(en="!")),)),
        BoothContent("n", pitch=full, links=(Link(Text("l"), ""),)),
        BoothContent("n", pitch=full, links=(Link(Text(), "u"),)),
    ):
        with pytest.raises(Rejection):
            check_budget(over)
