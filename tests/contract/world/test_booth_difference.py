"""What two contents differ in, and edits that are carried over to what others have made meanwhile."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halles.errors import Rejection
from halles.world.booth import BoothContent, BoothEdit, Change, Link, Panel, TeamMember
from halles.world.booth_difference import Difference, differences, rebased, value_at
from halles.world.booth_edit import apply_edit
from halles.world.text import Text

ANA, BOB, EVE = (TeamMember(name, Text(f"{name} fr", f"{name} nl")) for name in ("Ana", "Bob", "Eve"))
BASE = BoothContent(
    "Studio",
    pitch=Text("Bonjour", "Dag"),
    panels=(Panel("poster-1", Text("un")), Panel("poster-2", Text("deux"))),
    team=(ANA, BOB),
    links=(Link(Text("site"), "https://example.org"),),
)


def edit(*changes: tuple[str, str, str]) -> BoothEdit:
    return BoothEdit(tuple(Change(field, value, language) for field, value, language in changes))  # type: ignore[arg-type]


def after(*changes: tuple[str, str, str]) -> BoothContent:
    return apply_edit(BASE, edit(*changes))


def test_equal_contents_do_not_differ() -> None:
    assert differences(BASE, BASE) == ()


def test_differences_name_field_language_and_both_texts_in_reading_order() -> None:
    other = after(("link:0:remove", "", ""), ("pitch", "Bonsoir", "fr"), ("accent", "4", ""), ("pitch", "Hello", "en"))
    assert differences(BASE, other) == (
        Difference("accent", "", "0", "4"),
        Difference("pitch", "fr", "Bonjour", "Bonsoir"),
        Difference("pitch", "en", "", "Hello"),
        Difference("link:0:url", "", "https://example.org", ""),
        Difference("link:0:label", "fr", "site", ""),
    )


def test_a_field_that_is_not_there_holds_nothing() -> None:
    assert value_at(BASE, "pitch", "nl") == "Dag"
    assert value_at(BASE, "pitch", "") == ""
    assert value_at(BASE, "team:7:name", "") == ""
    assert value_at(BASE, "team:1:name", "") == "Bob"


def test_edits_of_different_fields_are_both_kept() -> None:
    theirs = after(("pitch", "Bonsoir", "fr"), ("panel:poster-1:title", "eerste", "nl"))
    mine = edit(("pitch", "Goedendag", "nl"), ("panel:poster-1:text", "texte", "fr"), ("team:0:line", "chef", "en"))
    found = rebased(mine, BASE, theirs)
    assert found.conflicts == ()
    merged = apply_edit(theirs, found.edit)
    assert (merged.pitch.fr, merged.pitch.nl, merged.panels[0].title.nl) == ("Bonsoir", "Goedendag", "eerste")
    assert (merged.panels[0].text.fr, merged.team[0].line.en) == ("texte", "chef")


def test_the_same_field_changed_by_two_is_a_conflict_unless_both_wrote_the_same() -> None:
    theirs = after(("pitch", "Bonsoir", "fr"))
    assert rebased(edit(("pitch", "Salut", "fr")), BASE, theirs).conflicts == (Change("pitch", "Salut", "fr"),)
    assert rebased(edit(("pitch", "Bonsoir", "fr")), BASE, theirs).conflicts == ()


def test_a_row_is_followed_to_where_somebody_else_has_moved_it() -> None:
    theirs = after(("team:0:remove", "", ""))
    found = rebased(edit(("team:1:line", "monteur", "en")), BASE, theirs)
    assert found.conflicts == ()
    assert apply_edit(theirs, found.edit).team == (TeamMember("Bob", Text("Bob fr", "Bob nl", "monteur")),)
    swapped = after(("team:0:down", "", ""))
    assert apply_edit(swapped, rebased(edit(("team:0:line", "x", "en")), BASE, swapped).edit).team[1].line.en == "x"


def test_two_who_add_a_row_at_once_add_two() -> None:
    theirs = after(("team:2:name", "Eve", ""))
    found = rebased(edit(("team:2:name", "Max", ""), ("team:2:line", "son", "fr")), BASE, theirs)
    assert found.conflicts == ()
    assert [member.name for member in apply_edit(theirs, found.edit).team] == ["Ana", "Bob", "Eve", "Max"]


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (("team:1:line", "x", "en"), ("team:1:remove", "", "")),
        (("team:0:remove", "", ""), ("team:0:line", "new", "fr")),
        (("team:0:down", "", ""), ("team:1:remove", "", "")),
        (("panel:poster-1:title", "x", "nl"), ("panel:poster-1:remove", "", "")),
        (("panel:poster-1:remove", "", ""), ("panel:poster-1:text", "new", "en")),
        (("panel:poster-1:title", "x", "nl"), ("panel:poster-1:down", "", "")),
        (("panel:poster-3:title", "x", "nl"), ("panel:poster-3:title", "new", "fr")),
        (("panel:poster-2:up", "", ""), ("panel:poster-1:title", "new", "fr")),
    ],
)
def test_where_it_cannot_be_told_what_is_meant_it_is_a_conflict(
    mine: tuple[str, str, str], theirs: tuple[str, str, str]
) -> None:
    assert len(rebased(edit(mine), BASE, after(theirs)).conflicts) == 1


FIELDS = st.sampled_from(
    [
        ("pitch", "fr"),
        ("pitch", "nl"),
        ("name", ""),
        ("panel:poster-1:title", "fr"),
        ("panel:poster-2:title", "en"),
        ("team:0:line", "fr"),
        ("team:1:line", "fr"),
        ("team:2:name", ""),
    ]
)
CHANGES = st.tuples(FIELDS, st.sampled_from(["x", "y", "z"])).map(lambda pair: (pair[0][0], pair[1], pair[0][1]))
STRUCTURE = st.sampled_from([("team:0:remove", "", ""), ("team:0:down", "", ""), ("panel:poster-1:remove", "", "")])


@given(CHANGES, st.lists(st.one_of(CHANGES, STRUCTURE), max_size=3))
def test_what_is_merged_silently_loses_nobodys_word(
    mine: tuple[str, str, str], theirs: list[tuple[str, str, str]]
) -> None:
    current = BASE
    for change in theirs:
        with suppress(Rejection):  # such as a row that has no neighbour any more
            current = apply_edit(current, edit(change))
    found = rebased(edit(mine), BASE, current)
    if found.conflicts:
        return
    merged = apply_edit(current, found.edit)
    changed = [one for one in differences(current, merged) if one.before]
    # All that is written over is what stood there when the edit was made.
    stood = value_at(BASE, mine[0], mine[2])
    assert all(one.before == stood for one in changed)
