"""A booth's edits: what may change, within which bounds, all or nothing."""

import pytest

from halles.errors import Rejection
from halles.world.booth import (
    DOCUMENTS_CAP,
    LINKS_CAP,
    PANEL_CAP,
    PANEL_SLOTS,
    TEAM_CAP,
    TITLE_CAP,
    BoothContent,
    BoothEdit,
    Change,
    texts_of,
)
from halles.world.booth_edit import apply_edit, faults, text_cap

BOOTH = BoothContent("Studio 01")
HASH = "a" * 64
PICTURE = f"{HASH}.webp"
SITE = "https://example.org/"


def edit(*changes: tuple[str, str, str]) -> BoothEdit:
    return BoothEdit(tuple(Change(field, value, language) for field, value, language in changes))  # type: ignore[arg-type]


def edited(*changes: tuple[str, str, str], content: BoothContent = BOOTH) -> BoothContent:
    return apply_edit(content, edit(*changes))


def linked(count: int) -> BoothContent:
    content = BOOTH
    for n in range(count):
        content = edited((f"link:{n}:label", f"Lien {n}", "fr"), (f"link:{n}:url", SITE, ""), content=content)
    return content


def hung(*slots: str) -> BoothContent:
    return edited(*((f"panel:{slot}:title", f"in {slot}", "fr") for slot in slots))


def test_panels_hang_in_their_order_however_they_came() -> None:
    content = hung(*reversed(PANEL_SLOTS))
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


def test_opening_notes_team_documents_film_and_model_are_written() -> None:
    content = edited(
        ("opening", "Lundi\nà 10 h", "fr"),
        ("team:0:name", "Ana", ""),
        ("team:0:line", "réalise", "fr"),
        ("document:0:title", "Dossier", "fr"),
        ("document:0:media", f"{HASH}.pdf", ""),
        ("film", f"{HASH}.mp4", ""),
        ("model", f"{HASH}.glb", ""),
        ("model_title", "Maquette", "fr"),
    )
    assert (content.opening.fr, content.film, content.model) == ("Lundi\nà 10 h", f"{HASH}.mp4", f"{HASH}.glb")
    assert [(member.name, member.line.fr) for member in content.team] == [("Ana", "réalise")]
    assert [(one.title.fr, one.media) for one in content.documents] == [("Dossier", f"{HASH}.pdf")]
    gone = edited(("team:0:remove", "", ""), ("document:0:remove", "", ""), ("film", "", ""), content=content)
    assert (gone.team, gone.documents, gone.film) == ((), (), "")


def test_rows_change_places_with_their_neighbours() -> None:
    three = linked(3)
    assert [link.label.fr[-1] for link in edited(("link:2:up", "", ""), content=three).links] == ["0", "2", "1"]
    assert [link.label.fr[-1] for link in edited(("link:0:down", "", ""), content=three).links] == ["1", "0", "2"]


def test_posters_change_slots_and_the_screen_stays() -> None:
    content = hung("screen", "poster-2", "poster-5", "poster-9")
    moved = edited(("panel:poster-5:up", "", ""), content=content)
    assert [(panel.slot, panel.title.fr) for panel in moved.panels] == [
        ("screen", "in screen"),
        ("poster-2", "in poster-5"),
        ("poster-5", "in poster-2"),
        ("poster-9", "in poster-9"),
    ]
    assert edited(("panel:poster-2:down", "", ""), content=moved) == content


@pytest.mark.parametrize(
    "field", ["link:0:up", "link:2:down", "panel:poster-2:up", "panel:poster-9:down", "panel:screen:up", "team:0:up"]
)
def test_at_the_end_of_its_row_nothing_moves_further(field: str) -> None:
    content = linked(3)
    content = edited(
        *((f"panel:{slot}:title", "x", "fr") for slot in ("screen", "poster-2", "poster-9")), content=content
    )
    with pytest.raises(Rejection, match="BAD_FIELD"):
        edited((field, "", ""), content=content)


@pytest.mark.parametrize(
    ("field", "extension"),
    [
        ("panel:screen:picture", "pdf"),
        ("panel:screen:picture", "mp4"),
        ("film", "webp"),
        ("film", "glb"),
        ("model", "webm"),
        ("document:0:media", "png"),
    ],
)
def test_a_medium_of_another_kind_is_refused(field: str, extension: str) -> None:
    with pytest.raises(Rejection, match="BAD_FIELD"):
        edited((field, f"{HASH}.{extension}", ""))


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
        ("opening", "x" * (PANEL_CAP + 1), "nl", "INVALID_TEXT"),
        ("model_title", "x" * (TITLE_CAP + 1), "nl", "INVALID_TEXT"),
        ("model_title", "two\nlines", "nl", "INVALID_TEXT"),
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
        ("link:0:name", "x", "", "BAD_FIELD"),
        ("team:0:line", "personne", "fr", "INVALID_TEXT"),
        ("team:0:name", "Ana\u202e", "", "INVALID_TEXT"),
        ("kind", "school", "", "BAD_FIELD"),
    ],
)
def test_what_may_not_stand_there_is_refused(field: str, value: str, language: str, code: str) -> None:
    with pytest.raises(Rejection) as refused:
        edited((field, value, language))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("row", "cap", "what"),
    [("link", LINKS_CAP, "url"), ("team", TEAM_CAP, "name"), ("document", DOCUMENTS_CAP, "media")],
)
def test_one_row_more_than_may_be_is_over_budget(row: str, cap: int, what: str) -> None:
    value = {"url": SITE, "name": "Ana", "media": f"{HASH}.pdf"}[what]
    content = BOOTH
    for n in range(cap):
        content = edited((f"{row}:{n}:{what}", value, ""), content=content)
    with pytest.raises(Rejection, match="OVER_BUDGET"):
        edited((f"{row}:{cap}:{what}", value, ""), content=content)


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


def test_all_faults_of_an_edit_are_told_at_once_by_field() -> None:
    found = faults(
        BOOTH,
        edit(
            ("name", "", ""),
            ("pitch", "x" * (PANEL_CAP + 1), "nl"),
            ("pitch", "fine", "fr"),
            ("link:0:label", "no address", "en"),
            ("team:0:line", "nobody", "en"),
        ),
    )
    assert {where: refusal.code for where, refusal in found.items()} == {
        ("name", ""): "INVALID_TEXT",
        ("pitch", "nl"): "INVALID_TEXT",
        ("link:0:url", ""): "BAD_FIELD",
        ("team:0:name", ""): "INVALID_TEXT",
    }
    assert faults(BOOTH, edit(("pitch", "fine", "fr"))) == {}


def test_the_cap_of_each_text_is_the_one_that_an_edit_keeps() -> None:
    content = edited(("team:0:name", "Ana", ""), ("link:0:url", SITE, ""), ("panel:screen:title", "t", "fr"))
    for field in texts_of(content):
        cap = text_cap(field)
        edited((field, "x" * cap, "en"), content=content)
        with pytest.raises(Rejection, match="INVALID_TEXT"):
            edited((field, "x" * (cap + 1), "en"), content=content)
